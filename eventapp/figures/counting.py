"""Counting from the rows that are there: a fixed number of statements, grouped by the database."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, and_, case, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from eventapp import clock
from eventapp.attendance.ledger import count_by_date, was_there
from eventapp.attendance.standing import list_standings
from eventapp.base import table_of
from eventapp.clock import berlin_day
from eventapp.events.contingent import Contingent
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Attendance
from eventapp.figures.rules import Figures
from eventapp.invitations.queries import count_round, count_rounds
from eventapp.networks.models import Organisation
from eventapp.participants.selection import bounds
from eventapp.registration.models import Place, PlaceStatus, Registration, RegistrationStatus
from eventapp.registration.queries import places

_R = table_of(Registration).c
_STANDS = (RegistrationStatus.CONFIRMED, RegistrationStatus.PENDING)
_CONFIRMED = _R.status == RegistrationStatus.CONFIRMED
_OF_PEOPLE = (
    *("statuses", "attendances", "arrived"),
    *("types", "districts", "there_types", "there_districts"),
)


class utc_hour(FunctionElement[str]):  # noqa: N801  reads as the function that it is
    """`utc_hour(column)`: the hour of an instant as `2027-03-28 01`; Berlin's days begin at one."""

    type = Text()
    inherit_cache = True
    name = "utc_hour"


@compiles(utc_hour)
def _in_sqlite(element: utc_hour, compiler: Any, **options: Any) -> str:
    return f"substr({compiler.process(element.clauses, **options)}, 1, 13)"


@compiles(utc_hour, "postgresql")
def _in_postgresql(element: utc_hour, compiler: Any, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24')"


def count_figures(
    connection: Connection, event: EventDefinition, within: Contingent | None = None
) -> Figures:
    """Counted from the rows that are there; all of them, or one contingent's."""
    limits = bounds(within)
    rows = count_people(connection, [event.id], *limits)
    return of_people(
        rows,
        days=count_days(connection, [event.id], within=within)[event.id],
        items=_count_items(connection, event, within),
        dates=_count_dates(connection, event, limits),
        met=_count_met(connection, event, limits),
        invitations={} if within else count_round(connection, event.id),
        rounds={} if within else of_rounds(count_rounds(connection, [event.id])),
    )


def count_people(
    connection: Connection, event_ids: Collection[int], *limits: ColumnElement[bool]
) -> Sequence[Any]:
    """(event_id, status, attendance, organisation_id, type, district, n, there): of so many
    registrations alike, so many were there. One statement."""
    is_there = case((and_(_CONFIRMED, was_there()), 1), else_=0).label("there")
    alike = [_R.event_id, _R.status, _R.attendance, _R.organisation_id]
    each = select(*alike, is_there).where(_R.event_id.in_(event_ids), *limits).subquery().c
    groups = [each.event_id, each.status, each.attendance, each.organisation_id]
    n, there = func.count().label("n"), func.sum(each.there).label("there")
    counted = select(*groups, n, there).group_by(*groups).subquery()
    return connection.execute(
        select(counted, Organisation.type, Organisation.district).outerjoin(
            Organisation, Organisation.id == counted.c.organisation_id
        )
    ).all()


def of_people(rows: Iterable[Any], **others: Any) -> Figures:
    """What rows of `count_people` say of one event, beside what others do."""
    found = {name: Counter[str]() for name in _OF_PEOPLE}
    for row in rows:
        found["statuses"][row.status] += row.n
        if row.status == RegistrationStatus.CONFIRMED:
            found["attendances"][row.attendance] += row.n
            found["arrived"][row.attendance] += row.there
            for name, group in (("types", row.type), ("districts", row.district)):
                found[name][group or ""] += row.n
                found[f"there_{name}"][group or ""] += row.there
    counted: dict[str, Any] = {name: dict(sorted(each.items())) for name, each in found.items()}
    counted["arrived"] = {each.value: found["arrived"][each.value] for each in Attendance}
    return Figures(**counted, **others)


def of_rounds(rows: Iterable[Any]) -> dict[str, dict[str, dict[str, int]]]:
    """Rows of `count_rounds` of one event, by group."""
    found: dict[str, dict[str, Counter[str]]] = {"types": {}, "districts": {}}
    for row in rows:
        numbers = {"invited": row.invited, "answered": row.answered, "represented": row.represented}
        for name, group in (("types", row.type), ("districts", row.district)):
            found[name].setdefault(group or "", Counter()).update(numbers)
    return {
        name: {group: dict(each) for group, each in sorted(groups.items())}
        for name, groups in found.items()
        if groups
    }


def _count_dates(
    connection: Connection, event: EventDefinition, limits: Sequence[ColumnElement[bool]]
) -> dict[str, int]:
    """By number of the date, from 1, where there are several: who was there."""
    if len(event.dates) == 1:
        return {}
    counted = count_by_date(connection, [event.id], *limits)
    return {str(number): counted.get(date.id, 0) for number, date in enumerate(event.dates, 1)}


def _count_met(
    connection: Connection, event: EventDefinition, limits: Sequence[ColumnElement[bool]]
) -> int | None:
    """How many have taken part by the event's rule; of an event without one nobody asks."""
    if event.attendance_rule is None:
        return None
    standings = list_standings(connection, event, clock.now())
    met = {registration_id for registration_id, each in standings.items() if each.is_met}
    if limits:
        statement = select(_R.id).where(_R.event_id == event.id, *limits)
        met &= set(connection.execute(statement).scalars())
    return len(met)


def _count_items(
    connection: Connection, event: EventDefinition, within: Contingent | None
) -> dict[str, dict[str, int]]:
    """By slug of what can be chosen: who has a place, and who waits."""
    if not event.choices:
        return {}
    if within is None:
        counted = places(connection, event).items
        return {
            slug: {"taken": each.taken, "waiting": each.waiting} for slug, each in counted.items()
        }
    slugs = {item.id: item.slug for item in event.choices}
    found = {slug: {"taken": 0, "waiting": 0} for slug in slugs.values()}
    rows = connection.execute(
        select(Place.programme_item_id, Place.status, func.count())
        .join(Registration, Registration.id == Place.registration_id)
        .where(Place.programme_item_id.in_(slugs), _R.status.in_(_STANDS), *bounds(within))
        .group_by(Place.programme_item_id, Place.status)
    )
    for item_id, status, n in rows:
        found[slugs[item_id]]["taken" if status == PlaceStatus.CONFIRMED else "waiting"] += n
    return found


def count_days(
    connection: Connection,
    event_ids: Collection[int],
    since: datetime | None = None,
    within: Contingent | None = None,
) -> dict[int, dict[str, int]]:
    """By event: sign-ups by day in Berlin, also of those who cancelled later."""
    hour = utc_hour(_R.created_at).label("hour")
    statement = select(_R.event_id, hour, func.count()).where(
        _R.event_id.in_(event_ids), *bounds(within)
    )
    if since is not None:
        statement = statement.where(_R.created_at >= since)
    days: dict[int, Counter[str]] = {id_: Counter() for id_ in event_ids}
    for event_id, text, n in connection.execute(statement.group_by(_R.event_id, hour)):
        instant = datetime.strptime(text, "%Y-%m-%d %H").replace(tzinfo=UTC)
        days[event_id][berlin_day(instant).isoformat()] += n
    return {id_: dict(sorted(counted.items())) for id_, counted in days.items()}
