"""Reads of the door: who scans, what the rows say of a scan, how many are there."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from eventapp.checkin.models import Device, Door, Scan
from eventapp.checkin.rules import (
    Code,
    Direction,
    Entry,
    Finding,
    Outcome,
    Passage,
    Verdict,
    date_at,
    entry_of,
    find_obstacle,
    judge,
)
from eventapp.events.definition import EventDefinition, ItemDefinition
from eventapp.events.models import Attendance, Event
from eventapp.names import full_name
from eventapp.registration.models import (
    Place,
    PlaceStatus,
    Registration,
    RegistrationStatus,
    is_standing,
)
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
    accepted_at: datetime | None = None  # confidentiality
    last_seen_at: datetime | None = None
    waiting: int | None = None  # scans not sent yet when it was last seen
    # What its door points at; nothing where it has none.
    programme_item_id: int | None = None
    event_date_id: int | None = None
    direction: str = Direction.IN
    door_id: int | None = None
    door_name: str | None = None

    @property
    def door(self) -> str:
        """Where it stands; a device without a door's link is called after its door."""
        return self.door_name or self.name

    def holds(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.valid_until


@dataclass(frozen=True)
class Guest:
    """What the door may know of a person; no need, no address."""

    id: int
    name: str | None  # this and the next two only where the door may know them
    organisation: str | None
    note: str | None  # in the guest's own words, for the door
    status: str
    items: tuple[ItemDefinition, ...]
    no_photo: bool = False  # gave no leave where the organiser asks for it
    has_companion: bool = False  # two people with a code each; only with names


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


IS_EXPECTED = (
    Registration.status == RegistrationStatus.CONFIRMED,
    Registration.attendance == Attendance.IN_PERSON,
)
# Built once: making a statement costs more than sending it.
_DEVICES = (
    select(
        Device.id,
        Device.event_id,
        Event.slug.label("event_slug"),
        Device.name,
        Device.valid_until,
        Device.revoked_at,
        Device.accepted_at,
        Device.last_seen_at,
        Device.waiting,
        Door.programme_item_id,
        Door.event_date_id,
        func.coalesce(Door.direction, Direction.IN),
        Device.door_id,
        Door.name,
    )
    .join(Event, Event.id == Device.event_id)
    .outerjoin(Door, Door.id == Device.door_id)
)
_DEVICE = _DEVICES.where(
    or_(
        Device.token_hash == bindparam("token_hash"),
        Device.home_token_hash == bindparam("token_hash"),
    )
)
DOOR = func.coalesce(Door.name, Device.name).label("door")  # where a scan was made
_Assistant = aliased(Registration)
_HAS_COMPANION = or_(
    Registration.main_id.is_not(None),
    exists().where(
        _Assistant.event_id == Registration.event_id,
        _Assistant.main_id == Registration.id,
        is_standing(_Assistant),
    ),
)
_GUESTS = select(
    Registration.id,
    Registration.event_id,
    Registration.status,
    Registration.attendance,
    Registration.title,
    Registration.first_name,
    Registration.last_name,
    Registration.organisation,
    Registration.door_note,
    Registration.photo_consent,
    _HAS_COMPANION.label("has_companion"),
    Registration.ticket_hash,
    Registration.short_code_hash,
)
_WITH_TICKET = Registration.ticket_hash.in_(bindparam("tickets", expanding=True))
_WITH_SHORT = and_(
    Registration.event_id == bindparam("event_id"),
    Registration.short_code_hash.in_(bindparam("shorts", expanding=True)),
)
_WITH_CODE = {
    (True, False): _GUESTS.where(_WITH_TICKET).order_by(Registration.id),
    (False, True): _GUESTS.where(_WITH_SHORT).order_by(Registration.id),
    (True, True): _GUESTS.where(or_(_WITH_TICKET, _WITH_SHORT)).order_by(Registration.id),
}
_LOCKED = {key: each.with_for_update(key_share=True) for key, each in _WITH_CODE.items()}
_WITH_ID = _GUESTS.where(Registration.id.in_(bindparam("ids", expanding=True)))
_SCANS = (
    select(
        Scan.scan_id,
        Scan.event_id,
        Scan.registration_id,
        Scan.programme_item_id,
        Scan.event_date_id,
        Scan.finding,
        Scan.direction,
        Scan.scanned_at,
        DOOR,
    )
    .join(Device, Device.id == Scan.device_id)
    .outerjoin(Door, Door.id == Device.door_id)
    .where(
        or_(
            Scan.scan_id.in_(bindparam("scan_ids", expanding=True)),
            Scan.registration_id.in_(bindparam("guest_ids", expanding=True)),
        )
    )
)


def find_device(connection: Connection, token: str) -> PairedDevice | None:
    """The device of this token, also one that may scan no longer."""
    row = connection.execute(_DEVICE, {"token_hash": hashed(token)}).one_or_none()
    return PairedDevice(*row) if row else None


def find_handed_over(connection: Connection, code: str, now: datetime) -> PairedDevice | None:
    """The device that this code hands over to a home screen, while it may."""
    is_meant = (Device.handover_hash == hashed(code), Device.handover_until > now)
    row = connection.execute(_DEVICES.where(*is_meant)).one_or_none()
    device = PairedDevice(*row) if row else None
    return device if device and device.holds(now) else None


def lock_guests(connection: Connection, event_id: int, codes: Iterable[Code]) -> Sequence[Any]:
    """The registrations behind the codes, in one statement ordered by id: no two doors deadlock.

    Tickets of other events are among them, short codes only of this one.
    """
    codes = list(codes)
    tickets = [hashed(code.ticket) for code in codes if code.ticket]
    shorts = [hashed(code.short) for code in codes if code.short]
    if not tickets and not shorts:
        return []
    values: dict[str, Any] = {"tickets": tickets} if tickets else {}
    if shorts:
        values |= {"event_id": event_id, "shorts": shorts}
    return connection.execute(_LOCKED[bool(tickets), bool(shorts)], values).all()


def list_answers(
    connection: Connection, event: EventDefinition, scan_ids: Sequence[str], known: Iterable[Any]
) -> list[Answer]:
    """What the rows say now of these scans, in the order asked; `known` are rows of guests."""
    guests = {row.id: row for row in known if row.event_id == event.id}
    scans = _load_scans(connection, scan_ids, list(guests))
    mine = [scans.get(scan_id) for scan_id in scan_ids]
    others = {row.registration_id for row in mine if row} - guests.keys() - {None}
    if others:  # a scan id that came before, with another code
        guests |= {row.id: row for row in connection.execute(_WITH_ID, {"ids": list(others)})}
        scans |= _load_scans(connection, [], list(others))
    outcomes = _judge_all(scans.values())
    items = find_items(connection, event, guests)
    people = {id_: _guest(row, items, event) for id_, row in guests.items()}
    return [
        _answer(row, guests, people, outcomes)
        if row and row.event_id == event.id
        else Answer(scan_id, Verdict.UNKNOWN)  # that id was used at another event
        for scan_id, row in zip(scan_ids, mine, strict=True)
    ]


def _load_scans(
    connection: Connection, scan_ids: Sequence[str], guest_ids: Sequence[int]
) -> dict[str, Any]:
    rows = connection.execute(_SCANS, {"scan_ids": scan_ids, "guest_ids": guest_ids})
    return {row.scan_id: row for row in rows}


def _judge_all(scans: Iterable[Any]) -> dict[str, Outcome]:
    """By scan id, of every scan that found a ticket; see `rules.entry_of`."""
    passages: dict[tuple[int, Entry], list[Passage]] = defaultdict(list)
    for row in scans:
        if row.finding == Finding.TICKET:
            passage = Passage(row.scan_id, row.direction, row.scanned_at, row.door)
            entry = entry_of(row.programme_item_id, row.event_date_id)
            passages[row.registration_id, entry].append(passage)
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
    return _load_items(connection, choices, Place.registration_id.in_(guest_ids))


def find_all_items(connection: Connection, event: EventDefinition) -> Items:
    """As `find_items`, of everybody."""
    choices = {item.id: item for item in event.choices}
    if not choices:
        return {}
    return _load_items(connection, choices, Place.programme_item_id.in_(choices))


def _load_items(
    connection: Connection, choices: dict[int, ItemDefinition], of_whom: ColumnElement[bool]
) -> Items:
    rows = connection.execute(
        select(Place.registration_id, Place.programme_item_id)
        .where(of_whom, Place.status == PlaceStatus.CONFIRMED)
        .order_by(Place.id)
    )
    held: Items = defaultdict(tuple)
    for registration_id, item_id in rows:
        held[registration_id] += (choices[item_id],)
    return held


def _answer(
    row: Any, guests: dict[int, Any], people: dict[int, Guest], outcomes: dict[str, Outcome]
) -> Answer:
    if row.finding in (Finding.HELD, Finding.REJECTED):
        return Answer(row.scan_id, Verdict.HELD)
    if row.registration_id is None:
        return Answer(row.scan_id, Verdict(row.finding))
    registration, guest = guests[row.registration_id], people[row.registration_id]
    if row.finding == Finding.UNDONE:
        return Answer(row.scan_id, Verdict.UNDONE, guest)
    obstacle = find_obstacle(registration.status, registration.attendance, has_item=True)
    if obstacle is Finding.TICKET:
        obstacle = Finding(row.finding)
    if obstacle is not Finding.TICKET:
        return Answer(row.scan_id, Verdict(obstacle), guest)
    outcome = outcomes[row.scan_id]
    return Answer(row.scan_id, outcome.verdict, guest, outcome.admission)


def _guest(
    row: Any, items: Items, event: EventDefinition, *, is_named: bool | None = None
) -> Guest:
    """Named where the event's door may know names, unless somebody may who asks."""
    is_named = event.names_at_door if is_named is None else is_named
    return Guest(
        id=row.id,
        name=full_name(row.title, row.first_name, row.last_name) if is_named else None,
        organisation=row.organisation if is_named else None,
        note=row.door_note if is_named else None,
        status=row.status,
        items=items.get(row.id, ()),
        no_photo="photo_consent" in event.fields and not row.photo_consent,
        has_companion=is_named and row.has_companion,
    )


def count_guests(connection: Connection, event: EventDefinition, now: datetime) -> HeadCount:
    """Of one event, as `list_head_counts`."""
    return list_head_counts(connection, [event], now)[event.id]


def list_head_counts(
    connection: Connection, events: Sequence[EventDefinition], now: datetime
) -> dict[int, HeadCount]:
    """By event: who is expected at the door, and who is in the house, see `rules.is_inside`."""
    event_ids = [event.id for event in events]
    today = [date.id for event in events if (date := date_at(event, now))]
    last_direction = (
        select(Scan.direction)
        .where(
            Scan.registration_id == Registration.id,
            or_(Scan.programme_item_id.is_(None), Scan.direction == Direction.IN),
            or_(Scan.event_date_id.is_(None), Scan.event_date_id.in_(today)),
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
        .where(Registration.event_id.in_(event_ids), *IS_EXPECTED)
        .group_by(Registration.event_id)
    )
    counts = {event_id: HeadCount(present, expected) for event_id, present, expected in rows}
    return {event_id: counts.get(event_id, HeadCount(0, 0)) for event_id in event_ids}


def find_ticket_event(connection: Connection, ticket: str) -> int | None:
    """The id of the event that this ticket belongs to."""
    return connection.execute(
        select(Registration.event_id).where(Registration.ticket_hash == hashed(ticket))
    ).scalar_one_or_none()


def get_guest(
    connection: Connection, event: EventDefinition, ticket: str, *, is_named: bool
) -> Guest:
    """The guest behind a ticket that exists."""
    row = connection.execute(_WITH_CODE[True, False], {"tickets": [hashed(ticket)]}).one()
    return _guest(row, find_items(connection, event, [row.id]), event, is_named=is_named)
