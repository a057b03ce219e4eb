"""The needs board for the role `assistance`, one person's need, and for organisers the numbers."""

from collections import Counter
from datetime import datetime
from typing import Any

from flask import redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.audit.actions import note
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import NotFound, Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.noting import note_mine
from eventapp.events.permitted import get_permitted
from eventapp.languages import gettext as _
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.paging import Page, asked_page
from eventapp.participants.export import answer_words
from eventapp.participants.routes import PERSON
from eventapp.questions import actions, queries
from eventapp.questions.forms import STATES, NeedForm
from eventapp.questions.queries import Needs
from eventapp.questions.routes import console
from eventapp.questions.rules import NeedChanged, NeedState
from eventapp.queue import nudge
from eventapp.registration.fields import ASSISTANCE, DIETS
from eventapp.spreadsheets import shown

Answer = str | tuple[str, int] | Response


@console.get("/needs")
@asks(Permission.NEEDS_READ)
def needs(slug: str) -> Answer:
    """Who needs what, how far it is settled; `?state=` narrows it. Opening it stands in the log."""
    event, _mine = get_permitted(slug, Permission.NEEDS_READ)
    state = request.args.get("state", "")
    if state and state not in [*NeedState]:
        raise NotFound
    with reading() as connection:
        everybody = queries.list_needs(connection, event)
    chosen = [each for each in everybody if not state or each.state == state]
    page = Page(asked_page(request.args.get("page")), len(chosen))
    rows = chosen[page.offset : page.offset + page.size]
    return render_console(
        "questions/needs.html",
        tab="events",
        e=event,
        kinds=queries.count_kinds(event, everybody),
        chips=_chips(slug, everybody, state),
        rows=rows,
        page=page,
        state=state,
        new_since=_note_visit(event, rows),
        is_new=_is_new,
        url=lambda number: url_for("questions.needs", slug=slug, state=state or None, page=number),
        is_settled=request.args.get("done") == "settled",
        **_words(),
    )


def _is_new(needs: Needs, new_since: datetime | None) -> bool:
    return new_since is None or needs.told_at > new_since


def _chips(slug: str, everybody: list[Needs], state: str) -> list[tuple[str, str, bool]]:
    """(text, address, whether it is chosen), first that of all."""
    counted = Counter(each.state for each in everybody)
    words = [("", _("Alle"), len(everybody))]
    words += [(each.value, str(each.label), counted[each.value]) for each in STATES]
    return [
        (
            f"{label} {n}",
            url_for("questions.needs", slug=slug, state=value or None),
            value == state,
        )
        for value, label, n in words
    ]


@console.get(f"/needs{PERSON}")
@asks(Permission.NEEDS_READ)
def need(slug: str, registration_id: int) -> Answer:
    """One person's need with its state, to be changed. Opening it stands in the log."""
    event, _mine = get_permitted(slug, Permission.NEEDS_READ)
    with reading() as connection:
        found = queries.get_needs(connection, event, registration_id)
    with transaction() as session:
        _note(session, "needs.read", event, registration_id)
    return _show(event, NeedForm(None, needs=found))


@console.post(f"/needs{PERSON}", endpoint="need_post")
@asks(Permission.NEEDS_READ)
def need_post(slug: str, registration_id: int) -> Answer:
    """Save state and note, unless a colleague did since the form was opened; 303 to the board."""
    event, _mine = get_permitted(slug, Permission.NEEDS_READ)
    with reading() as connection:
        found = queries.get_needs(connection, event, registration_id)
    form = NeedForm(request.form, needs=found)
    if not form.validate():
        return _show(event, form), 422
    try:
        _settle(event, form)
    except Refused as refusal:
        form.show_current(sentence(refusal))
        return _show(event, form), 422
    nudge("mail.deliver")
    return redirect(url_for("questions.needs", slug=slug, done="settled"), 303)


def _settle(event: EventDefinition, form: NeedForm) -> None:
    """The note stays out of the log; only that it changed stands there."""
    found, state = form.needs, str(form.state.data)
    text, sentence = form.note.data or None, form.sentence.data or None
    if not form.is_current:
        raise NeedChanged
    with transaction() as session:
        before = actions.settle_need(
            session,
            found.id,
            state=state,
            note=text,
            sentence=sentence,
            seen=found.changed_at,
            by=me().account_id,
            now=clock.now(),
        )
        _note(
            session,
            "need.settled",
            event,
            found.id,
            before={"state": before},
            after={"state": state, "note_changed": text != found.note},
        )


@console.get("/needs/counts")
@asks(Permission.EVENTS_EDIT)
def needs_counts(slug: str) -> Answer:
    """How often each need was named, for budgets; no names."""
    event, mine = get_permitted(slug, Permission.EVENTS_EDIT)
    with reading() as connection:
        kinds = queries.count_kinds(event, queries.list_needs(connection, event))
    return render_console(
        "questions/needs_counts.html", tab="events", e=event, kinds=kinds, mine=mine, **_words()
    )


def _note(
    session: Session, act: str, event: EventDefinition, registration_id: int, **more: Any
) -> None:
    note_mine(session, act, event, subject=("registration", registration_id), **more)


def _note_visit(event: EventDefinition, rows: list[Needs]) -> datetime | None:
    """That somebody reads what these people need; since when something is new to them."""
    now, by = clock.now(), me().account_id
    with transaction() as session:
        note(
            session,
            "needs.read",
            by=by,
            now=now,
            network_id=event.network.id,
            event_id=event.id,
            after={"registrations": [each.id for each in rows]},
        )
        return actions.note_visit(session, event.id, by, now=now)


def _words() -> dict[str, Any]:
    """What stored values are called."""
    return {
        "kind_words": {
            **{each.value: each.label for each in ASSISTANCE},
            "companion": _("Assistenzperson dabei"),
        },
        "diet_words": {each.value: each.label for each in DIETS},
        "state_words": {each.value: each.label for each in STATES},
        "answered": lambda question, value: shown(answer_words(question, value)),
    }


def _show(event: EventDefinition, form: NeedForm) -> str:
    return render_console(
        "questions/need.html",
        tab="events",
        e=event,
        needs=form.needs,
        form=form,
        errors=form.problems(),
        **_words(),
    )
