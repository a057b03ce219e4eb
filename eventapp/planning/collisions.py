"""What else happens on a day, and how much it matters. Pure; a hint, it forbids nothing."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from eventapp.events.rules import days
from eventapp.planning.rules import moved

MOST_DAYS = 31  # of one event are looked at


class Reason(StrEnum):
    """Why people could not, or would not, go to both."""

    TIME = "time"  # at the same hours
    TOPIC = "topic"
    AUDIENCE = "audience"  # the same network, or one above or below it
    KIND = "kind"


_STRONG = {Reason.TIME, Reason.TOPIC, Reason.AUDIENCE}


@dataclass(frozen=True)
class Span:
    """When something is: its days, and its hours where they are known."""

    first_day: date
    last_day: date
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    @property
    def days(self) -> list[date]:
        count = min((self.last_day - self.first_day).days + 1, MOST_DAYS)
        return [self.first_day + timedelta(days=n) for n in range(count)]

    def later(self, by: timedelta) -> "Span":
        """The same hours of Berlin's clocks so many days later."""
        times = [each and moved(each, by) for each in (self.starts_at, self.ends_at)]
        return Span(self.first_day + by, self.last_day + by, *times)

    def meets(self, other: "Span") -> bool:
        """Whether both have a day in common."""
        return self.first_day <= other.last_day and other.first_day <= self.last_day

    def overlaps(self, other: "Span") -> bool:
        """Whether both are known to happen at the same hours."""
        if not (self.starts_at and self.ends_at and other.starts_at and other.ends_at):
            return False
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


class Timed(Protocol):
    """One date: both instants or both days."""

    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime | None: ...
    @property
    def starts_on(self) -> date | None: ...
    @property
    def ends_on(self) -> date | None: ...


def spans_of(dates: Iterable[Timed]) -> tuple[Span, ...]:
    """Each of these dates."""
    return tuple(
        Span(
            *days(each.starts_at, each.ends_at, each.starts_on, each.ends_on),
            starts_at=each.starts_at,
            ends_at=each.ends_at,
        )
        for each in dates
    )


@dataclass(frozen=True)
class Plan:
    """What is being planned, as far as others care."""

    kind: str
    topics: frozenset[str]
    circle: frozenset[int]  # its network, those above and those below
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Busy:
    """An event that is there already. Whoever may not read it learns only that it is."""

    slug: str
    title: str
    network: str
    network_ids: frozenset[int]  # its own and those that co-host
    kind: str
    is_public: bool
    is_hidden: bool
    topics: frozenset[str]
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Collision:
    """`event` is None where one may only know that something is there."""

    event: Busy | None
    span: Span
    reasons: tuple[Reason, ...] = ()

    @property
    def is_strong(self) -> bool:
        return not _STRONG.isdisjoint(self.reasons)


def collisions(plan: Plan, span: Span, others: Iterable[Busy]) -> list[Collision]:
    """What else there is on the days of this span: the strongest first, what is hidden last and
    once, whatever its number."""
    found: list[Collision] = []
    hidden = None
    for other in others:
        met = next((each for each in other.spans if each.meets(span)), None)
        if met is None:
            continue
        if other.is_hidden:
            hidden = Collision(None, span)
        else:
            found.append(Collision(other, met, _reasons(plan, span, other)))
    found.sort(key=lambda each: (not each.is_strong, -len(each.reasons)))
    return [*found, *([hidden] if hidden else [])]


def _reasons(plan: Plan, span: Span, other: Busy) -> tuple[Reason, ...]:
    holds = {
        Reason.TIME: any(each.overlaps(span) for each in other.spans),
        Reason.TOPIC: not plan.topics.isdisjoint(other.topics),
        Reason.AUDIENCE: not plan.circle.isdisjoint(other.network_ids),
        Reason.KIND: plan.kind == other.kind,
    }
    return tuple(reason for reason in Reason if holds[reason])


def whole(spans: Collection[Span]) -> tuple[date, date]:
    """The first and the last day of all of them."""
    return min(each.first_day for each in spans), max(each.last_day for each in spans)
