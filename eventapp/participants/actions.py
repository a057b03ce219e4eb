"""What the office does with the people of an event: enter, give a place, correct, cancel.

Whoever may do it has been asked before. Lock, count, decide, write, as everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventapp.errors import Refused
from eventapp.events.definition import EventDefinition, QuestionDefinition
from eventapp.events.models import EventStatus
from eventapp.names import key, person_key, sort_key
from eventapp.participants import bulk
from eventapp.participants.bulk import Act, Order
from eventapp.participants.rules import Left
from eventapp.registration import own_feed, queries
from eventapp.registration.actions import SignupRequest, enter, find_earlier, named_as_in_register
from eventapp.registration.addresses import move_address
from eventapp.registration.answering import write_answers
from eventapp.registration.correction import find_twin
from eventapp.registration.delegates import find_organisation
from eventapp.registration.item_rules import check_overlap, decide_items
from eventapp.registration.lock import lock_event
from eventapp.registration.models import Registration
from eventapp.registration.refusals import (
    AlreadyCancelled,
    AlreadyDecided,
    AlreadyRegistered,
    EventChanged,
    EventFull,
    NotConfirmedYet,
    NotDecidedYet,
    NotWaiting,
    QuotaExhausted,
    RegistrationClosed,
    Unchanged,
)
from eventapp.registration.rules import capped, decide_entry, for_newcomers
from eventapp.registration.standing import lock_standing, revise

_R = Registration.__table__.c


@dataclass(frozen=True)
class Corrected:
    """What is told of a person, as it should be; `answers` by question, None for none."""

    first_name: str
    last_name: str
    email: str
    organisation: str | None
    values: Mapping[str, Any] = field(default_factory=dict)  # of further columns
    answers: Mapping[QuestionDefinition, Any] = field(default_factory=dict)

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
    `QuotaExhausted`, `ProgrammeItemFull`, `Overlap`, `EventChanged`, `AlreadyCancelled`.
    """
    if lock_event(session, event, now=now) is not event:
        raise EventChanged
    seen, existing = find_earlier(session, event, form_token, request.person)
    if seen is not None:
        return _entered(session, seen)
    if existing is not None:
        raise AlreadyRegistered(registration_id=existing)
    if event.status == EventStatus.CANCELLED or request.attendance not in event.attendances:
        raise RegistrationClosed
    check_overlap(request.items)
    request = named_as_in_register(session, event, request, now=now)
    asked = request.place_request
    delegates_of = capped(event, now, asked.organisation_id)
    places = queries.places(session.connection(), event, delegates_of=delegates_of)
    status = decide_entry(event, for_newcomers(event, places, now), asked, beyond=beyond)
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

    Raises as `act_on`.
    """
    act_on(session, registration_id, Order(Act.PLACE, beyond=beyond), now=now)


def act_on(session: Session, registration_id: int, order: Order, *, now: datetime) -> None:
    """Do to one person what can be done to many; what leaves many out is refused here.

    Raises `AlreadyCancelled`, `NotWaiting`, `NotConfirmedYet`, `NotDecidedYet`, `AlreadyDecided`,
    `RegistrationClosed`, `EventFull`, `QuotaExhausted`, `Unchanged`.
    """
    event, row = lock_standing(session, registration_id, now=now)
    planned = bulk.plan(session.connection(), event, order, [row.id], now=now)
    if row.id in planned.plan.left:
        raise _REFUSALS[planned.plan.left[row.id]]
    bulk.write(session, event, order, planned, now=now)


_REFUSALS: dict[Left, type[Refused]] = {
    Left.CANCELLED: AlreadyCancelled,
    Left.PENDING: NotConfirmedYet,
    Left.UNDECIDED: NotDecidedYet,
    Left.DECIDED: AlreadyDecided,
    Left.NOT_WAITING: NotWaiting,
    Left.NOT_OFFERED: RegistrationClosed,
    Left.SAME: Unchanged,
    Left.FULL: EventFull,
    Left.QUOTA: QuotaExhausted,
}


def correct(session: Session, registration_id: int, wanted: Corrected, *, now: datetime) -> None:
    """Write what a person told anew; only another address gets new links and its mail.

    Raises `AlreadyCancelled`, and `AlreadyRegistered` where that person has another entry.
    """
    event, row = lock_standing(session, registration_id, now=now)
    person = wanted.person_key
    twin = find_twin(session, row, person)
    if twin is not None:
        raise AlreadyRegistered(registration_id=twin)
    values = {
        **wanted.values,
        "first_name": wanted.first_name,
        "last_name": wanted.last_name,
        "sort_key": sort_key(f"{wanted.last_name} {wanted.first_name}"),
        **_organisation(session, row, wanted.organisation),
    }
    answered = write_answers(session, row.id, wanted.answers)
    if key(wanted.email) == key(row.email):
        written = {**values, "email": wanted.email, "person_key": person}
        if answered or any(getattr(row, name) != new for name, new in written.items()):
            revise(session, event, row, now, **written)
            own_feed.follow(session, row, now=now)
        return
    move_address(session, event, row, wanted.email, person, now=now, **values)


def _organisation(session: Session, row: Any, name: str | None) -> dict[str, Any]:
    """Its columns; whoever is called as in the register belongs to it from now on."""
    if name == row.organisation:
        return {}
    return {
        "organisation": name,
        "organisation_key": sort_key(name) if name else None,
        "organisation_id": find_organisation(session.connection(), name) if name else None,
    }
