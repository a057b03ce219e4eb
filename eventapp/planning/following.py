"""What a change of one event of a series means for those that follow it. Pure.

Only what was changed is handed on: what another date has of its own stays. Days and hours move by
the difference of the wall times, they are not overwritten; so does the programme, by days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Protocol

from eventapp.clock import BERLIN
from eventapp.events import rules
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Attendance, EventStatus
from eventapp.planning import copying
from eventapp.planning.recurrence import Hours, NewDate, Trouble, hours_of, new_date
from eventapp.planning.values import PlannedValues

SHARED = (
    "kind",
    "summary",
    "description",
    "waiting_list",
    "ask_coming",
    "walk_ins",
    "confirm_email",
    "approval",
    "venue_name",
    "venue_street",
    "venue_postal_code",
    "venue_city",
    "join_url",
    "dial_in",
    "door_minutes",
    "join_notes",
    "test_url",
    "contact_name",
    "contact_email",
    "contact_phone",
    "has_in_person",
    "has_online",
    "capacity_in_person",
    "capacity_online",
    "delegates_per_organisation",
    "offer_hours",
    "topic_names",
)
"""Beside title and time. Network, series, programme and questions are each date's own."""


class Obstacle(StrEnum):
    """Why a date cannot follow."""

    NEVER = "never"  # its new time does not exist on that day
    TWICE = "twice"  # it does twice: one has to say which is meant
    BACKWARDS = "backwards"  # it would end before it begins
    PROGRAMME = "programme"  # an item would lie on none of its days
    IN_USE = "in_use"  # people are registered for the way that goes


@dataclass(frozen=True)
class Wall:
    """When an event is as the clocks show it; hours may be open."""

    first: date
    starts: time | None
    last: date
    ends: time | None


@dataclass(frozen=True)
class Followed:
    """One of the dates that follow, and what becomes of it."""

    event: EventDefinition
    title: str
    date: NewDate | None  # None where its time stays
    people: int
    obstacles: frozenset[Obstacle]
    values: PlannedValues

    @property
    def stops(self) -> bool:
        """Whether something has to be changed before it can follow; an hour that happens twice is
        only asked about."""
        return bool(self.obstacles - {Obstacle.TWICE})


class Member(Protocol):
    """An event of the series, as far as its place among the others goes."""

    @property
    def id(self) -> int: ...
    @property
    def status(self) -> str: ...
    @property
    def first_day(self) -> date: ...
    @property
    def starts_at(self) -> datetime | None: ...


def those_after(event: Member, others: Sequence[Member], now: datetime) -> list[int]:
    """The ids of the later events of the series that have not begun and take place, in order."""

    def start(each: Member) -> datetime:
        return each.starts_at or datetime.combine(each.first_day, time.min, BERLIN)

    def place(each: Member) -> tuple[date, datetime, int]:
        return each.first_day, start(each), each.id

    return [
        each.id
        for each in sorted(others, key=place)
        if place(each) > place(event) and start(each) > now and each.status != EventStatus.CANCELLED
    ]


def follow_all(
    event: EventDefinition,
    others: Sequence[EventDefinition],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    wall: Wall | None,
    standing: Mapping[int, Mapping[str, int]],
    second: bool = False,
) -> list[Followed]:
    """What the edit of this event, from `before` to `after`, makes of the others. `wall` is its new
    time, None for a course, whose dates are left alone."""
    shared = {name: after[name] for name in SHARED if after[name] != before[name]}
    return [
        _follow(event, each, shared, str(after["title"]), wall, standing.get(each.id, {}), second)
        for each in others
    ]


def _follow(
    event: EventDefinition,
    other: EventDefinition,
    shared: Mapping[str, Any],
    title: str,
    wall: Wall | None,
    standing: Mapping[str, int],
    second: bool,
) -> Followed:
    new_title = followed_title(event.title, title, other.title)
    values: Any = {**shared, "title": new_title}
    obstacles = {
        Obstacle.IN_USE
        for way in Attendance
        if standing.get(way) and shared.get(f"has_{way}") is False
    }
    own = wall_of(other)
    new = follow_wall(wall_of(event), wall, own) if wall and len(other.dates) == 1 else own
    date_ = None
    if new != own:
        date_ = new_date(
            new.first,
            new_title,
            Hours(new.starts, new.ends, (new.last - new.first).days),
            second=second,
        )
        values |= _times(other, date_, new.first - own.first)
        obstacles |= _obstacles(new, date_, values)
    people = sum(standing.values())
    return Followed(other, new_title, date_, people, frozenset(obstacles), values)


def _times(other: EventDefinition, date_: NewDate, by: timedelta) -> dict[str, Any]:
    is_known = date_.starts_at is not None
    closes = other.registration_closes_at
    return {
        "starts_at": date_.starts_at,
        "ends_at": date_.ends_at,
        "starts_on": None if is_known else date_.span.first_day,
        "ends_on": None if is_known else date_.span.last_day,
        "programme": copying.programme(other, by),
    } | (
        {"registration_closes_at": None}  # an end of sign-up after the event's
        if closes and not rules.lies_within(closes, (date.min, date_.span.last_day))
        else {}
    )


def _obstacles(new: Wall, date_: NewDate, values: PlannedValues) -> set[Obstacle]:
    found = {_OF_CLOCKS[date_.trouble]} if date_.trouble else set()
    if _backwards(new):
        return {Obstacle.BACKWARDS}
    days = (date_.span.first_day, date_.span.last_day)
    if not all(rules.lies_within(each["starts_at"], days) for each in values["programme"]):
        found.add(Obstacle.PROGRAMME)
    return found


_OF_CLOCKS = {Trouble.NEVER: Obstacle.NEVER, Trouble.TWICE: Obstacle.TWICE}


def _backwards(wall: Wall) -> bool:
    if wall.starts is None or wall.ends is None:
        return wall.last < wall.first
    return datetime.combine(wall.last, wall.ends) <= datetime.combine(wall.first, wall.starts)


def wall_of(event: EventDefinition) -> Wall:
    """As the event stands."""
    hours = hours_of(event)
    last = event.first_day + timedelta(days=hours.later)
    return Wall(event.first_day, hours.starts, last, hours.ends)


def follow_wall(old: Wall, new: Wall, theirs: Wall) -> Wall:
    """Their time moved as the edited one was; hours that were opened or named are so for them."""
    if old.starts is not None and new.starts is not None and theirs.starts is not None:
        first, starts = _moved(
            theirs.first, theirs.starts, (old.first, old.starts), (new.first, new.starts)
        )
        last, ends = _moved(theirs.last, theirs.ends, (old.last, old.ends), (new.last, new.ends))
        return Wall(first, starts, last, ends)
    first = theirs.first + (new.first - old.first)
    last = theirs.last + (new.last - old.last)
    if new.starts is None and old.starts is not None:
        return Wall(first, None, last, None)
    if old.starts is None and theirs.starts is None:
        return Wall(first, new.starts, last, new.ends)
    return Wall(first, theirs.starts, last, theirs.ends)


def _moved(day: date, at: Any, old: tuple[date, Any], new: tuple[date, Any]) -> tuple[date, time]:
    moved = datetime.combine(day, at) + (datetime.combine(*new) - datetime.combine(*old))
    return moved.date(), moved.time()


def followed_title(old: str, new: str, theirs: str) -> str:
    """Their title with the words changed that were changed: `Stammtisch 3` made `Runde 3` makes
    `Stammtisch 4` to `Runde 4`. Where those words are not theirs it stays."""
    if theirs == old:
        return new
    before, after, own = old.split(), new.split(), theirs.split()
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    gone, come = before[start : len(before) - end], after[start : len(after) - end]
    places = [n for n in range(len(own)) if gone and own[n : n + len(gone)] == gone]
    if len(places) != 1:
        return theirs
    [place] = places
    return " ".join([*own[:place], *come, *own[place + len(gone) :]])


def _alike(some: Sequence[str], others: Sequence[str]) -> int:
    """How many words from the start are the same."""
    pairs = enumerate(zip(some, others, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(some), len(others)))
