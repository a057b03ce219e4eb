"""The rows of a sign-up that is decided. None of them asks for anything, see `db.in_one_trip`."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import insert
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.definition import EventDefinition
from eventapp.mail import outbox
from eventapp.names import address_key, sort_key
from eventapp.registration.answering import answer_values
from eventapp.registration.line import NEXT_NUMBER
from eventapp.registration.models import (
    PROVING,
    Answer,
    Place,
    PlaceStatus,
    Registration,
    RegistrationDate,
    RegistrationStatus,
)
from eventapp.registration.proof_rules import first_mail, proof_until
from eventapp.registration.rules import next_revised_at
from eventapp.registration.secrets import new_secrets
from eventapp.registration.uids import new_item_uid, new_uid
from eventapp.tokens import keyring

if TYPE_CHECKING:
    from eventapp.registration.actions import SignupRequest

_INSERT_REGISTRATION = insert(table_of(Registration)).inline()
_INSERT_NUMBERED = _INSERT_REGISTRATION.values(queue_number=NEXT_NUMBER)
_INSERT_DATES = insert(table_of(RegistrationDate)).inline()
_INSERT_PLACES = insert(table_of(Place)).inline()
_INSERT_ANSWERS = insert(table_of(Answer)).inline()


class Ids(NamedTuple):
    """Of what a sign-up writes."""

    signup: int
    registration: int


def write(
    session: Session,
    event: EventDefinition,
    request: "SignupRequest",
    status: RegistrationStatus,
    items: Mapping[int, PlaceStatus],
    ids: Ids,
    now: datetime,
) -> None:
    """The registration of a sign-up, and the mail of it."""
    insert_registration(session, event, request, status, ids, now)
    insert_parts(session, event, request, items, ids.registration)
    if request.person.email:  # the office enters people without one, too
        kind, id_ = first_mail(status), ids.registration
        outbox.add(session, kind, f"{kind}:{id_}", now, registration_id=id_)


def insert_registration(
    session: Session,
    event: EventDefinition,
    request: "SignupRequest",
    status: RegistrationStatus,
    ids: Ids,
    now: datetime,
) -> None:
    """The row of the person; numbered where they join a line or will."""
    confirmed = status == RegistrationStatus.CONFIRMED
    values = {
        **_person_values(request),
        **new_secrets(),
        "id": ids.registration,
        "event_id": event.id,
        "signup_id": ids.signup,
        "status": status,
        "attendance": request.attendance,
        "language": request.language,
        "by_office": request.by_office,
        "sequence": 0,
        "revised_at": next_revised_at(now, event.revised_at),
        "created_at": now,
        "proof_until": proof_until(event, now) if status in PROVING else None,
        "confirmed_at": now if confirmed else None,
    }
    statement = _INSERT_REGISTRATION
    joins = (RegistrationStatus.WAITLISTED, RegistrationStatus.UNPROVED)
    if status in joins and request.main_id is None:
        waits = status == RegistrationStatus.WAITLISTED
        statement = _INSERT_NUMBERED
        values |= {"waits_for": request.attendance if waits else None, "line_of": event.id}
    session.connection().execute(statement, values)


def insert_parts(
    session: Session,
    event: EventDefinition,
    request: "SignupRequest",
    items: Mapping[int, PlaceStatus],
    registration_id: int,
) -> None:
    """Calendar UIDs, chosen items and answers."""
    owner = {"registration_id": registration_id}
    connection = session.connection()
    connection.execute(
        _INSERT_DATES,
        [{**owner, "event_date_id": date.id, "uid": new_uid(date.uid)} for date in event.dates],
    )
    if items:
        connection.execute(
            _INSERT_PLACES,
            [
                {
                    **owner,
                    "programme_item_id": item_id,
                    "status": status,
                    "uid": new_item_uid(event),
                }
                for item_id, status in items.items()
            ],
        )
    if request.answers:
        connection.execute(
            _INSERT_ANSWERS,
            [
                {**owner, "question_id": question.id, **answer_values(question, value)}
                for question, value in request.answers.items()
            ],
        )


def _person_values(request: "SignupRequest") -> dict[str, Any]:
    person = request.person
    return {
        "salutation": person.salutation,
        "title": person.title,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "email_key": address_key(person.email),
        "person_key": f"\n{request.main_id}" if request.main_id else person.key,
        "main_id": request.main_id,
        "sort_key": sort_key(f"{person.last_name} {person.first_name}"),
        "organisation": person.organisation,
        "organisation_key": sort_key(person.organisation) if person.organisation else None,
        "organisation_id": person.organisation_id,
        "invitation_id": request.invitation_id,
        "is_guest": request.is_guest,
        "role": person.role,
        "door_note": request.door_note,
        "needs_sealed": keyring().seal(dict(request.needs)) if request.needs else None,
        "photo_consent": list(request.photo_consent),
        "list_consent": request.list_consent,
    }
