"""What the office does with the people of an event: enter, give a place, correct, cancel.

Whoever may do it has been asked before. Lock, count, decide, write, as everywhere.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from eventapp.events.definition import EventDefinition
from eventapp.events.models import EventStatus
from eventapp.names import key, masked_email, person_key, sort_key
from eventapp.registration import queries, selfservice
from eventapp.registration.actions import SignupRequest, enter, find_earlier
from eventapp.registration.correction import find_twin, readdress
from eventapp.registration.lock import lock_event
from eventapp.registration.models import Registration, RegistrationStatus, Signup
from eventapp.registration.promotion import give_place
from eventapp.registration.rules import (
    AlreadyCancelled,
    AlreadyRegistered,
    EventChanged,
    EventFull,
    NotWaiting,
    RegistrationClosed,
    check_overlap,
    decide_entry,
    decide_items,
)
from eventapp.registration.standing import lock_standing, revise

_R = Registration.__table__.c


@dataclass(frozen=True)
class Corrected:
    """Name, organisation and address as they should be."""

    title: str | None
    first_name: str
    last_name: str
    organisation: str | None
    email: str

    @property
    def person_key(self) -> str:
        return person_key(self.email, self.first_name, self.last_name)


def add(
    session: Session,
    event: EventDefinition,
    request: SignupRequest,
    *,
    beyond: bool,
    form_token: str,
    now: datetime,
) -> int:
    """Enter one person, whatever the state of sign-up; the id of the registration.

    Without a free place they wait, or with `beyond` get one all the same. The same form again
    changes nothing. Raises `AlreadyRegistered`, `RegistrationClosed`, `EventFull`,
    `ProgrammeItemFull`, `Overlap`, `EventChanged`, `AlreadyCancelled`.
    """
    if lock_event(session, event) is not event:
        raise EventChanged
    seen, existing = find_earlier(session, event, form_token, request.person)
    if seen is not None:
        return _entered(session, seen)
    if existing is not None:
        raise AlreadyRegistered(registration_id=existing)
    if event.status == EventStatus.CANCELLED or request.attendance not in event.attendances:
        raise RegistrationClosed
    check_overlap(request.items)
    places = queries.places(session.connection(), event)
    status = decide_entry(event, places, request.attendance, beyond=beyond)
    items = decide_items(event, places, status, request.items)
    request = replace(request, by_office=True)
    return enter(session, event, request, status, items, form_token=form_token, now=now)


def _entered(session: Session, signup_id: int) -> int:
    """What this form has made before."""
    found: int | None = session.execute(select(_R.id).where(_R.signup_id == signup_id)).scalar()
    if found is None:
        raise AlreadyCancelled
    return found


def confirm(session: Session, registration_id: int, *, beyond: bool, now: datetime) -> None:
    """Give somebody who waits a place, before others and, with `beyond`, without a free one.

    Raises `AlreadyCancelled`, `NotWaiting`, `RegistrationClosed`, `EventFull`.
    """
    event, row = lock_standing(session, registration_id)
    if row.status != RegistrationStatus.WAITLISTED:
        raise NotWaiting
    if event.status == EventStatus.CANCELLED or row.attendance not in event.attendances:
        raise RegistrationClosed
    places = queries.places(session.connection(), event)
    if not (beyond or places[row.attendance].is_free):
        raise EventFull
    give_place(session, event, row, now=now)


def correct(session: Session, registration_id: int, wanted: Corrected, *, now: datetime) -> None:
    """Write name, organisation and address anew; another address gets new links and its mail.

    Raises `AlreadyCancelled`, and `AlreadyRegistered` where that person has another entry.
    """
    event, row = lock_standing(session, registration_id)
    person = wanted.person_key
    twin = find_twin(session, row, person)
    if twin is not None:
        raise AlreadyRegistered(registration_id=twin)
    values = {
        "title": wanted.title,
        "first_name": wanted.first_name,
        "last_name": wanted.last_name,
        "sort_key": sort_key(f"{wanted.last_name} {wanted.first_name}"),
        "organisation": wanted.organisation,
        "organisation_key": sort_key(wanted.organisation) if wanted.organisation else None,
    }
    if key(wanted.email) == row.email_key:
        written = {**values, "email": wanted.email, "person_key": person}
        if any(getattr(row, name) != value for name, value in written.items()):
            revise(session, event, row, now, **written)
        return
    readdress(session, event, row, wanted.email, person, now, **values)
    session.execute(
        update(Signup)
        .where(Signup.id == row.signup_id)
        .values(masked_email=masked_email(wanted.email), correctable_until=None)
    )


def cancel(session: Session, registration_id: int, *, now: datetime) -> None:
    """As the holder's own cancelling: the place goes to the next in line. `AlreadyCancelled`."""
    selfservice.cancel(session, registration_id, now=now)
