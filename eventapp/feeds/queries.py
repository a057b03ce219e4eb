"""Reads of the feeds: one raw look for the unchanged, one lean query for the changed."""

from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    Text,
    and_,
    bindparam,
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
from eventapp.feeds.rules import Feed, OwnState, Scope, State, Window, midnight, utc
from eventapp.networks.queries import get_tree
from eventapp.registration.models import WithdrawnLink
from eventapp.tokens import hashed

DateRow = Row[str, int, int, Any]  # UID, event id, revision, revised_at as the driver gives it

NAMED = {
    "series": select(Series.slug, Series.title).order_by(Series.title),
    "topics": select(Topic.slug, Topic.name).order_by(Topic.name),
    "regions": select(Region.slug, Region.name).order_by(Region.name),
}
_LOOK = "SELECT revision, revised_at FROM site_revision"

# The person's registrations become one row before the site's revision joins them: joined first, it
# was looked at once for each of them.
_LOOK_OWN_POSTGRESQL = """
    SELECT s.revision, s.revised_at, f.email_key, f.person_key, r.own, r.latest
    FROM personal_feed f CROSS JOIN LATERAL (
        SELECT string_agg(id || ' ' || revised_at, ',' ORDER BY id) AS own,
            max(revised_at) AS latest
        FROM registration WHERE email_key = f.email_key AND person_key = f.person_key
    ) r CROSS JOIN site_revision s
    WHERE f.token_hash = %s"""
_LOOK_OWN_SQLITE = """
    SELECT s.revision, s.revised_at, f.email_key, f.person_key,
        group_concat(r.id || ' ' || r.revised_at), max(r.revised_at)  -- in the order of the index
    FROM personal_feed f CROSS JOIN site_revision s
    LEFT JOIN registration r ON r.email_key = f.email_key AND r.person_key = f.person_key
    WHERE f.token_hash = ?
    GROUP BY s.revision, s.revised_at, f.email_key, f.person_key"""

_SLUG: BindParameter[str] = bindparam("slug", type_=Text())
_IDS: BindParameter[int] = bindparam("ids", expanding=True)

# Dates that touch the window; the event's own days only narrow what is looked at.
_WITHIN = and_(
    Event.last_day >= bindparam("first"),
    or_(EventDate.starts_at < bindparam("after"), EventDate.starts_on <= bindparam("last")),
    or_(EventDate.ends_at > bindparam("begin"), EventDate.ends_on >= bindparam("first")),
    or_(
        and_(Event.status != EventStatus.CANCELLED, ~EventDate.is_off),
        EventDate.ends_at > bindparam("begin_cancelled"),
        EventDate.ends_on >= bindparam("first_cancelled"),
    ),
)

# A network's: its events and those of all below it, and what any of them co-hosts.
_CO_HOSTED = select(EventCoNetwork.event_id).where(EventCoNetwork.network_id.in_(_IDS))
_BELONGS: dict[Scope, ColumnElement[bool]] = {
    Scope.ALL: true(),
    Scope.NETWORK: or_(Event.network_id.in_(_IDS), Event.id.in_(_CO_HOSTED)),
    Scope.SERIES: Event.series_id.in_(select(Series.id).where(Series.slug == _SLUG)),
    Scope.TOPIC: Event.id.in_(
        select(EventTopic.event_id)
        .join(Topic, Topic.id == EventTopic.topic_id)
        .where(Topic.slug == _SLUG)
    ),
    Scope.REGION: Event.region_id.in_(_IDS),
    Scope.KIND: Event.kind == _SLUG,
    Scope.EVENT: Event.slug == _SLUG,
}


def _dates(scope: Scope) -> Select[Any]:
    is_within = true() if scope == Scope.EVENT else _WITHIN
    raw_revised_at: ColumnElement[Any] = type_coerce(Event.revised_at, NullType())  # only compared
    return (
        select(EventDate.uid, Event.id, Event.revision, raw_revised_at)
        .join(Event, Event.id == EventDate.event_id)
        .where(Event.status != EventStatus.DRAFT, _BELONGS[scope], is_within)
        .order_by(Event.first_day, Event.id, EventDate.position)
    )


_DATES = {scope: _dates(scope) for scope in Scope}


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
        return State(revision, utc(text))


def look_own(engine: Engine, token: str) -> OwnState | None:
    """As `look`, of the personal feed with this token and its person's registrations; None where
    there is no such feed."""
    with closing(engine.raw_connection()) as pooled:
        connection: Any = pooled.dbapi_connection
        if engine.dialect.name == "postgresql":
            connection.autocommit = True
            try:
                row = connection.execute(_LOOK_OWN_POSTGRESQL, [hashed(token)]).fetchone()
            finally:
                connection.autocommit = False
        else:
            row = connection.execute(_LOOK_OWN_SQLITE, [hashed(token)]).fetchone()
    if row is None:
        return None
    revision, revised_at, email_key, person_key, own, latest = row
    site = State(revision, utc(str(revised_at)))
    return OwnState(site, email_key, person_key, own or "", utc(str(latest or revised_at)))


def was_withdrawn(connection: Connection, token: str) -> bool:
    """Whether there was such a personal feed."""
    known = select(WithdrawnLink.token_hash).where(WithdrawnLink.token_hash == hashed(token))
    return connection.execute(known).first() is not None


def list_dates(
    connection: Connection, feed: Feed, window: Window, revision: int
) -> Sequence[DateRow]:
    """The feed's dates in the order of the events; `revision` is the site's, just looked at."""
    values: dict[str, Any] = {} if feed.is_download else _edges(window)
    if feed.scope == Scope.NETWORK:
        tree = get_tree(connection, revision)
        values["ids"] = tree.descendant_ids(tree.get_by_slug(feed.slug).id)
    elif feed.scope == Scope.REGION:
        values["ids"] = _region_ids(connection, feed.slug)
    elif feed.scope != Scope.ALL:
        values["slug"] = feed.slug
    return connection.execute(_DATES[feed.scope], values).all()


def get_name(connection: Connection, feed: Feed, revision: int) -> str:
    """What the feed's thing is called, empty for all events; raises `NotFound`. `revision` as in
    `list_dates`."""
    match feed.scope:
        case Scope.ALL:
            return ""
        case Scope.NETWORK:
            return get_tree(connection, revision).get_by_slug(feed.slug).name
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


def _edges(window: Window) -> dict[str, Any]:
    """The window as days and as instants: a date has either."""
    return {
        "first": window.first,
        "first_cancelled": window.first_cancelled,
        "last": window.last,
        "begin": midnight(window.first),
        "begin_cancelled": midnight(window.first_cancelled),
        "after": midnight(window.last + timedelta(days=1)),
    }


def _region_ids(connection: Connection, slug: str) -> set[int]:
    """The region and all within it."""
    regions = connection.execute(select(Region.id, Region.slug, Region.parent_id)).all()
    found, new = set[int](), {region.id for region in regions if region.slug == slug}
    while new:
        found |= new
        new = {region.id for region in regions if region.parent_id in new} - found
    return found
