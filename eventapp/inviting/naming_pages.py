"""Who named an organisation by choice, what its contact says, and the office's decision."""

from flask import redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.events.noting import note_mine
from eventapp.events.permitted import get_permitted
from eventapp.forms import one_line
from eventapp.invitations import naming
from eventapp.invitations.models import Decision
from eventapp.invitations.naming import Named
from eventapp.inviting.routes import NAMED, console
from eventapp.languages import gettext as _
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.participants import actions
from eventapp.participants.bulk import Act, Order
from eventapp.participants.noting import facts, note_registration
from eventapp.queue import nudge
from eventapp.registration.refusals import AlreadyCancelled

Answer = str | tuple[str, int] | Response
MOST_NOTE = 1000


@console.get("/named")
@asks(Permission.REGISTRATIONS_EDIT)
def named(slug: str) -> Answer:
    """All of them, what is to be decided first."""
    event, _mine = get_permitted(slug, Permission.REGISTRATIONS_EDIT)
    with reading() as connection:
        rows = naming.list_named(connection, event.id)
    return render_console(
        "inviting/named.html",
        tab="events",
        e=event,
        rows=rows,
        done=request.args.get("done"),
    )


@console.post(f"{NAMED}/accept")
@asks(Permission.REGISTRATIONS_EDIT)
def accept_named(slug: str, naming_id: int) -> Answer:
    """The person keeps the place, whatever the contact said; 303 back."""
    event, one = _load(slug, naming_id)
    with transaction() as session:
        is_done = naming.decide(session, one.id, Decision.ACCEPTED, now=clock.now())
        if is_done:
            _note(session, "naming.accepted", event, one)
    return _to_list(slug, "accepted" if is_done else "again")


@console.get(f"{NAMED}/cancel")
@asks(Permission.REGISTRATIONS_EDIT)
def cancel_named(slug: str, naming_id: int) -> Answer:
    """Asks for a sentence to the person; changes nothing."""
    event, one = _load(slug, naming_id)
    return render_console(
        "inviting/cancel_named.html",
        tab="events",
        e=event,
        one=one,
        proposed=_("„%(organisation)s“ hat uns mitgeteilt, dass Sie dort nicht gemeldet sind.")
        % {"organisation": one.organisation},
        most=MOST_NOTE,
    )


@console.post(f"{NAMED}/cancel", endpoint="cancel_named_post")
@asks(Permission.REGISTRATIONS_EDIT)
def cancel_named_post(slug: str, naming_id: int) -> Answer:
    """Ends the registration with a mail; 303 back, also where that had happened."""
    event, one = _load(slug, naming_id)
    words = (one_line(request.form.get("note")) or "")[:MOST_NOTE]
    now, by = clock.now(), me().account_id
    try:
        with transaction() as session:
            before = facts(session, one.registration_id)
            order = Order(Act.CANCEL, note=words or None)
            actions.act_on(session, one.registration_id, order, now=now)
            naming.decide(session, one.id, Decision.CANCELLED, now=now)
            note_registration(
                session,
                "registration.cancelled",
                event,
                one.registration_id,
                by=by,
                now=now,
                before=before,
            )
    except AlreadyCancelled:
        return _to_list(slug, "again")
    nudge("mail.deliver")
    return _to_list(slug, "cancelled")


def _load(slug: str, naming_id: int) -> tuple[EventDefinition, Named]:
    event, _mine = get_permitted(slug, Permission.REGISTRATIONS_EDIT)
    with reading() as connection:
        return event, naming.get_named(connection, event.id, naming_id)


def _note(session: Session, act: str, event: EventDefinition, one: Named) -> None:
    note_mine(
        session,
        act,
        event,
        subject=("registration", one.registration_id),
        after={"organisation": one.organisation},
    )


def _to_list(slug: str, done: str) -> Response:
    return redirect(url_for("inviting.named", slug=slug, done=done), 303)
