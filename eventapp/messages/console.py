"""The organisers' pages of messages: the list, writing one, and how one stands."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import redirect, request, url_for
from sqlalchemy.orm import Session

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Busy, Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.permitted import get_permitted
from eventapp.languages import gettext as _
from eventapp.messages import actions, queries
from eventapp.messages.audience import kept_parts
from eventapp.messages.forms import MessageForm, reply_addresses
from eventapp.messages.loading import Answer, May, load, to_message, wanted_of, words_of
from eventapp.messages.noting import note_message
from eventapp.messages.preview import show_preview
from eventapp.messages.routes import MESSAGE, console
from eventapp.messages.rules import State, minutes_left
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.paging import Page, asked_page
from eventapp.participants.selection import Sort, Wanted
from eventapp.participants.wanted import Parameters, as_parameters, read_wanted
from eventapp.wording.forms import known_placeholders


@console.get("", endpoint="list")
@asks(Permission.MESSAGES_SEND)
def list_(slug: str) -> str:
    """Every message of the event, the latest first."""
    event, _may = get_permitted(slug, Permission.MESSAGES_SEND)
    with reading() as connection:
        total = queries.count_messages(connection, event.id)
        page = Page(asked_page(request.args.get("page")), total)
        rows = queries.list_messages(connection, event.id, page)
    now = clock.now()
    return render_console(
        "messages/list.html",
        tab="events",
        e=event,
        rows=[(each.row, each.progress, each.state(now)) for each in rows],
        page=page,
        done=request.args.get("done"),
        url=lambda n: url_for("messages.list", slug=slug, page=n),
    )


@console.get("/new")
@asks(Permission.MESSAGES_SEND)
def new(slug: str) -> Answer:
    """The empty form; the address says whom it is for."""
    event, may = get_permitted(slug, Permission.MESSAGES_SEND)
    return _show_form(event, _form(event, may, None, read_wanted(event, may, request.args)))


@console.post("/new", endpoint="new_post")
@asks(Permission.MESSAGES_SEND)
def new_post(slug: str) -> Answer:
    """A draft; 303 to its preview, or the filled form with what is wrong."""
    event, may = get_permitted(slug, Permission.MESSAGES_SEND)
    wanted = read_wanted(event, may, request.form)
    form = _form(event, may, request.form, wanted)

    def create(session: Session) -> int:
        now, content = clock.now(), form.content(_filter(wanted))
        made = actions.create_draft(session, event.id, content, now=now)
        note_message(session, "message.drafted", event, made, by=me().account_id, now=now)
        return made

    return _save(event, form, create)


@console.get(f"{MESSAGE}/edit")
@asks(Permission.MESSAGES_SEND)
def edit(slug: str, message_id: int) -> Answer:
    """The draft as it stands; what is under way leads to its page."""
    event, may, message = load(slug, message_id)
    if message.row.leaves_at is not None:
        return to_message(slug, message_id, "late")
    wanted = wanted_of(event, may, message.row) or Wanted()
    return _show_form(event, _form(event, may, None, wanted, message.row))


@console.post(f"{MESSAGE}/edit", endpoint="edit_post")
@asks(Permission.MESSAGES_SEND)
def edit_post(slug: str, message_id: int) -> Answer:
    """Save, unless somebody else did meanwhile; 303 to the preview."""
    event, may, message = load(slug, message_id)
    wanted = read_wanted(event, may, request.form)
    form = _form(event, may, request.form, wanted, message.row)

    def change(session: Session) -> int:
        now, content = clock.now(), form.content(_filter(wanted))
        actions.change_draft(session, event.id, message_id, content, seen=form.seen, now=now)
        note_message(session, "message.edited", event, message_id, by=me().account_id, now=now)
        return message_id

    return _save(event, form, change, message.row)


@console.get(MESSAGE)
@asks(Permission.MESSAGES_SEND)
def detail(slug: str, message_id: int) -> Answer:
    """How it stands: a draft as its preview, else what became of each mail."""
    event, may, message = load(slug, message_id)
    now = clock.now()
    state = message.state(now)
    if state is State.DRAFT:
        return show_preview(event, may, message, request.args)
    troubled = message.progress.failed + message.progress.unknown
    page = Page(asked_page(request.args.get("page")), troubled)
    with reading() as connection:
        troubles = queries.list_troubles(connection, message_id, page)
    return render_console(
        "messages/detail.html",
        tab="events",
        e=event,
        may=may,
        message=message.row,
        progress=message.progress,
        state=state,
        minutes=minutes_left(message.row.leaves_at, now),
        words=words_of(event, may, wanted_of(event, may, message.row)),
        troubles=troubles,
        page=page,
        done=request.args.get("done"),
        url=lambda n: url_for("messages.detail", slug=slug, message_id=message_id, page=n),
    )


def _filter(wanted: Wanted) -> Parameters:
    """What is stored; the order of the list is none of the message's."""
    return as_parameters(replace(wanted, sort=Sort.NEWEST))


# --- the form -----------------------------------------------------------------------------------


def _form(
    event: EventDefinition,
    may: May,
    sent: Mapping[str, str] | None,
    wanted: Wanted,
    row: Any = None,
) -> MessageForm:
    return MessageForm(
        sent,
        event=event,
        wanted=wanted,
        kept=kept_parts(event, may, wanted),
        addresses=reply_addresses(event, me(), row.reply_to if row else None),
        message=row,
    )


def _save(
    event: EventDefinition, form: MessageForm, act: Callable[[Session], int], row: Any = None
) -> Answer:
    """Act where the form is whole; else, or where that was refused, the form again."""
    if not form.validate():
        return _show_form(event, form, row), 422
    try:
        with transaction() as session:
            message_id = act(session)
    except Refused as refusal:
        form.form_errors = [sentence(refusal)]
        with reading() as connection:
            row = queries.get_message(connection, event, row.id).row
        form.revision.data = str(row.revision)
        return _show_form(event, form, row), 422
    except Busy:
        form.form_errors = [
            _("Gerade ist sehr viel los. Es wurde nichts gespeichert. Bitte noch einmal senden.")
        ]
        return _show_form(event, form, row), 503
    return redirect(url_for("messages.detail", slug=event.slug, message_id=message_id), 303)


def _show_form(event: EventDefinition, form: MessageForm, row: Any = None) -> str:
    return render_console(
        "messages/edit.html",
        tab="events",
        e=event,
        message=row,
        form=form,
        placeholders=known_placeholders(),
        errors=form.problems(),
    )
