"""Reads of the feeds: one raw look for the unchanged, one lean query for the changed."""

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    and_,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.types import NullType

from eventapp.errors import NotFound
from eventapp.events.models import (
    Event,
    EventCoNetwork,
    EventDate,
    EventStatus,
    EventTopic,
    Kind,
    Region,
    Series,
    Topic,
)
from eventapp.feeds.rules import Feed, Scope, State, Window, midnight
from eventapp.networks.queries import get_tree

DateRow = Row[str, int, int, Any]  # UID, event id, revision, revised_at as the driver gives it

NAMED = {
    "series": select(Series.slug, Series.title).order_by(Series.title),
    "topics": select(Topic.slug, Topic.name).order_by(Topic.name),
    "regions": select(Region.slug, Region.name).order_by(Region.name),
}
_RAW_REVISED_AT: ColumnElement[Any] = type_coerce(Event.revised_at, NullType())  # only compared
_LOOK = "SELECT revision, revised_at FROM site_revision"


def look(engine: Engine) -> State:
    """The present state, by one statement on a bare connection: no transaction, no session.

    Most requests for feeds need nothing else, and a transaction would triple the way.
    """
    with closing(engine.raw_connection()) as pooled:
        connection: Any = pooled.dbapi_connection
        if engine.dialect.name == "postgresql":
            connection.autocommit = True
            try:
                revision, revised_at = connection.execute(_LOOK).fetchone()
            finally:
                connection.autocommit = False
            return State(revision, revised_at)
        revision, text = connection.execute(_LOOK).fetchone()
        return State(revision, datetime.fromisoformat(text).replace(tzinfo=UTC))


def list_dates(connection: Connection, feed: Feed, window: Window) -> Sequence[DateRow]:
    """The feed's dates in the order of the events."""
    within = true() if feed.is_download else _within(window)
    return connection.execute(
        select(EventDate.uid, Event.id, Event.revision, _RAW_REVISED_AT)
        .join(Event, Event.id == EventDate.event_id)
        .where(Event.status != EventStatus.DRAFT, _belongs(connection, feed), within)
        .order_by(Event.first_day, Event.id, EventDate.position)
    ).all()


def get_name(connection: Connection, feed: Feed) -> str:
    """What the feed's thing is called, empty for all events; raises `NotFound`."""
    match feed.scope:
        case Scope.ALL:
            return ""
        case Scope.NETWORK:
            return get_tree(connection).get_by_slug(feed.slug).name
        case Scope.KIND:
            return _kind(feed.slug)
    name: str | None = connection.execute(_name(feed)).scalar()
    if name is None:
        raise NotFound
    return name


def list_named(connection: Connection, folder: str) -> Sequence[Row[str, str]]:
    """(slug, name) of the series, topics or regions, by name."""
    return connection.execute(NAMED[folder]).all()


def _name(feed: Feed) -> Select[str]:
    if feed.scope == Scope.EVENT:
        return select(Event.title).where(Event.slug == feed.slug, Event.status != EventStatus.DRAFT)
    if feed.scope == Scope.SERIES:
        return select(Series.title).where(Series.slug == feed.slug)
    thing = Topic if feed.scope == Scope.TOPIC else Region
    return select(thing.name).where(thing.slug == feed.slug)


def _kind(slug: str) -> str:
    try:
        return Kind(slug)
    except ValueError:
        raise NotFound from None


def _within(window: Window) -> ColumnElement[bool]:
    """Dates that touch the window; the event's own days only narrow what is looked at."""
    after = midnight(window.last + timedelta(days=1))
    is_cancelled = Event.status == EventStatus.CANCELLED
    return and_(
        Event.last_day >= window.first,
        or_(EventDate.starts_at < after, EventDate.starts_on <= window.last),
        or_(EventDate.ends_at > midnight(window.first), EventDate.ends_on >= window.first),
        or_(
            ~is_cancelled,
            EventDate.ends_at > midnight(window.first_cancelled),
            EventDate.ends_on >= window.first_cancelled,
        ),
    )


def _belongs(connection: Connection, feed: Feed) -> ColumnElement[bool]:
    match feed.scope:
        case Scope.NETWORK:
            return _of_network(connection, feed.slug)
        case Scope.SERIES:
            return Event.series_id.in_(select(Series.id).where(Series.slug == feed.slug))
        case Scope.TOPIC:
            held = select(EventTopic.event_id).join(Topic, Topic.id == EventTopic.topic_id)
            return Event.id.in_(held.where(Topic.slug == feed.slug))
        case Scope.REGION:
            return Event.region_id.in_(_region_ids(connection, feed.slug))
        case Scope.KIND:
            return Event.kind == feed.slug
        case Scope.EVENT:
            return Event.slug == feed.slug
    return true()


def _of_network(connection: Connection, slug: str) -> ColumnElement[bool]:
    """Events of the network and all below it, and those that any of them co-hosts."""
    tree = get_tree(connection)
    ids = tree.descendant_ids(tree.get_by_slug(slug).id)
    co_hosted = select(EventCoNetwork.event_id).where(EventCoNetwork.network_id.in_(ids))
    return or_(Event.network_id.in_(ids), Event.id.in_(co_hosted))


def _region_ids(connection: Connection, slug: str) -> set[int]:
    """The region and all within it."""
    regions = connection.execute(select(Region.id, Region.slug, Region.parent_id)).all()
    found, new = set[int](), {region.id for region in regions if region.slug == slug}
    while new:
        found |= new
        new = {region.id for region in regions if region.parent_id in new} - found
    return found
