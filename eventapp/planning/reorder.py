"""Moving a programme item earlier or later among the others of its day. Pure.

The items that change places keep how long they take, and the pauses between them their place, so
that nothing before and after them moves. What happens at the same time stays together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from eventapp.clock import berlin_day
from eventapp.events.definition import ItemDefinition


@dataclass(frozen=True)
class Block:
    """One item, or several that overlap."""

    slugs: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime

    @property
    def day(self) -> date:
        return berlin_day(self.starts_at)


@dataclass(frozen=True)
class Position:
    """Where an item stands: the number of its block, and whether it can move within its day."""

    block: int
    day: date
    can_earlier: bool
    can_later: bool


def blocks(items: Sequence[ItemDefinition]) -> list[Block]:
    """In the order of time."""
    found: list[Block] = []
    for item in sorted(items, key=lambda each: (each.starts_at, each.id)):
        if found and item.starts_at < found[-1].ends_at:
            last = found[-1]
            ends_at = max(last.ends_at, item.ends_at)
            found[-1] = Block((*last.slugs, item.slug), last.starts_at, ends_at)
        else:
            found.append(Block((item.slug,), item.starts_at, item.ends_at))
    return found


def positions(items: Sequence[ItemDefinition]) -> dict[str, Position]:
    """Of each item, by its slug."""
    found = blocks(items)
    days = [None, *(block.day for block in found), None]
    return {
        slug: Position(n, block.day, days[n] == block.day, days[n + 2] == block.day)
        for n, block in enumerate(found)
        for slug in block.slugs
    }


def moved(items: Sequence[ItemDefinition], slug: str, steps: int) -> dict[str, timedelta]:
    """How far each item goes if this one goes so many places later (earlier where negative); no
    further than its day. Empty where nothing moves."""
    found = blocks(items)
    at = next((n for n, block in enumerate(found) if slug in block.slugs), None)
    if at is None:
        return {}
    same_day = [n for n, block in enumerate(found) if block.day == found[at].day]
    to = min(max(at + steps, same_day[0]), same_day[-1])
    if to == at:
        return {}
    span = found[min(at, to) : max(at, to) + 1]
    others = [block for block in span if block is not found[at]]
    order = [*others, found[at]] if to > at else [found[at], *others]
    return _laid_out(span, order)


def _laid_out(span: Sequence[Block], order: Sequence[Block]) -> dict[str, timedelta]:
    pauses = [after.starts_at - before.ends_at for before, after in pairwise(span)]
    start = span[0].starts_at
    goes: dict[str, timedelta] = {}
    for block, pause in zip(order, [*pauses, timedelta()], strict=True):
        goes |= dict.fromkeys(block.slugs, start - block.starts_at)
        start += block.ends_at - block.starts_at + pause
    return {slug: by for slug, by in goes.items() if by}
