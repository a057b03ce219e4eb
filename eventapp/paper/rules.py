"""Kinds of paper, formats of badges in millimetres, and whom paper is for. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from eventapp.errors import Refused
from eventapp.events.models import Attendance
from eventapp.participants.selection import Sort, Wanted
from eventapp.registration.models import RegistrationStatus

MOST_PEOPLE = 3_000  # of one file: some 8 MB and as many seconds
MOST_BLANK = 100
A4 = (210.0, 297.0)


class Paper(StrEnum):
    """What can be printed; also the kind of its export job."""

    BADGES = "badges"
    SIGNING = "signing"
    DOORS = "doors"
    CODES = "codes"


class TooManyOnPaper(Refused):
    code = "too-many-on-paper"


class NobodyOnPaper(Refused):
    code = "nobody-on-paper"


class NoNewBadges(Refused):
    code = "no-new-badges"


@dataclass(frozen=True)
class Grid:
    """Equal fields on upright A4, all in millimetres; `left` and `top` lead to the first one."""

    key: str
    width: float
    height: float
    columns: int
    rows: int
    left: float
    top: float
    across: float  # from one field's left edge to the next one's
    down: float
    is_cut: bool = False  # by hand: with marks
    page: tuple[float, float] = A4

    @property
    def fields(self) -> int:
        return self.columns * self.rows

    @property
    def alone(self) -> "Grid":
        """One field on a page of its size, to look at."""
        return replace(
            self, columns=1, rows=1, left=0, top=0, is_cut=False, page=(self.width, self.height)
        )

    def places(self) -> list[tuple[float, float]]:
        """The upper left corner of each field, row by row."""
        return [
            (self.left + column * self.across, self.top + row * self.down)
            for row in range(self.rows)
            for column in range(self.columns)
        ]


# Avery Zweckform: L4784 and L4785 80×50, L7783 95.8×50.7, L7173 99.1×57, L7165 99.1×67.7,
# 3427 105×74 (A7), 3483 105×148.5 (A6).
BADGES = {
    each.key: each
    for each in (
        Grid("90x55", 90, 55, 2, 5, 15, 11, 90, 55, is_cut=True),
        Grid("80x50", 80, 50, 2, 5, 17.5, 13.5, 95, 55),
        Grid("96x51", 95.8, 50.7, 2, 5, 7.85, 21.75, 98.5, 50.7),
        Grid("99x57", 99.1, 57, 2, 5, 4.65, 6, 101.6, 57),
        Grid("99x68", 99.1, 67.7, 2, 4, 4.65, 13.1, 101.6, 67.7),
        Grid("a7", 105, 74.25, 2, 4, 0, 0, 105, 74.25, is_cut=True),
        Grid("a6", 105, 148.5, 2, 2, 0, 0, 105, 148.5, is_cut=True),
    )
}
CODES = {
    each.key: each
    for each in (
        Grid("1", 210, 297, 1, 1, 0, 0, 210, 297),
        Grid("2", 210, 148.5, 1, 2, 0, 0, 210, 148.5, is_cut=True),
        Grid("4", 105, 148.5, 2, 2, 0, 0, 105, 148.5, is_cut=True),
    )
}


def expected(wanted: Wanted) -> Wanted:
    """Those of the selection who are expected in the house, by surname. Raises `NobodyOnPaper`
    where the selection itself leaves them out."""
    statuses = wanted.statuses or (RegistrationStatus.CONFIRMED,)
    if wanted.attendance == Attendance.ONLINE or RegistrationStatus.CONFIRMED not in statuses:
        raise NobodyOnPaper
    return replace(
        wanted,
        statuses=(RegistrationStatus.CONFIRMED,),
        attendance=Attendance.IN_PERSON,
        sort=Sort.NAME,
    )


@dataclass(frozen=True)
class Badge:
    """One that was made: what it shows, as a hash, and since when."""

    look: bytes
    printed_at: datetime


def is_due(look: bytes, made: Badge | None, ordered_at: datetime | None = None) -> bool:
    """Whether somebody has no badge, or another one than this. What was made since an order of new
    ones belongs to it when it is made again."""
    if made is None or made.look != look:
        return True
    return ordered_at is not None and made.printed_at >= ordered_at


def check_count(count: int) -> None:
    if not count:
        raise NobodyOnPaper
    if count > MOST_PEOPLE:
        raise TooManyOnPaper(most=MOST_PEOPLE)
