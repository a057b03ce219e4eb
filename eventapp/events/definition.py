"""All that pages, mails and feeds know of one event: frozen, loaded in a fixed number of queries.

Places are not here: they change with every sign-up and are counted each time.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from string import ascii_uppercase
from typing import Any

from sqlalchemy import Connection, Row, select

from eventapp.clock import BERLIN
from eventapp.errors import NotFound
from eventapp.events.models import (
    Attendance,
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
from eventapp.networks.models import Organisation
from eventapp.networks.queries import Controller, NetworkNode, Sender, get_tree
from eventapp.sitecache import SiteCache


@dataclass(frozen=True)
class Named:
    """Something with an address and a name: a topic, a region."""

    slug: str
    name: str


@dataclass(frozen=True)
class Host:
    name: str


@dataclass(frozen=True)
class Venue:
    name: str | None
    street: str | None
    postal_code: str | None
    city: str | None
    accessibility: tuple[str, ...]

    @property
    def one_line(self) -> str:
        """`Haus der Begegnung, Musterstraße 12, 12345 Musterstadt`."""
        town = " ".join(part for part in (self.postal_code, self.city) if part)
        return ", ".join(part for part in (self.name, self.street, town) if part)


@dataclass(frozen=True)
class Contact:
    name: str | None
    email: str | None
    phone: str | None


@dataclass(frozen=True)
class SeriesPart:
    """The series, and which of its dates this event is."""

    slug: str
    title: str
    part: int
    parts: int


@dataclass(frozen=True)
class DateDefinition:
    """One date with its calendar UID; either both instants or both days."""

    id: int
    uid: str
    starts_at: datetime | None
    ends_at: datetime | None
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class ItemDefinition:
    """A part of the programme. It can be chosen if it has a group or a capacity."""

    id: int
    slug: str
    title: str
    starts_at: datetime
    ends_at: datetime
    room: str | None
    speakers: tuple[str, ...]
    capacity: int | None
    group: str | None
    letter: str | None  # A, B, C … within its group

    @property
    def is_choice(self) -> bool:
        return self.group is not None or self.capacity is not None


@dataclass(frozen=True)
class QuestionDefinition:
    id: int
    key: str
    label: str
    type: str
    options: tuple[str, ...]
    required: bool
    sensitive: bool
    purpose: str
    delete_after_days: int
    only_for: str | None
    only_if: dict[str, Any] | None


@dataclass(frozen=True)
class EventDefinition:
    id: int
    slug: str
    title: str
    kind: str
    status: str
    revision: int
    sequence: int
    revised_at: datetime
    network: NetworkNode
    controller: Controller | None
    sender: Sender | None
    organizer: Sender | None  # frozen at first publication
    series: SeriesPart | None
    region: Named | None
    topics: tuple[Named, ...]
    hosts: tuple[Host, ...]
    co_networks: tuple[NetworkNode, ...]
    starts_at: datetime | None
    ends_at: datetime | None
    starts_on: date | None
    ends_on: date | None
    first_day: date
    last_day: date
    dates: tuple[DateDefinition, ...]
    has_in_person: bool
    has_online: bool
    capacity_in_person: int | None
    capacity_online: int | None
    waiting_list: bool
    venue: Venue | None
    join_url: str | None
    dial_in: str | None
    contact: Contact | None
    assistance_deadline: date | None
    assistance_contact: str | None
    summary: str
    description: str
    fields: tuple[str, ...]
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    audience: str
    delegates_per_organisation: int | None
    confirm_email: bool
    approval: bool
    programme: tuple[ItemDefinition, ...]
    questions: tuple[QuestionDefinition, ...]

    @property
    def attendances(self) -> tuple[Attendance, ...]:
        """The ways to take part, in the order in which the form asks."""
        offered = ((Attendance.IN_PERSON, self.has_in_person), (Attendance.ONLINE, self.has_online))
        return tuple(attendance for attendance, is_offered in offered if is_offered)

    @property
    def choices(self) -> tuple[ItemDefinition, ...]:
        """The programme items that are chosen at sign-up."""
        return tuple(item for item in self.programme if item.is_choice)

    @property
    def is_public(self) -> bool:
        return self.status != EventStatus.DRAFT

    @property
    def start(self) -> datetime:
        """When it begins; with the time open, the first midnight in Berlin."""
        return self.starts_at or datetime.combine(self.first_day, time.min, BERLIN)

    def capacity(self, attendance: str) -> int | None:
        return (
            self.capacity_in_person if attendance == Attendance.IN_PERSON else self.capacity_online
        )


def get_definition(connection: Connection, slug: str) -> EventDefinition:
    """The event of this slug in whatever state; raises `NotFound`. Cached by site revision."""
    found = _definitions.get(connection, slug)
    if found is None:
        raise NotFound
    return found


def get_definition_by_id(connection: Connection, event_id: int) -> EventDefinition:
    """As `get_definition`, for ids found in the database."""
    return get_definition(connection, _slugs.get(connection, event_id))


def load_definitions(connection: Connection, event_ids: Sequence[int]) -> list[EventDefinition]:
    """Definitions in the order of the ids; ten queries, however many events."""
    rows = connection.execute(select(Event.__table__).where(Event.id.in_(event_ids))).all()
    parts = _Parts(connection, rows)
    found = {row.id: _definition(row, parts) for row in rows}
    return [found[event_id] for event_id in event_ids if event_id in found]


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
        ids = [row.id for row in events]
        self.tree = get_tree(connection)
        self.dates = _by_event(
            connection.execute(
                select(EventDate.__table__)
                .where(EventDate.event_id.in_(ids))
                .order_by(EventDate.position)
            )
        )
        self.items = _by_event(
            connection.execute(
                select(ProgrammeItem.__table__)
                .where(ProgrammeItem.event_id.in_(ids))
                .order_by(ProgrammeItem.starts_at, ProgrammeItem.id)
            )
        )
        self.questions = _by_event(
            connection.execute(
                select(Question.__table__)
                .where(Question.event_id.in_(ids))
                .order_by(Question.position)
            )
        )
        self.topics = _by_event(
            connection.execute(
                select(EventTopic.event_id, Topic.slug, Topic.name)
                .join(Topic, Topic.id == EventTopic.topic_id)
                .where(EventTopic.event_id.in_(ids))
                .order_by(Topic.name)
            )
        )
        self.hosts = _by_event(
            connection.execute(
                select(EventHost.event_id, Organisation.name)
                .join(Organisation, Organisation.id == EventHost.organisation_id)
                .where(EventHost.event_id.in_(ids))
                .order_by(EventHost.position)
            )
        )
        self.co_networks = _by_event(
            connection.execute(
                select(EventCoNetwork.__table__).where(EventCoNetwork.event_id.in_(ids))
            )
        )
        self.regions = _regions(connection, {row.region_id for row in events} - {None})
        self.series = _series_parts(connection, {row.series_id for row in events} - {None})


def _by_event(rows: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.event_id].append(row)
    return found


def _regions(connection: Connection, ids: set[int]) -> dict[int, Named]:
    rows = connection.execute(select(Region.__table__).where(Region.id.in_(ids)))
    return {row.id: Named(row.slug, row.name) for row in rows}


def _series_parts(connection: Connection, ids: set[int]) -> dict[int, SeriesPart]:
    """By event id: the events of a series are counted in the order of their days."""
    rows = connection.execute(
        select(Event.id, Event.series_id, Series.slug, Series.title)
        .join(Series, Series.id == Event.series_id)
        .where(Event.series_id.in_(ids), Event.status != EventStatus.DRAFT)
        .order_by(Event.series_id, Event.first_day, Event.id)
    )
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
        network=network,
        controller=network.controller,
        sender=network.sender,
        organizer=Sender(row.organizer_name, row.organizer_email) if row.organizer_email else None,
        series=parts.series.get(row.id),
        region=parts.regions.get(row.region_id),
        topics=tuple(Named(each.slug, each.name) for each in parts.topics[row.id]),
        hosts=tuple(Host(each.name) for each in parts.hosts[row.id]),
        co_networks=tuple(parts.tree.get(each.network_id) for each in parts.co_networks[row.id]),
        dates=tuple(_date(each) for each in parts.dates[row.id]),
        venue=_venue(row),
        contact=_contact(row),
        programme=_programme(parts.items[row.id]),
        questions=tuple(_question(each) for each in parts.questions[row.id]),
    )


_PLAIN = [
    name
    for name in EventDefinition.__dataclass_fields__
    if name in Event.__table__.columns and name != "fields"
]


def _date(row: Row[Any]) -> DateDefinition:
    return DateDefinition(row.id, row.uid, row.starts_at, row.ends_at, row.starts_on, row.ends_on)


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
            )
        )
    return tuple(items)


def _question(row: Row[Any]) -> QuestionDefinition:
    values = {name: getattr(row, name) for name in QuestionDefinition.__dataclass_fields__}
    return QuestionDefinition(**{**values, "options": tuple(row.options)})
