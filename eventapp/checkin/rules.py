"""The verdict on a code: from the state of its registration and all scans of its ticket.

Scans are ordered by when they were made, never by when they arrived: two doors, one of them without
a network for an hour, come to the same result in whatever order their batches reach the server.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from operator import itemgetter
from typing import NamedTuple, cast

from eventapp.clock import BERLIN, berlin_day
from eventapp.errors import Refused
from eventapp.events.definition import DateDefinition, EventDefinition
from eventapp.events.models import Attendance, EventStatus
from eventapp.registration.models import RegistrationStatus
from eventapp.tokens import TICKET_LENGTH

MOST_SCANS = 500  # in one batch
DEVICE_HOLDS = timedelta(hours=24)  # after the end of the event
LINK_HOLDS_BEFORE = timedelta(hours=24)  # the start of the event
HANDOVER_HOLDS = timedelta(minutes=15)  # from the browser to the home screen, once
MOST_DOORS = 50  # with a link that holds, of one event
MOST_DEVICES = 200  # paired through the links of one event
EARLY = timedelta(hours=1)  # people come so long before one of several dates of a day

# What a new helper tries the scanner with: never a guest's, whose codes are random.
PRACTICE_TICKET = "UEBUNGUEBUNGUEBUNGUEBUNGUE"
PRACTICE_SHORT = "UEBUNGEN"

_TICKET = re.compile(rf"(?:HTTPS?://[^/\s]+/C/)?([A-Z2-7]{{{TICKET_LENGTH}}})(?:[/?#]\S*)?")
_SHORT = re.compile(r"([2-9A-Z]{4})[-\s]?([2-9A-Z]{4})")


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class Verdict(StrEnum):
    ADMITTED = "admitted"
    ALREADY_IN = "already_in"
    LEFT = "left"
    CANCELLED = "cancelled"
    WAITLISTED = "waitlisted"
    ONLINE_ONLY = "online_only"
    WRONG_ITEM = "wrong_item"
    WRONG_EVENT = "wrong_event"
    UNKNOWN = "unknown"
    NOT_LISTED = "not_listed"
    HELD = "held"
    UNDONE = "undone"


class Finding(StrEnum):
    """What a code was when its scan arrived; only scans of a `ticket` let somebody in."""

    TICKET = "ticket"
    CANCELLED = Verdict.CANCELLED
    WAITLISTED = Verdict.WAITLISTED
    ONLINE_ONLY = Verdict.ONLINE_ONLY
    WRONG_ITEM = Verdict.WRONG_ITEM
    WRONG_EVENT = Verdict.WRONG_EVENT
    UNKNOWN = Verdict.UNKNOWN
    NOT_LISTED = Verdict.NOT_LISTED  # a ticket that the door did not know and did not let in
    HELD = Verdict.HELD
    UNDONE = Verdict.UNDONE  # a mistake that was taken back: as if it had not been
    REJECTED = "rejected"  # held, and not to count


class Code(NamedTuple):
    """What was read or typed, ready for look-up; neither where it cannot be one of ours."""

    ticket: str | None = None  # 26 characters
    short: str | None = None  # 8 characters

    @property
    def is_practice(self) -> bool:
        """Whether it stands on the practice ticket."""
        return self.ticket == PRACTICE_TICKET or self.short == PRACTICE_SHORT


# Tuples, here and for codes: hundreds are made for one batch.
class Passage(NamedTuple):
    """One scan of a ticket at one door: the event's, or a programme item's."""

    scan_id: str
    direction: str
    scanned_at: datetime
    door: str


Entry = tuple[int | None, int | None]
"""What a guest is let in to, once: a programme item, or one date of a course, or the event."""


def entry_of(item_id: int | None, date_id: int | None) -> Entry:
    """The item has its own time, so that the date says nothing more."""
    return (item_id, None) if item_id is not None else (None, date_id)


class Outcome(NamedTuple):
    """The verdict on one passage, and the passage that let the person in."""

    verdict: Verdict
    admission: Passage | None


def read_code(text: str) -> Code:
    """Takes the QR's address, the bare code or the short code, in any case."""
    tidy = text.strip().upper()
    if match := _TICKET.fullmatch(tidy):
        return Code(ticket=match[1])
    if match := _SHORT.fullmatch(tidy):
        return Code(short=match[1] + match[2])
    return Code()


def find_obstacle(status: str, attendance: str, *, has_item: bool) -> Finding:
    """Why this registration may not enter here now, or `TICKET` if it may."""
    if status == RegistrationStatus.CANCELLED:
        return Finding.CANCELLED
    if status != RegistrationStatus.CONFIRMED:
        return Finding.WAITLISTED
    if attendance == Attendance.ONLINE:
        return Finding.ONLINE_ONLY
    return Finding.TICKET if has_item else Finding.WRONG_ITEM


def judge(passages: Iterable[Passage]) -> dict[str, Outcome]:
    """By scan id: the earliest `in` is the admission, later ones conflict until an `out`."""
    outcomes: dict[str, Outcome] = {}
    admission: Passage | None = None
    for passage in sorted(passages, key=in_order):
        if passage.direction == Direction.OUT:
            outcomes[passage.scan_id] = Outcome(Verdict.LEFT, admission)
            admission = None
        elif admission is None:
            admission = passage
            outcomes[passage.scan_id] = Outcome(Verdict.ADMITTED, admission)
        else:
            outcomes[passage.scan_id] = Outcome(Verdict.ALREADY_IN, admission)
    return outcomes


def find_present(passages: Iterable[Passage]) -> Passage | None:
    """The admission of whoever is there now; None of whoever went out last."""
    passages = list(passages)
    last = judge(passages)[max(passages, key=in_order).scan_id]
    return None if last.verdict is Verdict.LEFT else last.admission


def settle(obstacle: Finding, *, let_in: bool | None) -> Finding:
    """What a scan is that a door decided by itself: whoever it sent away did not come in."""
    return Finding.NOT_LISTED if obstacle is Finding.TICKET and let_in is False else obstacle


def in_order(passage: Passage) -> tuple[datetime, bool, str]:
    """In time; of two at the same instant the way out comes first."""
    return passage.scanned_at, passage.direction == Direction.IN, passage.scan_id


class TooManyDoors(Refused):
    code = "too-many-doors"
    field = "name"


class TooManyDevices(Refused):
    code = "too-many-devices"
    field = "name"


def valid_from(event: EventDefinition) -> datetime:
    """From when on the links of the event's doors pair devices."""
    start = event.starts_at or datetime.combine(event.first_day, time.min, BERLIN)
    return start - LINK_HOLDS_BEFORE


def is_inside(passages: Iterable[tuple[Passage, bool]]) -> bool:
    """Whether somebody is in the house, from their passages and whether each was at a door of the
    house: who goes into a workshop is in the house, who leaves one still is."""
    told = [each for each, is_house in passages if is_house or each.direction == Direction.IN]
    last = max(told, key=in_order, default=None)
    return last is not None and last.direction == Direction.IN


def date_at(event: EventDefinition, instant: datetime) -> DateDefinition | None:
    """For which date of a course somebody comes at this time: that day's, where it has two the
    later one from an hour before it. None where an event has only one date."""
    if len(event.dates) < 2:
        return None
    dates = sorted(event.dates, key=_start)
    near = [each for each in dates if berlin_day(_start(each)) == berlin_day(instant)] or dates
    begun = [each for each in near if _start(each) - EARLY <= instant]
    return begun[-1] if begun else near[0]


def direction_at(door: str, sent: str) -> str:
    """Through a door for leaving everybody leaves; through the others as the device says."""
    return Direction.OUT if door == Direction.OUT else sent


def date_id_of(event: EventDefinition, door_date_id: int | None, instant: datetime) -> int | None:
    """The date that the door is for, else the one at that time."""
    if door_date_id is not None and len(event.dates) > 1:
        return door_date_id
    date = date_at(event, instant)
    return date.id if date else None


def off_dates(event: EventDefinition) -> set[int | None]:
    """The dates that do not take place, as `date_id_of` names them."""
    if event.status == EventStatus.CANCELLED:
        return {None, *(date.id for date in event.dates)}
    return {date.id for date in event.dates if date.is_off}


def in_time(event: EventDefinition) -> list[tuple[DateDefinition, datetime]]:
    """The dates of a course with their starts, the earliest first."""
    return sorted(((date, _start(date)) for date in event.dates), key=itemgetter(1))


def _start(date: DateDefinition) -> datetime:
    first_day = date.starts_on or berlin_day(cast("datetime", date.starts_at))
    return date.starts_at or datetime.combine(first_day, time.min, BERLIN)


def valid_until(event: EventDefinition) -> datetime:
    """How long the event's devices hold."""
    return holds_until(event.ends_at, event.last_day)


def holds_until(ends_at: datetime | None, last_day: date) -> datetime:
    """How long devices of an event with this end, or with this last day, hold."""
    day_after = last_day + timedelta(days=1)
    return (ends_at or datetime.combine(day_after, time.min, BERLIN)) + DEVICE_HOLDS


def corrected(scanned_at: datetime, sent_at: datetime | None, received_at: datetime) -> datetime:
    """The time of a scan by our clock: shifted by the device's error, never in the future."""
    shift = received_at - sent_at if sent_at else timedelta()
    return min(scanned_at + shift, received_at)
