"""The bytes of a feed: one fragment per date and revision, joined; kept until the site changes."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from sqlalchemy import Connection, select

from eventapp import kept_copies
from eventapp.calendar_files import Body
from eventapp.events.definition import EventDefinition
from eventapp.events.ical import Head, entry_for, pieces, vevent
from eventapp.events.loading import load_definitions
from eventapp.feeds import rules
from eventapp.feeds.packing import packed
from eventapp.feeds.queries import DateRow, get_name, list_dates
from eventapp.feeds.rules import Feed, Scope, State
from eventapp.formatting import kind_label
from eventapp.languages import in_language
from eventapp.sitecache import SiteCache, SiteRevision

if TYPE_CHECKING:
    from config import Settings


Key = tuple[Feed, date, "Settings"]
Stamp = tuple[int, Any, str]

_fragments: dict[str, tuple[Stamp, bytes]] = {}  # by UID; the stamp says of which revision
_STATE = select(SiteRevision.revision, SiteRevision.revised_at)


def get_body(
    connection: Connection, feed: Feed, state: State, today: date, settings: "Settings"
) -> Body:
    """The feed's bytes in this state or a later one; raises `NotFound`. Cached by site revision."""
    return _bodies.get(connection, (feed, today, settings), state.revision)


def _build(connection: Connection, key: Key) -> Body:
    """Built anew if something changed meanwhile: a tag stands for one sequence of bytes only."""
    feed, today, settings = key
    before = _state(connection)
    parts = _pieces(connection, key, before.revision)
    while (after := _state(connection)) != before:
        before, parts = after, _pieces(connection, key, after.revision)
    tag = rules.tag(feed, after, today, settings.public_url)
    modified_at = rules.last_modified(feed, after, today)
    plain = b"".join(parts)
    gzipped = packed(plain, parts)
    kept_copies.keep(feed.address, kept_copies.Copy(tag, modified_at, gzipped))
    return Body(tag, modified_at, plain, gzipped)


_bodies: SiteCache[Key, Body] = SiteCache(_build)


def _state(connection: Connection) -> State:
    revision, revised_at = connection.execute(_STATE).one()
    return State(revision, revised_at)


def _pieces(connection: Connection, key: Key, revision: int) -> list[bytes]:
    feed, today, settings = key
    head = Head(
        name=" ".join([_name(feed, get_name(connection, feed, revision)), *_year(feed)]),
        source=f"{settings.public_url}{feed.address}",
        is_download=feed.is_download,
    )
    rows = list_dates(connection, feed, rules.window(today, feed.year), revision)
    return pieces(_vevents(connection, rows, settings.public_url), method="PUBLISH", head=head)


def _year(feed: Feed) -> list[str]:
    return [str(feed.year)] if feed.year else []


def _vevents(connection: Connection, rows: Sequence[DateRow], public_url: str) -> list[bytes]:
    """The events in order; only those are loaded whose revision has no fragment yet."""
    uids = []
    missing: dict[int, dict[str, Stamp]] = defaultdict(dict)
    for uid, event_id, revision, revised_at in rows:
        uids.append(uid)
        held, stamp = _fragments.get(uid), (revision, revised_at, public_url)
        if held is None or held[0] != stamp:
            missing[event_id][uid] = stamp
    for event in load_definitions(connection, list(missing)):
        _make_fragments(event, missing[event.id], public_url)
    return [_fragments[uid][1] for uid in uids if uid in _fragments]


def _make_fragments(event: EventDefinition, stamps: dict[str, Stamp], public_url: str) -> None:
    for each in event.dates:
        if each.uid in stamps:
            entry = entry_for(event, each, public_url=public_url)
            _fragments[each.uid] = (stamps[each.uid], vevent(entry))


def _name(feed: Feed, name: str) -> str:
    with in_language(feed.language):
        if feed.scope == Scope.ALL:
            return str(_("Alle Veranstaltungen"))
        if feed.scope in (Scope.NETWORK, Scope.SERIES, Scope.EVENT):
            return name
        shown = kind_label(name) if feed.scope == Scope.KIND else name
        return str(_("Veranstaltungen: %(name)s", name=shown))
