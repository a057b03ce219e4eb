"""Reads of planning: which addresses are taken, who takes part in which way, what else there is,
which series there are."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, case, false, func, or_, select

from eventapp.base import table_of
from eventapp.events.definition import Host
from eventapp.events.loading import list_dates
from eventapp.events.models import (
    Event,
    EventCoNetwork,
    EventStatus,
    EventTopic,
    HostPart,
    Series,
    Topic,
)
from eventapp.names import sort_key
from eventapp.networks.models import Membership, Organisation, Scope
from eventapp.networks.queries import NetworkNode, NetworkTree, list_networks_where, may
from eventapp.networks.rules import PERMISSIONS, Granted, Permission
from eventapp.planning.collisions import Busy, Span, spans_of, whole
from eventapp.registration.models import Registration, RegistrationStatus
from eventapp.tokens import hashed

_R = table_of(Registration).c


def list_slugs_like(connection: Connection, start: str) -> list[str]:
    """The events' slugs that begin like this one."""
    statement = select(Event.slug).where(Event.slug.startswith(start, autoescape=True))
    return list(connection.execute(statement).scalars())


def count_standing(connection: Connection, event_id: int) -> dict[str, int]:
    """How many are registered or wait, by attendance; who has cancelled counts no more."""
    return list_standing(connection, [event_id]).get(event_id, {})


def list_standing(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """As `count_standing`, of several events, by their id."""
    rows = connection.execute(
        select(_R.event_id, _R.attendance, func.count())
        .where(_R.event_id.in_(ids), _R.status != RegistrationStatus.CANCELLED)
        .group_by(_R.event_id, _R.attendance)
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for event_id, attendance, n in rows:
        found[event_id][attendance] = n
    return found


@dataclass(frozen=True)
class EventPlace:
    """Where an event is, as far as permissions care."""

    id: int
    network: NetworkNode


def list_busy(
    connection: Connection,
    grants: Sequence[Granted],
    tree: NetworkTree,
    root_id: int,
    spans: Sequence[Span],
    *,
    but: int | None = None,
) -> list[Busy]:
    """The events of the root network, of all below it and those they co-host, between the first and
    the last day of these spans; in four statements. What is no draft is public, and read by all."""
    if not spans:
        return []
    first, last = whole(spans)
    ids = tree.descendant_ids(root_id)
    co_hosted = select(EventCoNetwork.event_id).where(EventCoNetwork.network_id.in_(ids))
    rows = connection.execute(
        select(Event.id, Event.slug, Event.title, Event.network_id, Event.kind, Event.status)
        .where(or_(Event.network_id.in_(ids), Event.id.in_(co_hosted)))
        .where(Event.first_day <= last, Event.last_day >= first)
        .where(Event.status != EventStatus.CANCELLED, Event.id != (but or 0))
        .order_by(Event.first_day, Event.starts_at, Event.id)
    ).all()
    found = [row.id for row in rows]
    dates = list_dates(connection, found)
    topics = _by_event(connection, select(EventTopic.event_id, Topic.slug).join(Topic), found)
    hosts = _by_event(connection, select(EventCoNetwork.event_id, EventCoNetwork.network_id), found)
    return [
        _busy(row, tree, grants, spans_of(dates.get(row.id, ())), topics[row.id], hosts[row.id])
        for row in rows
    ]


def _by_event(connection: Connection, statement: Any, ids: Sequence[int]) -> dict[int, set[Any]]:
    column = statement.selected_columns[0]
    found: dict[int, set[Any]] = defaultdict(set)
    for event_id, value in connection.execute(statement.where(column.in_(ids))):
        found[event_id].add(value)
    return found


def _busy(
    row: Any,
    tree: NetworkTree,
    grants: Sequence[Granted],
    spans: tuple[Span, ...],
    topics: set[str],
    hosts: set[int],
) -> Busy:
    network = tree.get(row.network_id)
    is_public = row.status != EventStatus.DRAFT
    may_read = is_public or may(grants, Permission.EVENTS_READ, EventPlace(row.id, network), tree)
    return Busy(
        slug=row.slug if may_read else "",
        title=row.title if may_read else "",
        network=network.name if may_read else "",
        network_ids=frozenset({row.network_id, *hosts}),
        kind=row.kind,
        is_public=is_public,
        is_hidden=not may_read,
        topics=frozenset(topics),
        spans=spans,
    )


def list_hosts_for(
    connection: Connection, grants: Sequence[Granted], tree: NetworkTree
) -> list[Host]:
    """Who may be named as a host: every network, and the organisations that the grants reach."""
    read = Permission.ORGANISATIONS_READ
    ids = [node.id for node, _depth in list_networks_where(grants, read, tree)]
    found = select(Organisation.id, Organisation.name).order_by(Organisation.sort_key)
    if not any(
        each.scope is Scope.INSTALLATION and read in PERMISSIONS[each.role] for each in grants
    ):
        members = select(Membership.organisation_id).where(Membership.network_id.in_(ids))
        found = found.where(Organisation.id.in_(members))
    organiser = HostPart.ORGANISER
    return [
        *(Host(node.name, organiser, network=node) for node in tree.all()),
        *(Host(row.name, organiser, row.id) for row in connection.execute(found)),
    ]


# --- series -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SeriesRow:
    """One series as it stands."""

    id: int
    slug: str
    title: str
    description: str
    network_id: int

    @property
    def texts(self) -> tuple[str, str, int]:
        """What its form changes."""
        return self.title, self.description, self.network_id

    @property
    def digest(self) -> str:
        """Names this state of it, so that a form can say which one was edited."""
        return hashed(repr(self.texts)).hex()[:16]

    @property
    def facts(self) -> dict[str, Any]:
        """What the log says of it."""
        facts = {"title": self.title, "description": self.description}
        return {name: value for name, value in facts.items() if value}


@dataclass(frozen=True)
class SeriesCount:
    events: int
    next_day: date | None


_SERIES = select(Series.id, Series.slug, Series.title, Series.description, Series.network_id)


def find_series(connection: Connection, slug: str) -> SeriesRow | None:
    row = connection.execute(_SERIES.where(Series.slug == slug)).first()
    return SeriesRow(*row) if row else None


def find_series_of(connection: Connection, event_id: int) -> SeriesRow | None:
    """That of the event, drafts too."""
    of_event = select(Event.series_id).where(Event.id == event_id).scalar_subquery()
    row = connection.execute(_SERIES.where(Series.id == of_event)).first()
    return SeriesRow(*row) if row else None


def list_series(connection: Connection, network_ids: Collection[int]) -> list[SeriesRow]:
    """Those of these networks, by title."""
    rows = connection.execute(_SERIES.where(Series.network_id.in_(network_ids)))
    return sorted((SeriesRow(*row) for row in rows), key=lambda row: (sort_key(row.title), row.id))


def list_series_for(
    connection: Connection, network_ids: Collection[int], event_id: int
) -> tuple[list[SeriesRow], SeriesRow | None]:
    """Those of these networks and the event's own, by title; and that one, in one statement."""
    of_event = select(Event.series_id).where(Event.id == event_id).scalar_subquery()
    is_own = func.coalesce(Series.id == of_event, false())
    rows = connection.execute(
        _SERIES.add_columns(is_own).where(or_(Series.network_id.in_(network_ids), is_own))
    ).all()
    found = {SeriesRow(*row[:-1]): bool(row[-1]) for row in rows}
    own = next((row for row, is_its in found.items() if is_its), None)
    return sorted(found, key=lambda row: (sort_key(row.title), row.id)), own


def list_series_slugs_like(connection: Connection, start: str) -> list[str]:
    """The series' slugs that begin like this one."""
    statement = select(Series.slug).where(Series.slug.startswith(start, autoescape=True))
    return list(connection.execute(statement).scalars())


def count_series_events(
    connection: Connection, ids: Sequence[int], network_ids: Collection[int], today: date
) -> dict[int, SeriesCount]:
    """Of each series how many events there are and when the next is; drafts only of these
    networks."""
    upcoming = case((Event.last_day >= today, Event.first_day))
    rows = connection.execute(
        select(Event.series_id, func.count(), func.min(upcoming))
        .where(Event.series_id.in_(ids))
        .where(or_(Event.status != EventStatus.DRAFT, Event.network_id.in_(network_ids)))
        .group_by(Event.series_id)
    )
    return {row[0]: SeriesCount(row[1], row[2]) for row in rows}


def list_series_members(connection: Connection, series_id: int) -> Sequence[Any]:
    """Id, network, state and beginning of each of its events, in order."""
    return connection.execute(
        select(Event.id, Event.network_id, Event.status, Event.first_day, Event.starts_at)
        .where(Event.series_id == series_id)
        .order_by(Event.first_day, Event.starts_at, Event.id)
    ).all()
