"""What the doors disagree about, told from the scans each time; only who is done is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select
from sqlalchemy.orm import aliased

from eventapp.checkin.conflict_rules import (
    Kind,
    Told,
    find_doubles,
    kind_of_refused,
    may_be_admitted,
)
from eventapp.checkin.devices import DOOR
from eventapp.checkin.models import Device, Door, Scan, WalkIn
from eventapp.checkin.rules import Direction, Finding, Passage, entry_of
from eventapp.errors import NotFound
from eventapp.names import full_name
from eventapp.registration.models import Registration, is_standing

_Other = aliased(Registration)
NO_REFUSAL = (Finding.TICKET, Finding.UNDONE, Finding.HELD, Finding.REJECTED)


@dataclass(frozen=True)
class Seen:
    """A scan as the office reads it: whose it is, when, where, and how it counts."""

    id: int
    scan_id: str
    at: datetime
    door: str
    device_id: int
    device: str
    direction: str
    finding: str
    let_in: bool | None
    held_as: str | None
    settled_at: datetime | None
    item_id: int | None
    date_id: int | None
    registration_id: int | None
    name: str | None
    status: str | None
    attendance: str | None


@dataclass(frozen=True)
class Conflict:
    """A scan that counts otherwise than its door believed."""

    kind: Kind
    scan: Seen
    first: Seen | None = None  # of a double: the scan that let the person in
    other_id: int | None = None  # of a walk-in: the registration of the same name

    @property
    def may_be_admitted(self) -> bool:
        return may_be_admitted(self.kind, self.scan.status, self.scan.attendance)


SEEN: Any = (
    select(
        Scan.id,
        Scan.scan_id,
        Scan.scanned_at,
        DOOR,
        Scan.device_id,
        Device.name.label("device"),
        Scan.direction,
        Scan.finding,
        Scan.let_in,
        Scan.held_as,
        Scan.settled_at,
        Scan.programme_item_id,
        Scan.event_date_id,
        Scan.registration_id,
        Registration.title,
        Registration.first_name,
        Registration.last_name,
        Registration.status,
        Registration.attendance,
    )
    .join(Device, Device.id == Scan.device_id)
    .outerjoin(Door, Door.id == Device.door_id)
    .outerjoin(Registration, Registration.id == Scan.registration_id)
)


def list_conflicts(connection: Connection, event_id: int) -> list[Conflict]:
    """All of the event, settled ones too, the latest first; two statements, however many."""
    seen = [seen_of(row) for row in connection.execute(_suspects(event_id))]
    found = [*_doubles(seen), *_refused(seen), *_called_alike(connection, event_id)]
    return sorted(found, key=lambda each: (each.scan.at, each.scan.scan_id), reverse=True)


def get_conflict(connection: Connection, event_id: int, scan_row_id: int) -> Conflict:
    """The one that this scan is. Raises `NotFound`."""
    for each in list_conflicts(connection, event_id):
        if each.scan.id == scan_row_id:
            return each
    raise NotFound


def count_open(connection: Connection, event_id: int) -> int:
    """Conflicts that the office has not settled."""
    return sum(each.scan.settled_at is None for each in list_conflicts(connection, event_id))


def seen_of(row: Any) -> Seen:
    """The scan of a row of `SEEN`."""
    is_known = row.registration_id is not None
    name = full_name(row.title, row.first_name, row.last_name) if is_known else None
    return Seen(*[*row[:14], name, row.status, row.attendance])


def _suspects(event_id: int) -> Any:
    """The scans of whoever came in more than once, and those of whoever was let in wrongly."""
    is_ticket = and_(Scan.event_id == event_id, Scan.finding == Finding.TICKET)
    several = (
        select(Scan.registration_id)
        .where(is_ticket, Scan.direction == Direction.IN)
        .group_by(Scan.registration_id)
        .having(func.count() > 1)
    )
    return SEEN.where(
        Scan.event_id == event_id,
        or_(
            and_(is_ticket, Scan.registration_id.in_(several)),
            and_(Scan.let_in.is_(True), Scan.finding.not_in(NO_REFUSAL)),
        ),
    )


def _doubles(seen: Sequence[Seen]) -> list[Conflict]:
    tickets = {each.scan_id: each for each in seen if each.finding == Finding.TICKET}
    doubles = find_doubles(
        Told(
            each.registration_id,
            entry_of(each.item_id, each.date_id),
            Passage(each.scan_id, each.direction, each.at, each.door),
            each.device_id,
            each.let_in,
        )
        for each in tickets.values()
        if each.registration_id is not None
    )
    return [
        Conflict(Kind.DOUBLE, tickets[scan_id], first=tickets[first.scan_id])
        for scan_id, first in doubles.items()
    ]


def _refused(seen: Sequence[Seen]) -> list[Conflict]:
    return [
        Conflict(kind_of_refused(each.finding), each)
        for each in seen
        if each.finding != Finding.TICKET
    ]


def _called_alike(connection: Connection, event_id: int) -> list[Conflict]:
    """Walk-ins, and who of the same name was registered before."""
    other = (
        select(func.min(_Other.id))
        .where(
            _Other.event_id == event_id,
            _Other.sort_key == Registration.sort_key,
            _Other.id < Registration.id,
            is_standing(_Other),
        )
        .scalar_subquery()
        .correlate(Registration)
    )
    rows = connection.execute(
        SEEN.add_columns(other.label("other_id"))
        .join(WalkIn, WalkIn.walk_in_id == Scan.scan_id)
        .where(
            WalkIn.event_id == event_id,
            Scan.finding == Finding.TICKET,
            is_standing(Registration),
            other.is_not(None),
        )
    )
    return [Conflict(Kind.SAME_NAME, seen_of(row), other_id=row.other_id) for row in rows]
