"""How far somebody is with what the event asks for: what is fulfilled, what is missing. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from eventapp.attendance.ledger_rules import Attended, Told, has_begun
from eventapp.events.attendance_rule import AttendanceRule
from eventapp.events.definition import DateDefinition, EventDefinition, ItemDefinition


class State(StrEnum):
    MET = "met"
    OPEN = "open"  # not yet, and still possible
    MISSED = "missed"


@dataclass(frozen=True)
class DateStanding:
    """One date, and whether it counts; None: nobody knows how long the person was there."""

    date: DateDefinition
    attended: Attended
    counts: bool | None
    has_begun: bool
    is_over: bool

    @property
    def is_short(self) -> bool:
        """There, and for less than it takes."""
        return self.attended.is_there and self.counts is False


@dataclass(frozen=True)
class Standing:
    """What one person has and lacks, of what the event asks for."""

    state: State
    told: Told
    dates: tuple[DateStanding, ...]
    needed: int  # dates
    lacks_dates: int
    lacks_minutes: int
    lacks_items: tuple[ItemDefinition, ...]
    total_minutes: int  # where minutes are counted

    @property
    def is_met(self) -> bool:
        return self.state is State.MET

    @property
    def missed(self) -> tuple[DateStanding, ...]:
        """Dates that are over and do not count."""
        return tuple(each for each in self.dates if each.is_over and each.counts is not True)


def stand(event: EventDefinition, told: Told, now: datetime) -> Standing:
    """Of one person with a place. Dates called off count for nobody: where all were needed, those
    that take place are enough."""
    rule = event.attendance_rule or AttendanceRule()
    dates = tuple(_stand_at(rule, date, told.at(date.id), now) for date in event.dates_on)
    needed = needed_dates(rule, len(dates))
    total = sum(each.attended.minutes or 0 for each in dates)
    lacks_dates = max(0, needed - sum(each.counts is True for each in dates))
    lacks_minutes = max(0, (rule.total_minutes or 0) - total)
    lacks_items = tuple(each for each in needed_items(event) if each.id not in told.items)
    lacks = bool(lacks_dates or lacks_minutes or lacks_items)
    is_possible = (
        _can_still_count(dates, lacks_dates)
        and _can_still_last(dates, lacks_minutes)
        and not any(_is_past(event, item, now) for item in lacks_items)
    )
    state = State.MET if not lacks else State.OPEN if is_possible else State.MISSED
    return Standing(state, told, dates, needed, lacks_dates, lacks_minutes, lacks_items, total)


def needed_dates(rule: AttendanceRule, dates: int) -> int:
    """Never more than there are, never none."""
    return max(1, min(rule.least_dates or 1, dates))


def needed_items(event: EventDefinition) -> Sequence[ItemDefinition]:
    """Those that are still in the programme and take place."""
    slugs = event.attendance_rule.items if event.attendance_rule else ()
    return [
        item for item in event.programme if item.slug in slugs and not event.date_of(item).is_off
    ]


def _stand_at(
    rule: AttendanceRule, date: DateDefinition, attended: Attended, now: datetime
) -> DateStanding:
    return DateStanding(
        date, attended, _counts(rule, date, attended), has_begun(date, now), date.is_over(now)
    )


def _counts(rule: AttendanceRule, date: DateDefinition, attended: Attended) -> bool | None:
    least = least_minutes(rule, date)
    if not attended.is_there or least is None:
        return attended.is_there
    return None if attended.minutes is None else attended.minutes >= least


def least_minutes(rule: AttendanceRule, date: DateDefinition) -> float | None:
    """From so many minutes on the date counts; None: from the first moment on."""
    if rule.least_minutes is not None:
        return min(rule.least_minutes, _length(date)) if _length(date) else rule.least_minutes
    if rule.least_percent is not None:
        return _length(date) * rule.least_percent / 100
    return None


def _length(date: DateDefinition) -> int:
    """Minutes; 0 with the time open."""
    if date.starts_at is None or date.ends_at is None:
        return 0
    return int((date.ends_at - date.starts_at) / timedelta(minutes=1))


def _can_still_count(dates: Iterable[DateStanding], lacks: int) -> bool:
    return lacks <= sum(not each.is_over and each.counts is not True for each in dates)


def _can_still_last(dates: Iterable[DateStanding], lacks: int) -> bool:
    ahead = [each for each in dates if not each.is_over]
    if any(_length(each.date) == 0 for each in ahead):
        return True
    return lacks <= sum(_length(each.date) - (each.attended.minutes or 0) for each in ahead)


def _is_past(event: EventDefinition, item: ItemDefinition, now: datetime) -> bool:
    return now >= item.ends_at or event.date_of(item).is_over(now)
