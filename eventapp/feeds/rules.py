"""What a feed covers and when its reader already has it; pure."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from hashlib import blake2b

from eventapp.clock import BERLIN
from eventapp.events.ical import CalendarEntry

DAYS_BACK = 60
DAYS_BACK_CANCELLED = 30
MONTHS_AHEAD = 18
FORMAT = 4  # part of every tag: raise it when the bytes of an unchanged revision change


class Scope(StrEnum):
    """What a feed is a feed of."""

    ALL = "all"
    NETWORK = "network"
    SERIES = "series"
    TOPIC = "topic"
    REGION = "region"
    KIND = "kind"
    EVENT = "event"


@dataclass(frozen=True)
class Feed:
    """One feed: `address` is its path, with the language where it is not German."""

    address: str
    scope: Scope
    slug: str
    language: str
    year: int | None = None  # a calendar year of the archive in place of the moving window

    @property
    def is_download(self) -> bool:
        """One event's file: complete whatever its date."""
        return self.scope == Scope.EVENT

    @property
    def stands_still(self) -> bool:
        """Whether its edges are the same tomorrow."""
        return self.is_download or self.year is not None


@dataclass(frozen=True)
class Window:
    """Whole Berlin days, both included; cancelled dates count from `first_cancelled`."""

    first: date
    first_cancelled: date
    last: date


def window(today: date, year: int | None = None) -> Window:
    """That of every feed, or the whole of one year."""
    if year is not None:
        return Window(date(year, 1, 1), date(year, 1, 1), date(year, 12, 31))
    return Window(
        first=today - timedelta(days=DAYS_BACK),
        first_cancelled=today - timedelta(days=DAYS_BACK_CANCELLED),
        last=_months_later(today, MONTHS_AHEAD),
    )


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def midnight(day: date) -> datetime:
    """The instant at which this day begins in Berlin."""
    return datetime.combine(day, time.min, BERLIN)


@dataclass(frozen=True)
class State:
    """The state of everything public: the number of the last change and when it was."""

    revision: int
    revised_at: datetime


@dataclass(frozen=True)
class OwnState:
    """The state of one person's feed: that of everything public, and of all their registrations, as
    a text that names each with its time of revision, and the latest of these."""

    site: State
    email_key: str
    person_key: str
    registrations: str
    latest: datetime


def own_tag(address: str, state: OwnState, today: date, public_url: str) -> str:
    """As `tag`, of the personal feed at this address."""
    own = (state.email_key, state.person_key, state.registrations)
    parts = (FORMAT, address, state.site.revision, state.site.revised_at, today, public_url, *own)
    return _hashed(parts)


def own_last_modified(state: OwnState, today: date) -> datetime:
    """As `last_modified`, with the newest of the person's registrations."""
    edge = midnight(today).astimezone(UTC)
    return max(state.site.revised_at, edge, state.latest)


def utc(text: str) -> datetime:
    """An instant as the databases' drivers give it: SQLite's has no offset."""
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def touches(window: Window, entry: CalendarEntry) -> bool:
    """Whether the entry belongs into a feed with this window; as the query for public ones."""
    first = window.first_cancelled if entry.status == "CANCELLED" else window.first
    if entry.starts_at and entry.ends_at:
        after = midnight(window.last + timedelta(days=1))
        return entry.starts_at < after and entry.ends_at > midnight(first)
    if entry.starts_on and entry.ends_on:
        return entry.starts_on <= window.last and entry.ends_on >= first
    return False


def last_modified(feed: Feed, state: State, today: date) -> datetime:
    """The later of the newest revision and the day's edge, which moves the window."""
    if feed.stands_still:
        return state.revised_at
    return max(state.revised_at, midnight(today).astimezone(UTC))


def tag(feed: Feed, state: State, today: date, public_url: str) -> str:
    """The strong entity tag of the uncompressed body, without quotation marks.

    The time of the revision tells apart what a restored backup would number alike.
    """
    edge = "" if feed.stands_still else today
    return _hashed((FORMAT, feed.address, state.revision, state.revised_at, edge, public_url))


def _hashed(parts: Iterable[object]) -> str:
    return blake2b("\n".join(map(str, parts)).encode(), digest_size=16).hexdigest()
