"""What the live page reads: first whether anything has changed at all, then the rows."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

from sqlalchemy import Connection, Text, bindparam, cast, func, or_, select

from eventapp.attendance.models import Presence
from eventapp.base import table_of
from eventapp.checkin.devices import DOOR
from eventapp.checkin.head_counts import IS_EXPECTED
from eventapp.checkin.models import Device, Door, Scan
from eventapp.checkin.passages import walked_in
from eventapp.checkin.rules import Direction, Finding, Passage
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Attendance
from eventapp.live.rules import Entrance, Passed
from eventapp.registration.models import Place, PlaceStatus, Registration, RegistrationStatus

_R = table_of(Registration).c
_OF_EVENT = _R.event_id == bindparam("event_id")
_IS_CONFIRMED = _R.status == RegistrationStatus.CONFIRMED
_IS_TICKET = Scan.finding == Finding.TICKET
# What of the scans changes a figure, in one reading of them: how many there are, how many count,
# are held, were let in by a door's own decision, and are settled.
_OF_SCANS = (
    func.count(),
    func.count().filter(_IS_TICKET),
    func.count().filter(Scan.finding == Finding.HELD),
    func.count().filter(Scan.let_in.is_(True)),
    func.count(Scan.settled_at),
)


def _beside(one: Any, other: Any) -> Any:
    return one + "-" + other


# Whatever changes a figure changes one of these; asked every few seconds by every screen.
_STATE = select(
    select(reduce(_beside, [cast(each, Text) for each in _OF_SCANS]))
    .where(Scan.event_id == bindparam("event_id"))
    .scalar_subquery()
    .label("scans"),
    select(func.count())
    .join_from(Presence, Registration)
    .where(_OF_EVENT)
    .scalar_subquery()
    .label("online"),
    select(func.count())
    .where(Door.event_id == bindparam("event_id"), Door.ended_at.is_(None))
    .scalar_subquery()
    .label("doors"),
    func.count().filter(_IS_CONFIRMED).label("confirmed"),
    func.coalesce(func.sum(_R.sequence), 0).label("sequence"),
    func.max(_R.revised_at).label("revised_at"),
).where(_OF_EVENT)


def find_state(connection: Connection, event: EventDefinition) -> tuple[Any, ...]:
    """As long as this is the same, so are all figures of the event; one statement."""
    return tuple(connection.execute(_STATE, {"event_id": event.id}).one())


def list_scans(connection: Connection, event: EventDefinition) -> list[Passed]:
    """The scans that found a ticket, of whoever is still expected."""
    rows = connection.execute(
        select(
            _R.id,
            Scan.programme_item_id,
            Scan.event_date_id,
            Scan.scan_id,
            Scan.direction,
            Scan.scanned_at,
            DOOR,
        )
        .join(Device, Device.id == Scan.device_id)
        .outerjoin(Door, Door.id == Device.door_id)
        .join(Registration, Registration.id == Scan.registration_id)
        .where(Scan.event_id == event.id, _IS_TICKET, *IS_EXPECTED)
    )
    return [
        Passed(guest, item_id, date_id, Passage(*passage))
        for guest, item_id, date_id, *passage in rows
    ]


def list_entrances(
    connection: Connection, event: EventDefinition, date_id: int | None
) -> list[Entrance]:
    """The doors with a link through which people come, of a course on this date."""
    is_now = or_(Door.event_date_id.is_(None), Door.event_date_id == date_id)
    rows = connection.execute(
        select(Door.name, Door.programme_item_id).where(
            Door.event_id == event.id,
            Door.ended_at.is_(None),
            Door.direction == Direction.IN,
            or_(Door.programme_item_id.is_not(None), is_now),
        )
    )
    return [(row.name, row.programme_item_id) for row in rows]


def count_expected(connection: Connection, event: EventDefinition) -> dict[str, int]:
    """By way to take part: who has a place."""
    rows = connection.execute(
        select(_R.attendance, func.count())
        .where(_R.event_id == event.id, _IS_CONFIRMED)
        .group_by(_R.attendance)
    )
    return {**dict.fromkeys(event.attendances, 0), **{row[0]: row[1] for row in rows}}


def count_places(connection: Connection, event: EventDefinition) -> dict[int, int]:
    """By programme item that is chosen: who has a place in it and comes to the house."""
    if not event.choices:
        return {}
    rows = connection.execute(
        select(Place.programme_item_id, func.count())
        .join(Registration, Registration.id == Place.registration_id)
        .where(_R.event_id == event.id, Place.status == PlaceStatus.CONFIRMED, *IS_EXPECTED)
        .group_by(Place.programme_item_id)
    )
    return {row[0]: row[1] for row in rows}


def count_walk_ins(connection: Connection, event: EventDefinition) -> int:
    """Who was registered at a door and is still expected."""
    statement = select(func.count()).where(_R.event_id == event.id, *IS_EXPECTED, walked_in())
    return int(connection.execute(statement).scalar_one())


def count_online(connection: Connection, event: EventDefinition, date_ids: Sequence[int]) -> int:
    """Who went through the online door of one of these dates."""
    if not event.has_online:
        return 0
    statement = (
        select(func.count(Presence.registration_id.distinct()))
        .join(Registration, Registration.id == Presence.registration_id)
        .where(
            Presence.event_date_id.in_(date_ids),
            _IS_CONFIRMED,
            _R.attendance == Attendance.ONLINE,
        )
    )
    return int(connection.execute(statement).scalar_one())
