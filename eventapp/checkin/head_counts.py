"""How many are in the house, and how many are expected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from eventapp.checkin.models import Scan
from eventapp.checkin.rules import Direction, Finding, date_at
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Attendance
from eventapp.registration.models import Registration, RegistrationStatus


@dataclass(frozen=True)
class HeadCount:
    """Derived from the scans each time, never kept beside them."""

    present: int
    expected: int


IS_EXPECTED = (
    Registration.status == RegistrationStatus.CONFIRMED,
    Registration.attendance == Attendance.IN_PERSON,
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
