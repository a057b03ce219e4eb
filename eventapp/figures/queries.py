"""Counting: a fixed number of statements, each grouped by the database."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Text, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from eventapp.attendance.ledger import count_attended
from eventapp.base import table_of
from eventapp.clock import berlin_day
from eventapp.events.contingent import Contingent
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Attendance, Event, EventStatus
from eventapp.figures.models import KeptFigures
from eventapp.figures.rules import Figures, from_json
from eventapp.invitations.queries import count_round
from eventapp.networks.models import Organisation
from eventapp.participants.selection import bounds
from eventapp.registration.models import Place, PlaceStatus, Registration, RegistrationStatus
from eventapp.registration.queries import places

_R = table_of(Registration).c
_STANDS = (RegistrationStatus.CONFIRMED, RegistrationStatus.PENDING)
_CONFIRMED = _R.status == RegistrationStatus.CONFIRMED


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


def find_figures(connection: Connection, event: EventDefinition) -> Figures:
    """The event's figures: counted, or as they were kept where people have been deleted since."""
    counted, kept = count_figures(connection, event), find_kept(connection, event.id)
    return kept if kept and kept.total > counted.total else counted


def count_figures(
    connection: Connection, event: EventDefinition, within: Contingent | None = None
) -> Figures:
    """Counted from the rows that are there; all of them, or one contingent's."""
    limits = bounds(within)
    rows = connection.execute(
        select(_R.status, _R.attendance, Organisation.type, Organisation.district, func.count())
        .outerjoin(Organisation, Organisation.id == _R.organisation_id)
        .where(_R.event_id == event.id, *limits)
        .group_by(_R.status, _R.attendance, Organisation.type, Organisation.district)
    ).all()
    statuses, attendances, types, districts = (Counter[str]() for _ in range(4))
    for status, attendance, type_, district, n in rows:
        statuses[status] += n
        if status == RegistrationStatus.CONFIRMED:
            attendances[attendance] += n
        if status != RegistrationStatus.CANCELLED:
            types[type_ or ""] += n
            districts[district or ""] += n
    return Figures(
        statuses=statuses,
        attendances=attendances,
        days=count_days(connection, [event.id], within=within)[event.id],
        types=types,
        districts=districts,
        items=_count_items(connection, event, within),
        arrived=_count_arrived(connection, event.id, within),
        invitations={} if within else count_round(connection, event.id),
    )


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


def _count_arrived(
    connection: Connection, event_id: int, within: Contingent | None = None
) -> dict[str, int]:
    """By attendance: whoever was there at any date, whatever source says so."""
    counted = count_attended(connection, [event_id], *bounds(within))[event_id]
    return {each.value: counted.get(each.value, 0) for each in Attendance}


def find_course(connection: Connection, event_id: int) -> tuple[Mapping[str, int], int]:
    """Sign-ups by day, and how many were there: what another event is compared with."""
    days, kept = count_days(connection, [event_id])[event_id], find_kept(connection, event_id)
    if kept and kept.total > sum(days.values()):
        return kept.days, sum(kept.arrived.values())
    return days, sum(_count_arrived(connection, event_id).values())


def find_kept(connection: Connection, event_id: int) -> Figures | None:
    """What was kept of the event's figures."""
    statement = select(KeptFigures.data).where(KeptFigures.event_id == event_id)
    data = connection.execute(statement).scalar()
    return None if data is None else from_json(data)


def list_comparable(
    connection: Connection, network_ids: Collection[int], before: date, since: date
) -> list[Any]:
    """(id, slug, title, first_day, kind, series_id) of earlier events that took place, the latest
    first; at most 40."""
    return list(
        connection.execute(
            select(Event.id, Event.slug, Event.title, Event.first_day, Event.kind, Event.series_id)
            .where(
                Event.network_id.in_(network_ids),
                Event.status == EventStatus.PUBLISHED,
                Event.first_day < before,
                Event.first_day >= since,
            )
            .order_by(Event.first_day.desc(), Event.id.desc())
            .limit(40)
        )
    )


def list_to_keep(connection: Connection, *, over: date, since: date, before: datetime) -> list[int]:
    """Events over before the one day and not before the other, not kept since the instant."""
    fresh = select(KeptFigures.event_id).where(KeptFigures.kept_at >= before)
    statement = select(Event.id).where(
        Event.last_day < over, Event.last_day >= since, Event.id.not_in(fresh)
    )
    return list(connection.execute(statement.order_by(Event.id)).scalars())
