"""Reads of figures: counted, or as they were kept where people have been deleted since."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from eventapp.attendance.ledger import count_attended
from eventapp.base import table_of
from eventapp.clock import berlin_day
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Event, EventStatus
from eventapp.figures.counting import count_days, count_figures
from eventapp.figures.counts import EventCounts, counts_of
from eventapp.figures.models import KeptFigures
from eventapp.figures.rules import Figures, from_json

_K = table_of(KeptFigures).c


def find_figures(connection: Connection, event: EventDefinition) -> Figures:
    """The event's figures: counted, or as they were kept where people have been deleted since."""
    return find_dated(connection, event)[0]


def find_dated(connection: Connection, event: EventDefinition) -> tuple[Figures, date | None]:
    """The same, with the day of which they are; None where they are counted now."""
    counted = count_figures(connection, event)
    row = connection.execute(select(_K.data, _K.kept_at).where(_K.event_id == event.id)).first()
    kept = from_json(row.data) if row else None
    if row is None or kept is None or kept.total <= counted.total:
        return counted, None
    return kept, berlin_day(row.kept_at)


def find_counts(connection: Connection, event: EventDefinition) -> EventCounts:
    """What may be told of the event's attendance: the same before and after its people are
    deleted, once it is over."""
    return counts_of(find_figures(connection, event).without_small_cells())


def find_course(connection: Connection, event_id: int) -> tuple[Mapping[str, int], int]:
    """Sign-ups by day, and how many were there: what another event is compared with."""
    days, kept = count_days(connection, [event_id])[event_id], find_kept(connection, event_id)
    if kept and kept.total > sum(days.values()):
        return kept.days, kept.there
    return days, sum(count_attended(connection, [event_id])[event_id].values())


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
