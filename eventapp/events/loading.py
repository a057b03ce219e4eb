"""Fetches definitions in a fixed number of queries, and keeps them by site revision."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from string import ascii_uppercase
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, select

from eventapp.errors import NotFound
from eventapp.events.attendance_rule import from_json
from eventapp.events.definition import (
    Contact,
    DateDefinition,
    EventDefinition,
    Host,
    ItemDefinition,
    Named,
    QuestionDefinition,
    SeriesPart,
    Venue,
)
from eventapp.events.models import (
    Event,
    EventCoNetwork,
    EventDate,
    EventHost,
    EventStatus,
    EventTopic,
    ProgrammeItem,
    Question,
    Region,
    Series,
    Topic,
)
from eventapp.networks.inherited import Sender
from eventapp.networks.models import Organisation
from eventapp.networks.queries import get_tree
from eventapp.sitecache import SiteCache, site_revision
from eventapp.wording.queries import Known

# Statements are built once: building one costs more than running it.
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_EVENTS = (
    select(
        Event.__table__,
        Region.slug.label("region_slug"),
        Region.name.label("region_name"),
    )
    .outerjoin(Region, Region.id == Event.region_id)
    .where(Event.id.in_(_IDS))
)
_DATES = (
    select(EventDate.__table__).where(EventDate.event_id.in_(_IDS)).order_by(EventDate.position)
)
_ITEMS = (
    select(ProgrammeItem.__table__)
    .where(ProgrammeItem.event_id.in_(_IDS))
    .order_by(ProgrammeItem.starts_at, ProgrammeItem.id)
)
_QUESTIONS = (
    select(Question.__table__).where(Question.event_id.in_(_IDS)).order_by(Question.position)
)
_TOPICS = (
    select(EventTopic.event_id, Topic.slug, Topic.name)
    .join(Topic, Topic.id == EventTopic.topic_id)
    .where(EventTopic.event_id.in_(_IDS))
    .order_by(Topic.name)
)
_HOSTS = (
    select(EventHost.event_id, EventHost.organisation_id, EventHost.part, Organisation.name)
    .join(Organisation, Organisation.id == EventHost.organisation_id)
    .where(EventHost.event_id.in_(_IDS))
    .order_by(EventHost.position)
)
_CO_NETWORKS = (
    select(EventCoNetwork.__table__)
    .where(EventCoNetwork.event_id.in_(_IDS))
    .order_by(EventCoNetwork.network_id)
)
_SERIES = (
    select(Event.id, Event.series_id, Series.slug, Series.title)
    .join(Series, Series.id == Event.series_id)
    .where(Event.series_id.in_(_IDS), Event.status != EventStatus.DRAFT)
    .order_by(Event.series_id, Event.first_day, Event.id)
)


def get_definition(
    connection: Connection, slug: str, revision: int | None = None
) -> EventDefinition:
    """The event of this slug in whatever state; raises `NotFound`. Cached by site revision, which
    whoever has just looked may give."""
    found = _definitions.get(connection, slug, revision)
    if found is None:
        raise NotFound
    return found


def get_definition_by_id(
    connection: Connection, event_id: int, revision: int | None = None
) -> EventDefinition:
    """As `get_definition`, for ids found in the database."""
    if revision is None:
        revision = site_revision(connection)
    return get_definition(connection, _slugs.get(connection, event_id, revision), revision)


def load_definitions(connection: Connection, event_ids: Sequence[int]) -> list[EventDefinition]:
    """Definitions in the order of the ids; ten queries, however many events."""
    rows = connection.execute(_EVENTS, {"ids": event_ids}).all()
    parts = _Parts(connection, rows)
    found = {row.id: _definition(row, parts) for row in rows}
    return [found[event_id] for event_id in event_ids if event_id in found]


def list_dates(
    connection: Connection, event_ids: Sequence[int]
) -> dict[int, tuple[DateDefinition, ...]]:
    """The dates alone, by event id, in one query."""
    found = _by_event(connection.execute(_DATES, {"ids": event_ids}))
    return {event_id: tuple(map(_date, rows)) for event_id, rows in found.items()}


def _load_by_slug(connection: Connection, slug: str) -> EventDefinition | None:
    ids = connection.execute(select(Event.id).where(Event.slug == slug)).scalars().all()
    return next(iter(load_definitions(connection, ids)), None)


def _load_slug(connection: Connection, event_id: int) -> str:
    return connection.execute(select(Event.slug).where(Event.id == event_id)).scalar_one()


_definitions: SiteCache[str, EventDefinition | None] = SiteCache(_load_by_slug)
_slugs: SiteCache[int, str] = SiteCache(_load_slug)


class _Parts:
    """What belongs to some events, by event id."""

    def __init__(self, connection: Connection, events: Sequence[Row[Any]]) -> None:
        ids = {"ids": [row.id for row in events]}
        self.tree = get_tree(connection)
        self.dates = _by_event(connection.execute(_DATES, ids))
        self.items = _by_event(connection.execute(_ITEMS, ids))
        self.questions = _by_event(connection.execute(_QUESTIONS, ids))
        self.topics = _by_event(connection.execute(_TOPICS, ids))
        self.hosts = _by_event(connection.execute(_HOSTS, ids))
        self.co_networks = _by_event(connection.execute(_CO_NETWORKS, ids))
        self.series = _series_parts(connection, {row.series_id for row in events} - {None})
        self.wordings = Known(connection, ids["ids"])


def _by_event(rows: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.event_id].append(row)
    return found


def _series_parts(connection: Connection, ids: set[int]) -> dict[int, SeriesPart]:
    """By event id: the events of a series are counted in the order of their days."""
    rows = connection.execute(_SERIES, {"ids": list(ids)})
    parts: dict[int, SeriesPart] = {}
    for _, group in groupby(rows, key=lambda row: row.series_id):
        members = list(group)
        for number, row in enumerate(members, 1):
            parts[row.id] = SeriesPart(row.slug, row.title, number, len(members))
    return parts


def _definition(row: Row[Any], parts: _Parts) -> EventDefinition:
    network = parts.tree.get(row.network_id)
    return EventDefinition(
        **{name: getattr(row, name) for name in _PLAIN},
        fields=tuple(row.fields),
        previous_starts=tuple(row.previous_starts),
        attendance_rule=from_json(row.attendance_rule),
        network=network,
        controller=network.controller,
        sender=network.sender,
        organizer=Sender(row.organizer_name, row.organizer_email) if row.organizer_email else None,
        series=parts.series.get(row.id),
        region=Named(row.region_slug, row.region_name) if row.region_slug else None,
        topics=tuple(Named(each.slug, each.name) for each in parts.topics[row.id]),
        hosts=_hosts(row.id, parts),
        dates=tuple(_date(each) for each in parts.dates[row.id]),
        venue=_venue(row),
        contact=_contact(row),
        programme=_programme(parts.items[row.id]),
        questions=tuple(_question(each) for each in parts.questions[row.id]),
        wordings=parts.wordings.holding_at(row.id, parts.tree.ancestor_ids(row.network_id)),
    )


def _hosts(event_id: int, parts: _Parts) -> tuple[Host, ...]:
    networks = [(parts.tree.get(each.network_id), each) for each in parts.co_networks[event_id]]
    return (
        *(Host(node.name, each.part, network=node) for node, each in networks),
        *(Host(each.name, each.part, each.organisation_id) for each in parts.hosts[event_id]),
    )


_PLAIN = [
    name
    for name in EventDefinition.__dataclass_fields__
    if name in Event.__table__.columns
    and name not in ("fields", "previous_starts", "attendance_rule")
]


def _date(row: Row[Any]) -> DateDefinition:
    times = (row.starts_at, row.ends_at, row.starts_on, row.ends_on)
    return DateDefinition(row.id, row.uid, *times, is_off=row.is_off)


def _venue(row: Row[Any]) -> Venue | None:
    if not (row.venue_name or row.venue_city):
        return None
    return Venue(
        row.venue_name,
        row.venue_street,
        row.venue_postal_code,
        row.venue_city,
        tuple(row.venue_accessibility),
    )


def _contact(row: Row[Any]) -> Contact | None:
    if not (row.contact_name or row.contact_email or row.contact_phone):
        return None
    return Contact(row.contact_name, row.contact_email, row.contact_phone)


def _programme(rows: list[Row[Any]]) -> tuple[ItemDefinition, ...]:
    seen: dict[str, int] = defaultdict(int)
    items = []
    for row in rows:
        letter = None
        if row.choice_group is not None:
            letter = ascii_uppercase[seen[row.choice_group] % len(ascii_uppercase)]
            seen[row.choice_group] += 1
        items.append(
            ItemDefinition(
                id=row.id,
                slug=row.slug,
                title=row.title,
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                room=row.room,
                speakers=tuple(row.speakers),
                capacity=row.capacity,
                group=row.choice_group,
                letter=letter,
                sequence=row.sequence,
            )
        )
    return tuple(items)


def _question(row: Row[Any]) -> QuestionDefinition:
    values = {name: getattr(row, name) for name in QuestionDefinition.__dataclass_fields__}
    return QuestionDefinition(**{**values, "options": tuple(row.options)})
