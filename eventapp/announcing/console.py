"""The page that announces an event's date: whom it goes to, how it looks, a test, sending it, and
what became of it."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, current_app, redirect, request, url_for
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.announcing import actions, queries
from eventapp.announcing.mails import AnnouncementMails
from eventapp.announcing.rules import KIND, can_announce
from eventapp.audit.actions import note
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Busy, Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.permitted import get_permitted
from eventapp.invitations.rules import NothingToSend
from eventapp.languages import gettext as _
from eventapp.mail.framed import framed
from eventapp.mail.kinds import Draft
from eventapp.mail.render import texts
from eventapp.messages.rules import TooLateToUndo, minutes_left
from eventapp.networks.access import asks
from eventapp.networks.queries import get_tree
from eventapp.networks.rules import Permission
from eventapp.organisations import queries as register
from eventapp.organisations.permitted import my_reach
from eventapp.queue import nudge
from eventapp.returns.queries import list_unreached_contacts
from eventapp.returns.words import reason_words

console = Blueprint("announcing", __name__, url_prefix="/organise/events/<slug>/announcement")
ONE = "/<int(max=2147483647):announcement_id>"  # as large as the databases take

Answer = str | tuple[str, int] | Response


@console.get("")
@asks(Permission.INVITATIONS_SEND)
def page(slug: str) -> Answer:
    """The count, the mail, and every sending so far."""
    return _show(_load(slug))


@console.get("/mail")
@asks(Permission.INVITATIONS_SEND)
def mail_html(slug: str) -> Response:
    """The mail as a mail program shows it, for the frame of the page."""
    return framed(texts(KIND, _sample(_load(slug)))[2])


@console.post("/test")
@asks(Permission.INVITATIONS_SEND)
def test(slug: str) -> Answer:
    """One mail to oneself."""
    event, now = _load(slug), clock.now()
    with transaction() as session:
        actions.owe_test(session, event.id, me().account_id, now=now)
        _note(session, "announcement.tested", event, now)
    nudge("mail.deliver")
    return _to_page(slug, "tested")


@console.post("/send")
@asks(Permission.INVITATIONS_SEND)
def send(slug: str) -> Answer:
    """Owe it to everybody who has not had it, with `again` to the others as well."""
    event, now = _load(slug), clock.now()
    again = request.form.get("again") == "y"
    try:
        with transaction() as session:
            found = _organisation_ids(session.connection(), event)
            mails = actions.announce(session, event, found, again=again, now=now)
            _note(session, "announcement.sent", event, now, mails=mails)
    except NothingToSend:
        return _to_page(slug, "again")
    except Refused as refusal:
        return _show(event, sentence(refusal)), 422
    except Busy:
        busy = _("Gerade ist sehr viel los. Es wurde nichts gesendet. Bitte noch einmal senden.")
        return _show(event, busy), 503
    return _to_page(slug, "sent")


@console.post(f"{ONE}/undo")
@asks(Permission.INVITATIONS_SEND)
def undo(slug: str, announcement_id: int) -> Answer:
    """Takes all of it back."""

    def act(session: Session, event: EventDefinition, now: datetime) -> int:
        actions.undo(session, event.id, announcement_id, now=now)
        return 1

    return _act(slug, "undone", act)


@console.post(f"{ONE}/stop")
@asks(Permission.INVITATIONS_SEND)
def stop(slug: str, announcement_id: int) -> Answer:
    """Keeps back what has not left."""
    return _act(
        slug,
        "stopped",
        lambda session, event, now: actions.stop(session, event.id, announcement_id, now=now),
    )


def _act(slug: str, done: str, act: Callable[[Session, EventDefinition, datetime], int]) -> Answer:
    event, now = _load(slug), clock.now()
    try:
        with transaction() as session:
            n = act(session, event, now)
            if n:
                _note(session, f"announcement.{done}", event, now)
    except TooLateToUndo:
        return _to_page(slug, "late")
    return _to_page(slug, done if n else "late")


def _load(slug: str) -> EventDefinition:
    return get_permitted(slug, Permission.INVITATIONS_SEND)[0]


def _to_page(slug: str, done: str) -> Response:
    return redirect(url_for("announcing.page", slug=slug, done=done), 303)


def _organisation_ids(connection: Connection, event: EventDefinition) -> list[int]:
    """Those of the event's network and below, as far as the account reaches."""
    below = get_tree(connection).descendant_ids(event.network.id)
    found = register.list_all(connection, my_reach(connection), register.Wanted())
    return [each.id for each in found if each.network_ids & below]


def _sample(event: EventDefinition) -> Draft:
    settings = current_app.config["SETTINGS"]
    return AnnouncementMails(settings.public_url, settings.sender).sample(event)


def _show(event: EventDefinition, error: str = "") -> str:
    now = clock.now()
    with reading() as connection:
        organisation_ids = _organisation_ids(connection, event)
        planned = queries.plan(connection, event, organisation_ids)
        unreached = list_unreached_contacts(connection, event.id, organisation_ids)
        sent = queries.list_sent(connection, event.id)
    subject, plain, _html = texts(KIND, _sample(event))
    return render_console(
        "announcing/page.html",
        tab="events",
        e=event,
        can_announce=can_announce(event, now),
        planned=planned,
        sent=[(s.row, s.progress, s.state(now), minutes_left(s.row.leaves_at, now)) for s in sent],
        unreached=[(to, reason_words(status)) for to, status in unreached],
        subject=subject,
        plain=plain,
        errors=[("", error)] if error else [],
        done=request.args.get("done"),
    )


def _note(session: Session, act: str, event: EventDefinition, now: datetime, **after: int) -> None:
    note(
        session,
        act,
        by=me().account_id,
        now=now,
        network_id=event.network.id,
        event_id=event.id,
        subject=("event", event.id),
        after=after,
    )
