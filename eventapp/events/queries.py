"""Which events are listed: ids by filter, then their definitions in a fixed number of queries."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import MINYEAR, date
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, extract, or_, select
from sqlalchemy.sql import ColumnElement

from eventapp.errors import NotFound
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition, load_definitions
from eventapp.events.models import (
    Attendance,
    Event,
    EventCoNetwork,
    EventStatus,
    EventTopic,
    Region,
    Series,
    Topic,
)
from eventapp.folding import folded
from eventapp.names import sort_key
from eventapp.networks.queries import NetworkNode, NetworkTree, get_tree
from eventapp.sitecache import SiteCache

PUBLIC = (EventStatus.PUBLISHED, EventStatus.ANNOUNCED, EventStatus.CANCELLED)


@dataclass(frozen=True)
class SeriesDefinition:
    slug: str
    title: str
    description: str
    network_id: int


@dataclass(frozen=True)
class Filter:
    """What a reader asked the list for; slugs, empty means all."""

    network: str = ""
    series: str = ""
    kind: str = ""
    attendance: str = ""
    topic: str = ""
    region: str = ""
    q: str = ""
    year: str = ""  # in which it began; only of what is past

    @property
    def is_set(self) -> bool:
        return any(vars(self).values())


def list_titles(
    connection: Connection, event_ids: Collection[int]
) -> dict[int, Row[int, str, str, int]]:
    """(id, slug, title, network_id) of these events, by id."""
    columns = (Event.id, Event.slug, Event.title, Event.network_id)
    rows = connection.execute(select(*columns).where(Event.id.in_(event_ids)))
    return {row.id: row for row in rows}


def find_event_ids_like(connection: Connection, *, slug: str = "", words: str = "") -> list[int]:
    """The events with this slug, or whose title holds these words."""
    holds = folded(Event.title).contains(sort_key(words), autoescape=True)
    wanted = Event.slug == slug if slug else holds
    return list(connection.execute(select(Event.id).where(wanted)).scalars())


def get_public_event(connection: Connection, slug: str) -> EventDefinition:
    """Raises `NotFound` for unknown events and for drafts."""
    found = get_definition(connection, slug)
    if not found.is_public:
        raise NotFound
    return found


def list_upcoming(connection: Connection, wanted: Filter, today: date) -> list[EventDefinition]:
    """Public events that are not over, soonest first."""
    return _list(connection, (wanted, today, True))


def list_past(connection: Connection, wanted: Filter, today: date) -> list[EventDefinition]:
    """Public events that are over, latest first."""
    return _list(connection, (wanted, today, False))


def list_past_years(connection: Connection, today: date) -> list[int]:
    """In which public events began that are over, the latest first."""
    year = extract("year", Event.first_day)
    over = select(year).where(Event.status.in_(PUBLIC), Event.last_day < today)
    return sorted({int(each) for each in connection.execute(over.distinct()).scalars()})[::-1]


def list_past_networks(connection: Connection, today: date) -> list[tuple[NetworkNode, int]]:
    """With their depth: those with a public event that is over, and those above them."""
    tree = get_tree(connection)
    over = select(Event.network_id).where(Event.status.in_(PUBLIC), Event.last_day < today)
    ids = connection.execute(over.distinct()).scalars()
    wanted = {above for each in ids for above in (each, *tree.ancestor_ids(each))}
    return [(node, depth) for node, depth in tree.in_order() if node.id in wanted]


def get_series(connection: Connection, slug: str) -> SeriesDefinition:
    """Raises `NotFound`."""
    row = connection.execute(select(Series.__table__).where(Series.slug == slug)).first()
    if row is None:
        raise NotFound
    return SeriesDefinition(row.slug, row.title, row.description, row.network_id)


def list_names(connection: Connection, wanted: Filter) -> dict[str, str]:
    """What the slugs of the filter stand for, by name of the filter; unknown ones are left out."""
    network = get_tree(connection).find_by_slug(wanted.network)
    names = {"network": network.name} if network else {}
    for name, statement in _NAME_OF.items():
        if slug := getattr(wanted, name):
            found = connection.execute(statement, {"slug": slug}).scalar()
            names |= {name: found} if found else {}
    return names


_NAME_OF = {
    "series": select(Series.title).where(Series.slug == bindparam("slug")),
    "topic": select(Topic.name).where(Topic.slug == bindparam("slug")),
    "region": select(Region.name).where(Region.slug == bindparam("slug")),
}


def _list(connection: Connection, key: tuple[Filter, date, bool]) -> list[EventDefinition]:
    return _lists.get(connection, key)


def _load(connection: Connection, key: tuple[Filter, date, bool]) -> list[EventDefinition]:
    wanted, today, is_upcoming = key
    conditions = _conditions(wanted, get_tree(connection))
    if conditions is None:
        return []
    when = Event.last_day >= today if is_upcoming else Event.last_day < today
    order = (Event.first_day, Event.starts_at, Event.id)
    statement = (
        select(Event.id)
        .where(Event.status.in_(PUBLIC), when, *conditions)
        .order_by(*(order if is_upcoming else [column.desc() for column in order]))
    )
    events = load_definitions(connection, list(connection.execute(statement).scalars()))
    words = sort_key(wanted.q).split()
    return [event for event in events if _mentions(event, words)]


_lists: SiteCache[tuple[Filter, date, bool], list[EventDefinition]] = SiteCache(_load, most=200)


def _conditions(wanted: Filter, tree: NetworkTree) -> list[ColumnElement[bool]] | None:
    """None where the filter names something that does not exist."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.network:
        ids = tree.find_descendant_ids(wanted.network)
        if not ids:
            return None
        co_hosted = select(EventCoNetwork.event_id).where(EventCoNetwork.network_id.in_(ids))
        conditions.append(or_(Event.network_id.in_(ids), Event.id.in_(co_hosted)))
    if (column := _OFFERS.get(wanted.attendance)) is not None:
        conditions.append(column.is_(True))
    if wanted.kind:
        conditions.append(Event.kind.in_(wanted.kind.split(",")))
    if wanted.year:
        year = int(wanted.year) if _YEAR.fullmatch(wanted.year) else MINYEAR
        conditions.append(Event.first_day.between(date(year, 1, 1), date(year, 12, 31)))
    return [*conditions, *_named(wanted)]


_YEAR = re.compile("[1-9][0-9]{3}")


_OFFERS = {
    Attendance.IN_PERSON.value: Event.has_in_person,
    Attendance.ONLINE.value: Event.has_online,
}


def _named(wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[Any] = []
    if wanted.series:
        conditions.append(
            Event.series_id.in_(select(Series.id).where(Series.slug == wanted.series))
        )
    if wanted.region:
        conditions.append(Event.region_id.in_(_within(wanted.region)))
    if wanted.topic:
        tagged = select(EventTopic.event_id).join(Topic).where(Topic.slug == wanted.topic)
        conditions.append(Event.id.in_(tagged))
    return conditions


def _within(region: str) -> Select[int]:
    """The ids of the region and of all below it."""
    found = select(Region.id).where(Region.slug == region).cte("within", recursive=True)
    below = select(Region.id).join(found, Region.parent_id == found.c.id)
    return select(found.union(below).c.id)


def _mentions(event: EventDefinition, words: Sequence[str]) -> bool:
    """Whether every word stands in the title, summary, place, topics, series or network."""
    text = told_in_lists(event) if words else ""
    return all(word in text for word in words)


def told_in_lists(event: EventDefinition) -> str:
    """Title, summary, place, topics, series and network, folded as `names.sort_key` does."""
    texts = [event.title, event.summary, event.network.name]
    texts += [topic.name for topic in event.topics]
    texts += [event.series.title] if event.series else []
    texts += [event.venue.one_line] if event.venue else []
    return sort_key(" ".join(texts))
