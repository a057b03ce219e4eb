"""Reads of planning: which addresses are taken, who takes part in which way, what else there is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, or_, select

from eventapp.base import table_of
from eventapp.events.loading import list_dates
from eventapp.events.models import Event, EventCoNetwork, EventStatus, EventTopic, Topic
from eventapp.networks.queries import NetworkNode, NetworkTree, may
from eventapp.networks.rules import Granted, Permission
from eventapp.planning.collisions import Busy, Span, spans_of, whole
from eventapp.registration.models import Registration, RegistrationStatus

_R = table_of(Registration).c


def list_slugs_like(connection: Connection, start: str) -> list[str]:
    """The events' slugs that begin like this one."""
    statement = select(Event.slug).where(Event.slug.startswith(start, autoescape=True))
    return list(connection.execute(statement).scalars())


def count_standing(connection: Connection, event_id: int) -> dict[str, int]:
    """How many are registered or wait, by attendance; who has cancelled counts no more."""
    statement = (
        select(_R.attendance, func.count())
        .where(_R.event_id == event_id, _R.status != RegistrationStatus.CANCELLED)
        .group_by(_R.attendance)
    )
    return {row[0]: row[1] for row in connection.execute(statement)}


@dataclass(frozen=True)
class _Place:
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
    hosts = _by_event(connection, select(EventCoNetwork.__table__), found)
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
    may_read = is_public or may(grants, Permission.EVENTS_READ, _Place(row.id, network), tree)
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
