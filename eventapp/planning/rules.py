"""Which steps are open to an event, what its address is called, and where a copy's dates fall."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from eventapp.clock import BERLIN, berlin_day
from eventapp.errors import Refused
from eventapp.events.definition import DateDefinition, EventDefinition
from eventapp.events.models import EventStatus
from eventapp.names import slug_words
from eventapp.networks.inherited import Deadlines
from eventapp.registration.rules import Signup, SignupState, is_over

SLUG_AT_MOST = 60
_TAKEN_ALWAYS = {"new"}  # /organise/events/new is the form for a new event
_WEEK = timedelta(weeks=1)


class AttendanceInUse(Refused):
    """People are registered to take part in the way that would no longer be offered."""

    code = "attendance-in-use"
    field = "attendance"


class LastDate(Refused):
    """Nothing would be left of a course: that is calling off the event."""

    code = "last-date"


class Step(StrEnum):
    PUBLISH = "publish"
    CLOSE = "close"
    REOPEN = "reopen"
    CANCEL = "cancel"


def open_steps(event: EventDefinition, signup: Signup, now: datetime) -> frozenset[Step]:
    """What can be done with the event as it stands."""
    is_closed_early = event.registration_closes_at is not None and now < event.start
    is_out = event.status in _OUT
    possible = {
        Step.PUBLISH: event.status in (EventStatus.DRAFT, EventStatus.ANNOUNCED),
        Step.CLOSE: event.status == EventStatus.PUBLISHED and signup.state in _CAN_CLOSE,
        Step.REOPEN: signup.state == SignupState.CLOSED and is_out and is_closed_early,
        Step.CANCEL: is_out and not is_over(event, now),
    }
    return frozenset(step for step, holds in possible.items() if holds)


_CAN_CLOSE = (SignupState.OPEN, SignupState.FULL, SignupState.FULL_CLOSED)


def is_course_open(event: EventDefinition, now: datetime) -> bool:
    """Whether single dates of it can be called off, or brought back."""
    return len(event.dates) > 1 and event.status in _OUT and not is_over(event, now)


_OUT = (EventStatus.ANNOUNCED, EventStatus.PUBLISHED)


def check_call_off(event: EventDefinition, date: DateDefinition) -> None:
    """Raises `LastDate`."""
    if all(each.id == date.id for each in event.dates_on):
        raise LastDate


def deadline_again(event: EventDefinition, now: datetime) -> datetime | None:
    """When sign-up ends once it is open again: the deadline put aside, if it lies ahead."""
    earlier = event.earlier_closes_at
    return earlier if earlier is not None and earlier > now else None


def new_slug(title: str, year: int, taken: Collection[str]) -> str:
    """`jahrestreffen`; where that is taken `jahrestreffen-2027`, then `jahrestreffen-2027-2`."""
    base = slug_words(title, "veranstaltung", SLUG_AT_MOST)
    with_year = base if base.endswith(str(year)) else f"{base}-{year}"
    numbered = (f"{with_year}-{n}" for n in range(2, len(taken) + 4))
    refused = {*taken, *_TAKEN_ALWAYS}
    return next(slug for slug in (base, with_year, *numbered) if slug not in refused)


@dataclass(frozen=True)
class Proposed:
    """The ends that a network's deadlines propose to an event; None: none, or too late for it."""

    assistance_deadline: date | None
    registration_closes_at: datetime | None


def proposed_ends(first_day: date, deadlines: Deadlines, now: datetime) -> Proposed:
    """For an event that begins on this day; sign-up ends with the last minute of its day."""
    days, closes_at = deadlines.assistance_days, None
    assistance = first_day - timedelta(days=days) if days is not None else None
    if deadlines.closes_days is not None:
        last = first_day - timedelta(days=deadlines.closes_days)
        closes_at = datetime.combine(last, time(23, 59), BERLIN).astimezone(UTC)
    return Proposed(
        assistance if assistance and assistance >= berlin_day(now) else None,
        closes_at if closes_at and closes_at > now else None,
    )


def days_to_repeat(first_day: date, today: date) -> timedelta:
    """Whole weeks to the same weekday next to the same date, in the next year that lies ahead."""
    year = first_day.year
    while True:
        year += 1
        weeks = round((_in_year(first_day, year) - first_day) / _WEEK)
        if first_day + weeks * _WEEK > today:
            return weeks * _WEEK


def _in_year(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return day.replace(year=year, day=28)


def moved(instant: datetime, by: timedelta) -> datetime:
    """The same time of Berlin's clocks so many days later; an hour that the change of clocks skips
    becomes the one after, and of one that it repeats the first is meant."""
    wall = instant.astimezone(BERLIN).replace(tzinfo=None, fold=0)
    return (wall + by).replace(tzinfo=BERLIN).astimezone(UTC)
