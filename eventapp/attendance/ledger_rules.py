"""The ledger: what all sources together say of one person at one date. Pure.

Each fact keeps its source; however many say the same, it counts once. What the office wrote down
holds against all others.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from eventapp.clock import berlin_day
from eventapp.errors import Refused
from eventapp.events.definition import DateDefinition

MOST_MINUTES = 24 * 60  # of one date
MOST_REASON = 200  # letters


class DateNotBegun(Refused):
    code = "date-not-begun"
    field = "what"


class Source(StrEnum):
    """Who says so; also the order in which a page names them."""

    SCAN = "scan"
    WORKSHOP = "workshop"  # the door of a programme item: who is there is in the house
    ONLINE_DOOR = "online_door"
    REPORT = "report"  # of the meeting platform
    HAND = "hand"


@dataclass(frozen=True)
class Fact:
    """One row of one source."""

    source: Source
    date_id: int
    at: datetime
    item_id: int | None = None
    is_out: bool = False  # a scan of somebody who goes
    place: str = ""  # the door, or the platform
    until: datetime | None = None  # of a report that knows how long; `at` is the beginning then
    # Only what the office wrote down:
    id: int = 0
    was_there: bool = True
    minutes: int | None = None
    reason: str = ""
    by: str | None = None  # whoever wrote it, while the account is there


@dataclass(frozen=True)
class Attended:
    """One person at one date."""

    is_there: bool = False
    sources: tuple[Source, ...] = ()  # each once
    minutes: int | None = None  # None: nobody asks for them, or no source knows how long
    facts: tuple[Fact, ...] = ()  # in the order of time


@dataclass(frozen=True)
class Told:
    """One person at all dates, and the programme items they were in."""

    dates: Mapping[int, Attended] = field(default_factory=dict)
    items: frozenset[int] = frozenset()

    def at(self, date_id: int) -> Attended:
        return self.dates.get(date_id, _NOTHING)

    @property
    def count(self) -> int:
        """Dates at which the person was there."""
        return sum(each.is_there for each in self.dates.values())


_NOTHING = Attended()
_ORDER = list(Source)


def tell(
    dates: Sequence[DateDefinition], facts: Iterable[Fact], *, with_minutes: bool = False
) -> Told:
    """What the facts about one person come to; those of dates called off say nothing."""
    by_date: dict[int, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_date[fact.date_id].append(fact)
    told = {
        date.id: _tell_date(date, by_date[date.id], with_minutes)
        for date in dates
        if date.id in by_date and not date.is_off
    }
    return Told(told, frozenset(_items(told.values())))


def _tell_date(date: DateDefinition, facts: Sequence[Fact], with_minutes: bool) -> Attended:
    word = _word_on(None, facts)
    is_there = word.was_there if word else any(map(_says_there, facts))
    saying = {fact.source for fact in facts if _says_there(fact)}
    if word:
        saying.add(Source.HAND)
    return Attended(
        is_there,
        tuple(sorted(saying, key=_ORDER.index)),
        _minutes(date, facts, word) if with_minutes and is_there else None,
        tuple(sorted(facts, key=lambda fact: fact.at)),
    )


def _word_on(item_id: int | None, facts: Iterable[Fact]) -> Fact | None:
    """What the office wrote down of the date itself, or of a programme item."""
    return next(
        (each for each in facts if each.source is Source.HAND and each.item_id == item_id), None
    )


def _says_there(fact: Fact) -> bool:
    return fact.was_there and not fact.is_out


def _items(told: Iterable[Attended]) -> Iterable[int]:
    """Whom the office says was not there was in no workshop either, unless it says so."""
    for each in told:
        for item_id in {fact.item_id for fact in each.facts} - {None}:
            word = _word_on(item_id, each.facts)
            scanned = any(f.item_id == item_id and _says_there(f) for f in each.facts)
            if item_id is not None and (word.was_there if word else scanned and each.is_there):
                yield item_id


def has_begun(date: DateDefinition, now: datetime) -> bool:
    if date.starts_at is not None:
        return now >= date.starts_at
    return date.starts_on is not None and berlin_day(now) >= date.starts_on


def check_has_begun(date: DateDefinition, now: datetime) -> None:
    """Raises `DateNotBegun`: nobody was at what is still to come."""
    if not has_begun(date, now):
        raise DateNotBegun


# --- how long -----------------------------------------------------------------------------------

Span = tuple[datetime, datetime]


def _minutes(date: DateDefinition, facts: Sequence[Fact], word: Fact | None) -> int | None:
    """Whole minutes within the date's own time; None where no source knows.

    Whoever was let in and not seen going stayed to the end. Of the online door only the way in is
    known, which says nothing of how long.
    """
    if word and word.minutes is not None:
        return word.minutes
    if date.starts_at is None or date.ends_at is None:
        return None
    whole: Span = (date.starts_at, date.ends_at)
    spans = [*_scanned(facts, date.ends_at), *_reported(facts)]
    if not spans and word:
        spans = [whole]
    if not spans:
        return None
    return int(length_of(_clipped(spans, whole)) / timedelta(minutes=1))


def _scanned(facts: Iterable[Fact], end: datetime) -> Iterable[Span]:
    """From each way in to the next way out of the house; leaving a workshop is none."""
    since: datetime | None = None
    scans = [each for each in facts if each.source in (Source.SCAN, Source.WORKSHOP)]
    for fact in sorted(scans, key=lambda fact: (fact.at, not fact.is_out)):
        if not fact.is_out:
            since = since or fact.at
        elif fact.item_id is None and since:
            yield since, fact.at
            since = None
    if since:
        yield since, max(since, end)


def _reported(facts: Iterable[Fact]) -> Iterable[Span]:
    return ((fact.at, fact.until) for fact in facts if fact.until)


def _clipped(spans: Iterable[Span], whole: Span) -> Iterable[Span]:
    for start, end in spans:
        if max(start, whole[0]) < min(end, whole[1]):
            yield max(start, whole[0]), min(end, whole[1])


def length_of(spans: Iterable[Span]) -> timedelta:
    """How long they are together: what several cover counts once."""
    total, reached = timedelta(), None
    for start, end in sorted(spans):
        begin = start if reached is None else max(start, reached)
        if end > begin:
            total += end - begin
        reached = end if reached is None else max(reached, end)
    return total
