"""What the pages of the office share: load the person, ask, act in one transaction, say what
prevented it.
"""

from collections.abc import Callable
from typing import Any

from flask import redirect, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Busy, Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.permitted import get_permitted
from eventapp.forms import PublicForm, one_line, refuse
from eventapp.networks.rules import Permission
from eventapp.participants import participant
from eventapp.participants.noting import facts, note_registration
from eventapp.participants.participant import Participant
from eventapp.queue import nudge
from eventapp.registration.page_slots import refused_field
from eventapp.registration.queries import places as count_places
from eventapp.registration.refusals import AlreadyRegistered

Answer = str | tuple[str, int] | Response
Failure = Refused | Busy | None


def load(slug: str, registration_id: int) -> tuple[EventDefinition, Participant]:
    """The event and the person, for those who may change people; 403 and 404 for others."""
    event, _may = get_permitted(slug, Permission.REGISTRATIONS_EDIT)
    with reading() as connection:
        person = participant.get_participant(connection, event, registration_id, with_needs=False)
    return event, person


def ask(
    act: str,
    event: EventDefinition,
    person: Participant,
    form: PublicForm | None = None,
    failure: Failure = None,
    **more: Any,
) -> Answer:
    """The page of one act; it says why where the act cannot be done."""
    with reading() as connection:
        places = count_places(connection, event)
    page = render_console(
        f"participants/{act}.html",
        tab="events",
        e=event,
        person=person,
        name=one_line(person.full_name),
        count=places.by_attendance.get(person.row.attendance),
        places=places,
        form=form,
        errors=form.problems() if form else [],
        back_url=page_of(event.slug, person.row.id),
        **around(event, failure),
        **more,
    )
    return (page, code_of(failure)) if failure else page


def noted(
    act: str, event: EventDefinition, registration_id: int, step: Callable[..., None]
) -> Callable[[Session], None]:
    """The step on this person, with what the log says of it."""

    def run(session: Session) -> None:
        by, now = me().account_id, clock.now()
        before = facts(session, registration_id)
        step(session, registration_id, now=now)
        note_registration(session, act, event, registration_id, by=by, now=now, before=before)

    return run


def attempt(form: PublicForm, act: Callable[[Session], Any]) -> Failure:
    """Act in a transaction; what prevented it, then said in the form too."""
    try:
        with transaction() as session:
            act(session)
    except Refused as refusal:
        refuse(form, refused_field(refusal, form), sentence(refusal))
        return refusal
    except Busy as busy:
        form.form_errors = [
            _(
                "Gerade ist hier sehr viel los. Es wurde nichts geändert. "
                "Bitte senden Sie das Formular noch einmal ab."
            )
        ]
        return busy
    nudge("mail.deliver")
    return None


def code_of(failure: Failure) -> int:
    return 503 if isinstance(failure, Busy) else 422


def around(event: EventDefinition, failure: Failure) -> dict[str, Any]:
    """Where the other entry of the same person is, if that was the reason."""
    if not isinstance(failure, AlreadyRegistered):
        return {"other_url": None}
    return {"other_url": page_of(event.slug, failure.values["registration_id"])}


def page_of(slug: str, registration_id: int, **more: Any) -> str:
    return url_for("participants.detail", slug=slug, registration_id=registration_id, **more)


def to_person(slug: str, registration_id: int, done: str) -> Response:
    return redirect(page_of(slug, registration_id, done=done), 303)
