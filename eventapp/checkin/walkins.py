"""Whoever comes without registration gets one at the door, and is in the house at once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from eventapp.audit.actions import note
from eventapp.base import table_of
from eventapp.checkin.devices import PairedDevice
from eventapp.checkin.models import HeldWalkIn, Scan, WalkIn
from eventapp.checkin.rules import Direction, Finding, Verdict, date_id_of
from eventapp.checkin.walk_in_rules import NewWalkIn, decide_walk_in
from eventapp.errors import NotFound
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition
from eventapp.events.models import Attendance
from eventapp.registration import queries
from eventapp.registration.actions import Person, SignupRequest, enter
from eventapp.registration.lock import lock_event
from eventapp.registration.models import Registration, RegistrationStatus, is_standing
from eventapp.registration.refusals import AlreadyRegistered
from eventapp.registration.rules import for_newcomers

_R = table_of(Registration).c
_W = table_of(WalkIn).c


@dataclass(frozen=True)
class Stranger(Person):
    """Without an address nobody can tell two of one name apart: each is a person of their own."""

    own_key: str = ""

    @property
    def key(self) -> str:
        return self.own_key or super().key


@dataclass(frozen=True)
class Welcome:
    """What the door is told."""

    verdict: Verdict
    registration_id: int | None
    is_beyond: bool


def register_walk_in(
    session: Session, device: PairedDevice, asked: NewWalkIn, *, now: datetime
) -> Welcome:
    """Register and let in; the same `walk_in_id` again changes nothing and is told the same.

    Who turns out to be registered under this name and address is let in as that. Raises
    `NotFound`, `RegistrationClosed`, `NoWalkIns`, `EventFull`, `AlreadyRegistered`.
    """
    event = get_definition(session.connection(), device.event_slug)
    event = lock_event(session, event, now=now)
    if seen := _find(session, event, asked.walk_in_id):
        return seen
    places = for_newcomers(event, queries.places(session.connection(), event), now)
    own = places.by_attendance.get(Attendance.IN_PERSON)
    registration_id = _find_standing(session, event, asked)
    is_beyond = False
    if registration_id is None:
        is_beyond = decide_walk_in(event, own, asked)
        registration_id = _enter(session, event, asked, now)
    _write(session, device, event, asked, registration_id, is_beyond=is_beyond, now=now)
    return Welcome(Verdict.ADMITTED, registration_id, is_beyond)


def _find(session: Session, event: EventDefinition, walk_in_id: str) -> Welcome | None:
    """What this very walk-in was told before."""
    row = session.execute(
        select(_W.event_id, _W.registration_id, _W.is_beyond).where(_W.walk_in_id == walk_in_id)
    ).one_or_none()
    if row is None:
        return None
    if row.event_id != event.id:
        raise NotFound
    return Welcome(Verdict.ADMITTED, row.registration_id, row.is_beyond)


def _find_standing(session: Session, event: EventDefinition, asked: NewWalkIn) -> int | None:
    """The registration of this name and address, if it may enter."""
    if not asked.email:
        return None
    key = Person(asked.first_name, asked.last_name, asked.email).key
    row = session.execute(
        select(_R.id, _R.status, _R.attendance).where(
            _R.event_id == event.id, _R.person_key == key, is_standing(_R)
        )
    ).one_or_none()
    if row is None:
        return None
    if (row.status, row.attendance) == (RegistrationStatus.CONFIRMED, Attendance.IN_PERSON):
        found: int = row.id
        return found
    raise AlreadyRegistered(registration_id=row.id)


def _enter(session: Session, event: EventDefinition, asked: NewWalkIn, now: datetime) -> int:
    """Their registration; the mail is owed where there is an address."""
    person = Stranger(
        asked.first_name,
        asked.last_name,
        asked.email,
        organisation=asked.organisation,
        own_key="" if asked.email else f"\n{asked.walk_in_id}",
    )
    request = SignupRequest(person, Attendance.IN_PERSON, by_office=True)
    token = f"walk-in {asked.walk_in_id}"
    return enter(
        session, event, request, RegistrationStatus.CONFIRMED, {}, form_token=token, now=now
    )


def _write(
    session: Session,
    device: PairedDevice,
    event: EventDefinition,
    asked: NewWalkIn,
    registration_id: int,
    *,
    is_beyond: bool,
    now: datetime,
) -> None:
    """The admission, the walk-in and the entry in the log."""
    came_at = min(asked.came_at, now)
    owner: dict[str, Any] = {
        "event_id": event.id,
        "device_id": device.id,
        "registration_id": registration_id,
    }
    scan = {
        **owner,
        "scan_id": asked.walk_in_id,
        "event_date_id": date_id_of(event, device.event_date_id, came_at),
        "direction": Direction.IN,
        "finding": Finding.TICKET,
        "scanned_at": came_at,
        "received_at": now,
    }
    walk_in = {"walk_in_id": asked.walk_in_id, "is_beyond": is_beyond, "created_at": now}
    session.execute(insert(Scan).values(**scan))
    session.execute(insert(WalkIn).values(**owner, **walk_in))
    held = HeldWalkIn.walk_in_id == asked.walk_in_id
    session.execute(delete(HeldWalkIn).where(held))
    note(
        session,
        "registration.walked_in",
        by=None,
        now=now,
        network_id=event.network.id,
        event_id=event.id,
        subject=("registration", registration_id),
        after={"door": device.name, "beyond": is_beyond},
    )
