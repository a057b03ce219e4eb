"""Which of many places is near: by region, and by the postal code that somebody types. Pure.

Nobody's address leaves the house for it: codes that begin alike lie in the same area, and within it
neighbouring numbers are mostly neighbours. That is plain, and said on the page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from eventapp.events.definition import EventDefinition
from eventapp.registration.listing import Row

NEAREST = 10  # are shown
MANY = 4  # places in fewer towns need no search
_CODE = re.compile(r"[0-9]{2,5}")


@dataclass(frozen=True)
class Nearby:
    """What was asked for, and what was found."""

    code: str  # as typed
    region: str  # a slug
    regions: Sequence[tuple[str, str]]  # slug and name of those that have dates
    rows: Sequence[Row]
    is_wrong: bool  # the code is none
    is_offered: bool  # there are places enough to search

    @property
    def is_set(self) -> bool:
        return bool(self.code or self.region)


def nearby(rows: Sequence[Row], code: str, region: str) -> Nearby:
    """The rows of the region, or all; with a code the nearest first, at most ten."""
    regions = sorted({(e.region.slug, e.region.name) for e, *_ in rows if e.region}, key=_name)
    found = [row for row in rows if not region or _is_in(row[0], region)]
    is_wrong = bool(code) and _CODE.fullmatch(code) is None
    if code and not is_wrong:
        placed = [row for row in found if _code_of(row[0])]
        found = sorted(placed, key=lambda row: distance(code, _code_of(row[0])))[:NEAREST]
    towns = {_code_of(event) for event, *_ in rows} - {""}
    return Nearby(code, region, regions, found, is_wrong, len(towns) >= MANY)


def _name(region: tuple[str, str]) -> str:
    return region[1]


def _is_in(event: EventDefinition, region: str) -> bool:
    return event.region is not None and event.region.slug == region


def _code_of(event: EventDefinition) -> str:
    """The postal code of where one can be; empty online or where it is no number."""
    code = event.venue.postal_code if event.venue and event.has_in_person else None
    return code if code and _CODE.fullmatch(code) else ""


def distance(code: str, other: str) -> tuple[int, int]:
    """The less, the nearer: first by how many digits agree, then by the gap of the numbers."""
    alike = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(code, other, strict=False))))
    return -alike, abs(_number(code) - _number(other))


def _number(code: str) -> int:
    """A beginning stands for the middle of its area."""
    return int(code.ljust(5, "5"))
