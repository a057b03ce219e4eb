"""The figures of a running event, told from its scans each time. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any

from eventapp.checkin.rules import Direction, Passage, in_order, is_inside

MOST_SLOTS = 36  # points of the curve, rows of its table
SLOT_MINUTES = (5, 10, 15, 30, 60, 120, 240, 720, 1440)


@dataclass(frozen=True)
class Passed:
    """A scan that found a ticket: whose it is, and which door it passed."""

    registration_id: int
    item_id: int | None
    date_id: int | None
    passage: Passage


@dataclass(frozen=True)
class Slot:
    """Some minutes of the arrival: who came in them, and how many had come by their end."""

    begins_at: datetime
    arrived: int
    total: int


Entrance = tuple[str, int | None]
"""A door by its name and the programme item that it leads to, if not to the house."""


@dataclass(frozen=True)
class Told:
    """What the scans say: who is in the house, who has ever come, at which door, to what."""

    inside: frozenset[int]  # registrations, as all sets here
    arrived: frozenset[int]
    doors: dict[Entrance, int]  # people whose first way to the house or the item it was
    curve: tuple[Slot, ...]
    by_item: dict[int, frozenset[int]]
    by_date: dict[int, frozenset[int]]


def tell(scans: Iterable[Passed], date_id: int | None) -> Told:
    """The figures; of a course, house and arrivals are those of the date given."""
    scans = list(scans)
    by_item: dict[int, set[int]] = defaultdict(set)
    by_date: dict[int, set[int]] = defaultdict(set)
    first: dict[int, Passage] = {}
    first_to: dict[tuple[int, int | None], Passage] = {}  # by guest and where the door leads
    for each in scans:
        if each.passage.direction != Direction.IN:
            continue
        guest = each.registration_id
        if each.item_id is not None:
            by_item[each.item_id].add(guest)
        if each.date_id is not None:
            by_date[each.date_id].add(guest)
        if each.item_id is not None or each.date_id in (None, date_id):
            _keep_first(first_to, (guest, each.item_id), each.passage)
        if each.date_id in (None, date_id):
            _keep_first(first, guest, each.passage)
    doors = Counter((passage.door, item_id) for (_, item_id), passage in first_to.items())
    return Told(
        inside=_inside(scans, date_id),
        arrived=frozenset(first),
        doors=dict(doors),
        curve=curve([passage.scanned_at for passage in first.values()]),
        by_item={id_: frozenset(guests) for id_, guests in by_item.items()},
        by_date={id_: frozenset(guests) for id_, guests in by_date.items()},
    )


def _keep_first(first: dict[Any, Passage], key: Any, passage: Passage) -> None:
    first[key] = min(first.get(key, passage), passage, key=in_order)


def _inside(scans: Iterable[Passed], date_id: int | None) -> frozenset[int]:
    passages: dict[int, list[tuple[Passage, bool]]] = defaultdict(list)
    for each in scans:
        if each.date_id in (None, date_id):
            passages[each.registration_id].append((each.passage, each.item_id is None))
    return frozenset(guest for guest, group in passages.items() if is_inside(group))


def curve(arrivals: Sequence[datetime]) -> tuple[Slot, ...]:
    """Arrivals in equal slots from the first to the last, as short ones as fit."""
    if not arrivals:
        return ()
    first, last = min(arrivals), max(arrivals)
    width = next(
        (each for each in map(_minutes, SLOT_MINUTES) if (last - first) / each < MOST_SLOTS - 1),
        _minutes(SLOT_MINUTES[-1]),
    )
    counted = Counter(_floor(each, width) for each in arrivals)
    slots, total, begins_at = [], 0, _floor(first, width)
    while begins_at <= last:
        total += counted[begins_at]
        slots.append(Slot(begins_at, counted[begins_at], total))
        begins_at += width
    return tuple(slots[-MOST_SLOTS:])


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def _floor(instant: datetime, width: timedelta) -> datetime:
    epoch = datetime(2000, 1, 1, tzinfo=UTC)
    return instant - (instant - epoch) % width


def points(slots: Sequence[Slot], width: int, height: int) -> list[tuple[float, float]]:
    """The curve in a picture of this size; it begins with nobody and ends with all."""
    top = max(slots, key=attrgetter("total")).total
    step = width / len(slots)
    found = [(0.0, float(height))]
    for number, slot in enumerate(slots, 1):
        found.append((round(number * step, 1), round(height - height * slot.total / top, 1)))
    return found
