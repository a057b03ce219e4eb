"""When a step is due, and until when it makes sense. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from eventapp.clock import BERLIN, berlin_day
from eventapp.errors import Refused
from eventapp.reminders.models import Awaits, Group, Side, Unit

MORNING = time(9)  # where the hour is open
MOST = {Unit.DAYS: 60, Unit.HOURS: 72, Unit.MINUTES: 180}
MOST_STEPS = 20
FOLLOWS_UP = timedelta(days=7)  # a follow-up later than that is none
WAITS_FOR_MATERIALS = timedelta(days=30)  # who writes a protocol has other things to do, too
TOGETHER = timedelta(hours=1)  # of two dates on one day, steps so near are one mail
ANSWERED_BY_QUESTION = timedelta(hours=12)
AFTER_ONLY = (Group.PRESENT, Group.PRESENT_ONLINE, Group.ABSENT)
OUTCOMES = (*AFTER_ONLY, Group.WAITING)  # after the end everybody is in one of them
_ORDER = (Group.IN_PERSON, Group.ONLINE, *OUTCOMES)


class StepThere(Refused):
    """The event has this step already."""

    code = "reminder-there"


class TooManySteps(Refused):
    """More steps than anybody wants to get mails."""

    code = "too-many-reminders"


class Dated(Protocol):
    """A date of an event: either both instants or both days."""

    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime | None: ...
    @property
    def starts_on(self) -> date | None: ...
    @property
    def ends_on(self) -> date | None: ...


@dataclass(frozen=True)
class Step:
    """One mail to one group, so long before or after."""

    side: Side
    amount: int
    unit: Unit
    group: Group
    text: str | None = None
    text_en: str | None = None
    since: datetime | None = None  # what was due before is not made up for
    awaits: Awaits | None = None  # of a follow-up only

    @property
    def key(self) -> str:
        """Its name; a step that is changed is another one."""
        return f"{self.side}-{self.amount}-{self.unit}-{self.group}"

    @property
    def tells_outcome(self) -> bool:
        """Whether it tells somebody how it ended for them: nobody hears of two ends."""
        return self.side is Side.AFTER and self.group in OUTCOMES

    @property
    def distance(self) -> timedelta:
        """From the start or the end, for ordering; a day may have 23 or 25 hours."""
        return timedelta(**{self.unit.value: self.amount})


REMINDERS = (
    Step(Side.BEFORE, 7, Unit.DAYS, Group.IN_PERSON),
    Step(Side.BEFORE, 1, Unit.DAYS, Group.IN_PERSON),
    Step(Side.BEFORE, 1, Unit.DAYS, Group.ONLINE),
    Step(Side.BEFORE, 1, Unit.HOURS, Group.ONLINE),
)
FOLLOW_UPS = tuple(
    Step(Side.AFTER, 1, Unit.DAYS, group, awaits=Awaits.SOMETHING) for group in OUTCOMES
)
DEFAULTS = (*REMINDERS, *FOLLOW_UPS)
DEFAULTS_REACH = max(step.amount for step in REMINDERS if step.unit is Unit.DAYS)  # days


def in_order(steps: Iterable[Step]) -> tuple[Step, ...]:
    """As they come in time: the earliest before first."""

    def moment(step: Step) -> tuple[timedelta, int]:
        sign = -1 if step.side is Side.BEFORE else 1
        return (step.distance * sign, _ORDER.index(step.group))

    return tuple(sorted(steps, key=moment))


def day_of(dated: Dated) -> date:
    """The day in Berlin on which it begins."""
    if dated.starts_at is not None:
        return berlin_day(dated.starts_at)
    assert dated.starts_on is not None
    return dated.starts_on


def begins_at(dated: Dated) -> datetime:
    """From then on nobody is reminded; with the time open, midnight."""
    if dated.starts_at is not None:
        return dated.starts_at
    return datetime.combine(day_of(dated), time.min, BERLIN).astimezone(UTC)


def due_at(step: Step, dated: Dated) -> datetime | None:
    """The instant, in UTC; None for hours and minutes where the time is open.

    Seven days before 13:30 is 13:30 on Berlin's clocks, 24 hours before may be 12:30 or 14:30.
    """
    instant = dated.starts_at if step.side is Side.BEFORE else dated.ends_at
    if instant is None:
        day = dated.starts_on if step.side is Side.BEFORE else dated.ends_on
        assert day is not None
        if step.unit is not Unit.DAYS:
            return None
        return _on_clocks(datetime.combine(day, MORNING), step)
    if step.unit is Unit.DAYS:
        return _on_clocks(instant.astimezone(BERLIN).replace(tzinfo=None, fold=0), step)
    return instant.astimezone(UTC) + _signed(step)


def _on_clocks(wall: datetime, step: Step) -> datetime:
    """A time that the change of clocks skips becomes the one an hour later; of one that it repeats
    the first is meant."""
    return (wall + _signed(step)).replace(tzinfo=BERLIN).astimezone(UTC)


def _signed(step: Step) -> timedelta:
    return -step.distance if step.side is Side.BEFORE else step.distance


def too_late_at(step: Step, dated: Dated, due: datetime) -> datetime:
    """From then on a step that was missed, or has waited in vain, is not made up for."""
    if step.side is Side.BEFORE:
        return begins_at(dated)
    return due + (WAITS_FOR_MATERIALS if step.awaits is Awaits.MATERIALS else FOLLOWS_UP)


@dataclass(frozen=True)
class Due:
    """One step of one date."""

    event_id: int
    network_id: int
    date_uid: str
    day: date
    step: Step
    due_at: datetime
    too_late_at: datetime
    is_held_back: bool = False  # was due before it was planned, or before the date was moved here

    @property
    def key(self) -> tuple[str, str, date]:
        """What it is claimed by."""
        return (self.date_uid, self.step.key, self.day)

    def is_due(self, now: datetime) -> bool:
        return self.due_at <= now < self.too_late_at


def plan_date(
    event_id: int,
    network_id: int,
    date_uid: str,
    dated: Dated,
    steps: Iterable[Step],
    *,
    moved_at: datetime | None,
    is_last: bool,
) -> Iterable[Due]:
    """Every step of one date; those after the end only of the event's last."""
    for step in steps:
        due = due_at(step, dated)
        if due is None or (step.side is Side.AFTER and not is_last):
            continue
        known = [each for each in (step.since, moved_at) if each is not None]
        yield Due(
            event_id,
            network_id,
            date_uid,
            day_of(dated),
            step,
            due,
            too_late_at(step, dated, due),
            is_held_back=any(due <= each for each in known),
        )


def speaking(due: Sequence[Due]) -> set[Due]:
    """Of several steps before a date that have not left, the latest for each group; all of those
    after the end."""
    latest: dict[tuple[str, str], Due] = {}
    follow_ups = set()
    for each in due:
        if each.is_held_back:
            continue
        if each.step.side is Side.AFTER:
            follow_ups.add(each)
            continue
        place = (each.date_uid, each.step.group)
        if place not in latest or latest[place].due_at < each.due_at:
            latest[place] = each
    return follow_ups | set(latest.values())


def goes_along(lead: Due, other: Due, now: datetime) -> bool:
    """Whether the mail of one date that leaves now tells of the other, too, whose own moment is
    still to come: days before later today, hours and minutes before within an hour."""
    steps = (lead.step, other.step)
    if (lead.network_id, lead.day) != (other.network_id, other.day):
        return False
    if lead.date_uid == other.date_uid or any(step.side is Side.AFTER for step in steps):
        return False
    if all(step.unit is Unit.DAYS for step in steps):
        return berlin_day(other.due_at) == berlin_day(now)
    return other.due_at - now <= TOGETHER


def is_asked_instead(due: Due, asks_at: datetime, groups: Iterable[str]) -> bool:
    """Whether "do you still come?" goes to the same people at about the same time: that reminds
    them, too."""
    if due.step.side is Side.AFTER or due.step.group not in groups:
        return False
    return abs(due.due_at - asks_at) <= ANSWERED_BY_QUESTION
