"""Reads of the ledger: a fixed number of statements, however many people, dates and events.

`at_date` says in SQL what `ledger_rules.tell` says of one person: whatever counts who was there
asks it, so that all counts agree.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from eventapp.accounts.models import Account
from eventapp.attendance.ledger_rules import Fact, Source, Told, tell
from eventapp.attendance.models import AttendanceReport, HandEntry, Presence, ReportLine
from eventapp.base import table_of
from eventapp.checkin.devices import DOOR
from eventapp.checkin.models import Device, Door, Scan
from eventapp.checkin.rules import Direction, Finding
from eventapp.events.definition import EventDefinition
from eventapp.events.models import EventDate
from eventapp.registration.models import Registration, RegistrationStatus

_R = table_of(Registration).c
_IS_CONFIRMED = _R.status == RegistrationStatus.CONFIRMED

# --- counting -----------------------------------------------------------------------------------


def at_date(registration_id: Any, date: Any) -> ColumnElement[bool]:
    """Whether this registration (a column) was at this date (an alias of `EventDate`).

    A scan names its date only where the event has several; else it is of the first.
    """
    scanned, noted = aliased(Scan), aliased(Presence)
    named, report = aliased(ReportLine), aliased(AttendanceReport)
    written, denied = aliased(HandEntry), aliased(HandEntry)
    says_so = or_(
        _any(
            scanned,
            scanned.registration_id == registration_id,
            scanned.finding == Finding.TICKET,
            scanned.direction == Direction.IN,
            or_(
                scanned.event_date_id == date.id,
                and_(scanned.event_date_id.is_(None), date.position == 1),
            ),
        ),
        _any(noted, noted.registration_id == registration_id, noted.event_date_id == date.id),
        _any(
            named,
            named.registration_id == registration_id,
            _any(report, report.id == named.report_id, report.event_date_id == date.id),
        ),
        _any(
            written,
            written.registration_id == registration_id,
            written.event_date_id == date.id,
            written.was_there,
        ),
    )
    is_denied = _any(
        denied,
        denied.registration_id == registration_id,
        denied.event_date_id == date.id,
        denied.programme_item_id.is_(None),
        ~denied.was_there,
    )
    return and_(~date.is_off, says_so, ~is_denied)


def was_there(columns: Any = _R) -> ColumnElement[bool]:
    """Of a row of `registration`: there at any date of its event."""
    date = aliased(EventDate)
    return _any(date, date.event_id == columns.event_id, at_date(columns.id, date))


def _any(table: Any, *conditions: Any) -> ColumnElement[bool]:
    """Whether the table has such a row; all other tables are those of the statements around."""
    return exists().where(*conditions).correlate_except(table)


def count_attended(
    connection: Connection, event_ids: Collection[int], *limits: ColumnElement[bool]
) -> dict[int, dict[str, int]]:
    """By event and way to take part: whoever has a place and was there at all. One statement."""
    rows = connection.execute(
        select(_R.event_id, _R.attendance, func.count())
        .where(_R.event_id.in_(event_ids), _IS_CONFIRMED, was_there(), *limits)
        .group_by(_R.event_id, _R.attendance)
    )
    counted: dict[int, dict[str, int]] = {event_id: {} for event_id in event_ids}
    for event_id, attendance, n in rows:
        counted[event_id][attendance] = n
    return counted


def count_by_date(
    connection: Connection, event_ids: Collection[int], *limits: ColumnElement[bool]
) -> dict[int, int]:
    """By id of the date: whoever has a place and was there. One statement."""
    date = aliased(EventDate)
    rows = connection.execute(
        select(date.id, func.count())
        .join(Registration, _R.event_id == date.event_id)
        .where(date.event_id.in_(event_ids), _IS_CONFIRMED, at_date(_R.id, date), *limits)
        .group_by(date.id)
    )
    return {row[0]: row[1] for row in rows}


# --- person by person ---------------------------------------------------------------------------

Facts = dict[int, list[Fact]]


def read_ledger(
    connection: Connection,
    event: EventDefinition,
    registration_ids: Sequence[int] | None = None,
    *,
    with_minutes: bool = False,
) -> dict[int, Told]:
    """By registration (None: of everybody of the event): what is known of it; whoever is not
    named was not there."""
    facts: Facts = defaultdict(list)
    for registration_id, fact in _read(connection, event, registration_ids):
        facts[registration_id].append(fact)
    return {
        registration_id: tell(event.dates, mine, with_minutes=with_minutes)
        for registration_id, mine in facts.items()
    }


def read_one(
    connection: Connection, event: EventDefinition, registration_id: int, **how: bool
) -> Told:
    """The same of one registration."""
    return read_ledger(connection, event, [registration_id], **how).get(registration_id, Told())


def _read(
    connection: Connection, event: EventDefinition, ids: Sequence[int] | None
) -> Iterator[tuple[int, Fact]]:
    yield from _scans(connection, event, ids)
    yield from _presences(connection, event, ids)
    yield from _reported(connection, event, ids)
    yield from _written(connection, event, ids)


def _scans(
    connection: Connection, event: EventDefinition, ids: Sequence[int] | None
) -> Iterator[tuple[int, Fact]]:
    rows = connection.execute(
        select(
            Scan.registration_id,
            Scan.event_date_id,
            Scan.programme_item_id,
            Scan.direction,
            Scan.scanned_at,
            DOOR,
        )
        .join(Device, Device.id == Scan.device_id)
        .outerjoin(Door, Door.id == Device.door_id)
        .where(
            Scan.event_id == event.id,
            Scan.finding == Finding.TICKET,
            Scan.registration_id.is_not(None) if ids is None else Scan.registration_id.in_(ids),
        )
    )
    for registration_id, date_id, item_id, direction, at, door in rows:
        yield (
            cast("int", registration_id),
            Fact(
                source=Source.SCAN if item_id is None else Source.WORKSHOP,
                date_id=date_id or event.dates[0].id,
                at=at,
                item_id=item_id,
                is_out=direction == Direction.OUT,
                place=door,
            ),
        )


def _presences(
    connection: Connection, event: EventDefinition, ids: Sequence[int] | None
) -> Iterator[tuple[int, Fact]]:
    rows = connection.execute(
        select(Presence.registration_id, Presence.event_date_id, Presence.recorded_at).where(
            Presence.event_date_id.in_([date.id for date in event.dates]),
            *([] if ids is None else [Presence.registration_id.in_(ids)]),
        )
    )
    for registration_id, date_id, at in rows:
        yield registration_id, Fact(Source.ONLINE_DOOR, date_id, at)


def _reported(
    connection: Connection, event: EventDefinition, ids: Sequence[int] | None
) -> Iterator[tuple[int, Fact]]:
    rows = connection.execute(
        select(
            ReportLine.registration_id,
            AttendanceReport.event_date_id,
            AttendanceReport.platform,
            AttendanceReport.taken_at,
            ReportLine.joined_at,
            ReportLine.left_at,
        )
        .join(AttendanceReport)
        .where(
            AttendanceReport.event_id == event.id,
            *([] if ids is None else [ReportLine.registration_id.in_(ids)]),
        )
    )
    for registration_id, date_id, platform, taken_at, joined_at, left_at in rows:
        at = joined_at or cast("datetime", taken_at)
        yield (
            registration_id,
            Fact(Source.REPORT, date_id, at, place=platform, until=left_at),
        )


def _written(
    connection: Connection, event: EventDefinition, ids: Sequence[int] | None
) -> Iterator[tuple[int, Fact]]:
    rows = connection.execute(
        select(table_of(HandEntry), Account.email.label("by"))
        .outerjoin(Account, Account.id == HandEntry.account_id)
        .where(
            HandEntry.event_date_id.in_([date.id for date in event.dates]),
            *([] if ids is None else [HandEntry.registration_id.in_(ids)]),
        )
    )
    for row in rows:
        yield (
            row.registration_id,
            Fact(
                source=Source.HAND,
                date_id=row.event_date_id,
                at=row.created_at,
                item_id=row.programme_item_id,
                id=row.id,
                was_there=row.was_there,
                minutes=row.minutes,
                reason=row.reason,
                by=row.by,
            ),
        )
