"""Reads of the door: who scans, what the rows say of a scan, how many are there."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from eventapp.checkin.models import Device, Scan
from eventapp.checkin.rules import (
    Direction,
    Finding,
    Outcome,
    Passage,
    Verdict,
    find_obstacle,
    judge,
)
from eventapp.events.definition import EventDefinition, ItemDefinition
from eventapp.events.models import Attendance, Event
from eventapp.registration.models import Place, PlaceStatus, Registration, RegistrationStatus
from eventapp.tokens import hashed


@dataclass(frozen=True)
class PairedDevice:
    """A phone or laptop at a door."""

    id: int
    event_id: int
    event_slug: str
    name: str
    valid_until: datetime
    revoked_at: datetime | None

    def holds(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.valid_until


@dataclass(frozen=True)
class Guest:
    """What the door may know of a person; no need, no address."""

    id: int
    name: str
    organisation: str | None
    note: str | None  # in the guest's own words, for the door
    status: str
    items: tuple[ItemDefinition, ...]


@dataclass(frozen=True)
class Answer:
    """What is said to one scan."""

    scan_id: str
    verdict: Verdict
    guest: Guest | None = None
    admission: Passage | None = None


@dataclass(frozen=True)
class HeadCount:
    """Derived from the scans each time, never kept beside them."""

    present: int
    expected: int


_DEVICE = select(
    Device.id,
    Device.event_id,
    Event.slug.label("event_slug"),
    Device.name,
    Device.valid_until,
    Device.revoked_at,
).join(Event, Event.id == Device.event_id)

_GUEST = (
    Registration.status,
    Registration.attendance,
    Registration.title,
    Registration.first_name,
    Registration.last_name,
    Registration.organisation,
    Registration.door_note,
)


def find_device(connection: Connection, token: str) -> PairedDevice | None:
    """The device of this token, also one that may scan no longer."""
    row = connection.execute(_DEVICE.where(Device.token_hash == hashed(token))).one_or_none()
    return PairedDevice(*row) if row else None


def get_device(connection: Connection, device_id: int) -> PairedDevice:
    """The device of this id, which exists."""
    return PairedDevice(*connection.execute(_DEVICE.where(Device.id == device_id)).one())


def list_answers(
    connection: Connection, event: EventDefinition, scan_ids: Sequence[str]
) -> list[Answer]:
    """What the rows say now of these scans, in the order asked; at most four statements."""
    rows = {row.scan_id: row for row in connection.execute(_scans(event.id, scan_ids))}
    guest_ids = {row.registration_id for row in rows.values()} - {None}
    outcomes = _outcomes(connection, guest_ids)
    items = find_items(connection, event, guest_ids)
    return [
        _answer(rows[scan_id], items, outcomes)
        if scan_id in rows
        else Answer(scan_id, Verdict.UNKNOWN)  # a scan of that id belongs to another event
        for scan_id in scan_ids
    ]


def _scans(event_id: int, scan_ids: Sequence[str]) -> Any:
    return (
        select(
            Scan.scan_id,
            Scan.registration_id,
            Scan.programme_item_id,
            Scan.finding,
            *_GUEST,
        )
        .outerjoin(Registration, Registration.id == Scan.registration_id)
        .where(Scan.scan_id.in_(scan_ids), Scan.event_id == event_id)
    )


def _outcomes(connection: Connection, guest_ids: Collection[int]) -> dict[str, Outcome]:
    """By scan id, of every scan that found a ticket; each door of an item is a door of its own."""
    if not guest_ids:
        return {}
    rows = connection.execute(
        select(
            Scan.registration_id,
            Scan.programme_item_id,
            Scan.scan_id,
            Scan.direction,
            Scan.scanned_at,
            Device.name,
        )
        .join(Device, Device.id == Scan.device_id)
        .where(Scan.registration_id.in_(guest_ids), Scan.finding == Finding.TICKET)
    )
    passages: dict[tuple[int | None, int | None], list[Passage]] = defaultdict(list)
    for row in rows:
        passage = Passage(row.scan_id, row.direction, row.scanned_at, row.name)
        passages[row.registration_id, row.programme_item_id].append(passage)
    outcomes: dict[str, Outcome] = {}
    for each in passages.values():
        outcomes |= judge(each)
    return outcomes


Items = dict[int, tuple[ItemDefinition, ...]]


def find_items(connection: Connection, event: EventDefinition, guest_ids: Iterable[int]) -> Items:
    """By registration: the workshops it holds; no statement where there are none to choose."""
    choices = {item.id: item for item in event.choices}
    if not choices or not guest_ids:
        return {}
    rows = connection.execute(
        select(Place.registration_id, Place.programme_item_id)
        .where(Place.registration_id.in_(guest_ids), Place.status == PlaceStatus.CONFIRMED)
        .order_by(Place.id)
    )
    held: Items = defaultdict(tuple)
    for registration_id, item_id in rows:
        held[registration_id] += (choices[item_id],)
    return held


def _answer(row: Any, items: Items, outcomes: dict[str, Outcome]) -> Answer:
    if row.registration_id is None:
        return Answer(row.scan_id, Verdict(row.finding))
    if row.finding == Finding.HELD:
        return Answer(row.scan_id, Verdict.HELD)
    guest = _guest(row, items)
    obstacle = find_obstacle(row.status, row.attendance, has_item=True)
    if obstacle is Finding.TICKET:
        obstacle = Finding(row.finding)
    if obstacle is not Finding.TICKET:
        return Answer(row.scan_id, Verdict(obstacle), guest)
    outcome = outcomes[row.scan_id]
    return Answer(row.scan_id, outcome.verdict, guest, outcome.admission)


def _guest(row: Any, items: Items) -> Guest:
    names = (row.title, row.first_name, row.last_name)
    return Guest(
        id=row.registration_id,
        name=" ".join(name for name in names if name),
        organisation=row.organisation,
        note=row.door_note,
        status=row.status,
        items=items.get(row.registration_id, ()),
    )


def count_guests(connection: Connection, event_id: int) -> HeadCount:
    """Of one event, as `list_head_counts`."""
    return list_head_counts(connection, [event_id])[event_id]


def list_head_counts(connection: Connection, event_ids: Sequence[int]) -> dict[int, HeadCount]:
    """By event: who is expected at the door, and whose last passage of it was inwards."""
    last_direction = (
        select(Scan.direction)
        .where(
            Scan.registration_id == Registration.id,
            Scan.programme_item_id.is_(None),
            Scan.finding == Finding.TICKET,
        )
        .order_by(Scan.scanned_at.desc(), Scan.direction, Scan.scan_id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = connection.execute(
        select(
            Registration.event_id,
            func.count().filter(last_direction == Direction.IN),
            func.count(),
        )
        .where(
            Registration.event_id.in_(event_ids),
            Registration.status == RegistrationStatus.CONFIRMED,
            Registration.attendance == Attendance.IN_PERSON,
        )
        .group_by(Registration.event_id)
    )
    counts = {event_id: HeadCount(present, expected) for event_id, present, expected in rows}
    return {event_id: counts.get(event_id, HeadCount(0, 0)) for event_id in event_ids}


def find_ticket_event(connection: Connection, ticket: str) -> int | None:
    """The id of the event that this ticket belongs to."""
    return connection.execute(
        select(Registration.event_id).where(Registration.ticket_hash == hashed(ticket))
    ).scalar_one_or_none()


def get_guest(connection: Connection, event: EventDefinition, ticket: str) -> Guest:
    """The guest behind a ticket that exists."""
    row = connection.execute(
        select(Registration.id.label("registration_id"), *_GUEST).where(
            Registration.ticket_hash == hashed(ticket)
        )
    ).one()
    return _guest(row, find_items(connection, event, [row.registration_id]))
