"""Which days a rhythm falls on, and what each date of a series is: pure."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice

from babel.dates import format_date

from eventapp.clock import BERLIN, instants_of
from eventapp.errors import Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.rules import days
from eventapp.planning.collisions import Span

MOST_DATES = 60
LAST = -1  # "the last Tuesday of the month"

_WEEK = timedelta(weeks=1)
_NUMBER = re.compile(r"\s+\(?\d{1,3}\)?$")


class TooManyDates(Refused):
    """More dates than anybody looks through before they are made."""

    code = "too-many-dates"
    field = "last_on"


class Rhythm(StrEnum):
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"
    LISTED = "listed"


class Naming(StrEnum):
    SAME = "same"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True)
class Rule:
    """When the dates of a series are; `weekday` counts from Monday, `nth` within the month."""

    rhythm: Rhythm
    first: date
    last: date
    weekday: int = 0
    nth: int = 1
    listed: tuple[date, ...] = ()
    without: frozenset[date] = frozenset()


def days_of(rule: Rule) -> list[date]:
    """In order, each once. Raises `TooManyDates`."""
    found = (day for day in _all_days(rule) if day not in rule.without)
    wanted = list(islice(found, MOST_DATES + 1))
    if len(wanted) > MOST_DATES:
        raise TooManyDates(most=MOST_DATES)
    return wanted


def _all_days(rule: Rule) -> Iterator[date]:
    if rule.rhythm is Rhythm.LISTED:
        yield from sorted(set(rule.listed))
        return
    if rule.rhythm is Rhythm.MONTHLY:
        yield from (day for day in _monthly(rule) if rule.first <= day <= rule.last)
        return
    day = rule.first + timedelta(days=(rule.weekday - rule.first.weekday()) % 7)
    while day <= rule.last:
        yield day
        day += _WEEK if rule.rhythm is Rhythm.WEEKLY else 2 * _WEEK


def _monthly(rule: Rule) -> Iterator[date]:
    month = rule.first.replace(day=1)
    while month <= rule.last:
        following = (month + timedelta(days=31)).replace(day=1)
        if rule.nth == LAST:
            end = following - timedelta(days=1)
            yield end - timedelta(days=(end.weekday() - rule.weekday) % 7)
        else:
            first = month + timedelta(days=(rule.weekday - month.weekday()) % 7)
            yield first + (rule.nth - 1) * _WEEK
        month = following


def nth_of(day: date) -> int:
    """Which of its weekday in its month the day is; the fifth is the last."""
    n = (day.day - 1) // 7 + 1
    return n if n < 5 else LAST


# --- one date of the series ---------------------------------------------------------------------


class Trouble(StrEnum):
    """What is wrong with a wall time on that day."""

    NEVER = "never"
    TWICE = "twice"


@dataclass(frozen=True)
class Hours:
    """The wall times of every date; both open or neither. `later` are the days until its end."""

    starts: time | None
    ends: time | None
    later: int = 0


@dataclass(frozen=True)
class NewDate:
    """A date as it would be made."""

    day: date
    title: str
    span: Span
    trouble: Trouble | None = None

    @property
    def starts_at(self) -> datetime | None:
        return self.span.starts_at

    @property
    def ends_at(self) -> datetime | None:
        return self.span.ends_at


def new_date(day: date, title: str, hours: Hours, *, second: bool = False) -> NewDate:
    """The date on this day; of an hour that happens twice the first, or with `second` the other."""
    last = day + timedelta(days=hours.later)
    if hours.starts is None or hours.ends is None:
        return NewDate(day, title, Span(day, last))
    start = instants_of(datetime.combine(day, hours.starts))
    end = instants_of(datetime.combine(last, hours.ends))
    if not start or not end:
        return NewDate(day, title, Span(day, last), Trouble.NEVER)
    trouble = Trouble.TWICE if len(start) + len(end) > 2 else None
    begins, ends = start[-1 if second else 0], end[-1 if second else 0]
    return NewDate(day, title, Span(*days(begins, ends, None, None), begins, ends), trouble)


def hours_of(event: EventDefinition) -> Hours:
    """The wall times of an event, as its repetitions take them over."""
    if event.starts_at is None or event.ends_at is None:
        return Hours(None, None, (event.last_day - event.first_day).days)
    start, end = (each.astimezone(BERLIN) for each in (event.starts_at, event.ends_at))
    later = (end.date() - start.date()).days
    return Hours(start.time().replace(fold=0), end.time().replace(fold=0), later)


def moves_by(event: EventDefinition, day: date, hours: Hours) -> timedelta:
    """How far its programme moves with it: by days, and by hours where both have some."""
    own = hours_of(event)
    by = day - event.first_day
    if own.starts is None or hours.starts is None:
        return by
    return datetime.combine(day, hours.starts) - datetime.combine(event.first_day, own.starts)


# --- titles -------------------------------------------------------------------------------------


def base_title(title: str) -> str:
    """`Stammtisch 3` as `Stammtisch`."""
    return _NUMBER.sub("", title) or title


def titles(base: str, naming: Naming, wanted: Sequence[date], first_number: int) -> list[str]:
    """What each of the dates is called; a number or the day in German, as the title is."""
    if naming is Naming.NUMBER:
        return [f"{base} {n}" for n in range(first_number, first_number + len(wanted))]
    if naming is Naming.DATE:
        return [f"{base} am {format_date(day, 'd. MMMM y', 'de')}" for day in wanted]
    return [base] * len(wanted)


def chosen(dates: Sequence[NewDate], ticked: Collection[str]) -> list[NewDate]:
    """Those of the dates that were ticked, by day."""
    return [each for each in dates if each.day.isoformat() in ticked]
