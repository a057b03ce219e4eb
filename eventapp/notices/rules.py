"""What of an event people are told when it changes, who knows which state of it, and when. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from eventapp.clock import berlin_day
from eventapp.errors import Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Attendance, EventStatus
from eventapp.registration.models import RegistrationStatus
from eventapp.tokens import hashed

WINDOW = timedelta(minutes=10)  # each further edit renews it
LONGEST = timedelta(hours=1)  # after the first edit nothing waits any longer
UNDO = timedelta(minutes=5)  # as of messages
SURELY_AFTER = timedelta(minutes=1)  # longer than a mail takes from being written to being settled
KEPT = timedelta(days=365)  # as messages
ALWAYS = datetime(1, 1, 2, tzinfo=UTC)  # before anybody knew of the event


class TooLateToRestore(Refused):
    """The mails that the event does not take place have left."""

    code = "too-late-to-restore"


@dataclass(frozen=True)
class Words:
    """What the office says to a calling off; without English, those who read it get German."""

    german: str | None = None
    english: str | None = None

    def in_language(self, language: str) -> str | None:
        return self.english if language == "en" and self.english else self.german


NO_WORDS = Words()


@dataclass(frozen=True)
class Date:
    """One date of an event; either both instants or both days."""

    id: int
    starts_at: datetime | None
    ends_at: datetime | None
    starts_on: date | None
    ends_on: date | None
    is_off: bool = False


@dataclass(frozen=True)
class Times:
    """All dates of an event, as `formatting.when` takes them."""

    dates: tuple[Date, ...]
    starts_at: datetime | None
    ends_at: datetime | None
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class Facts:
    """What people are told of when it changes. The meeting's address only as a fingerprint."""

    dates: tuple[Date, ...]
    place: str
    access: str  # empty where there is none yet
    ways: tuple[str, ...]
    is_off: bool

    @property
    def off(self) -> frozenset[int]:
        """The dates that are called off alone, by id."""
        return frozenset(each.id for each in self.dates if each.is_off)

    @property
    def times(self) -> Times:
        first, last = self.dates[0], self.dates[-1]
        return Times(self.dates, first.starts_at, last.ends_at, first.starts_on, last.ends_on)


def facts_of(event: EventDefinition) -> Facts:
    """As the event stands."""
    return Facts(
        dates=tuple(
            Date(each.id, each.starts_at, each.ends_at, each.starts_on, each.ends_on, each.is_off)
            for each in event.dates
        ),
        place=event.venue.one_line if event.venue and event.has_in_person else "",
        access=_access(event) if event.has_online and event.join_url else "",
        ways=tuple(str(each) for each in event.attendances),
        is_off=event.status == EventStatus.CANCELLED,
    )


def _access(event: EventDefinition) -> str:
    return hashed(f"{event.join_url} {event.dial_in or ''}").hex()


@dataclass(frozen=True)
class State:
    """The facts that held from a moment on."""

    at: datetime
    facts: Facts

    def plain(self) -> dict[str, Any]:
        """As it is stored."""
        facts = self.facts
        dates = [
            [
                each.id,
                *map(_text, (each.starts_at, each.ends_at, each.starts_on, each.ends_on)),
                each.is_off,
            ]
            for each in facts.dates
        ]
        named = {"place": facts.place, "access": facts.access, "is_off": facts.is_off}
        return {"at": self.at.isoformat(), "dates": dates, "ways": list(facts.ways), **named}


def _text(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None


def state_of(stored: Mapping[str, Any]) -> State:
    """The state behind `State.plain`."""
    dates = tuple(_date(*each) for each in stored["dates"])
    ways = tuple(stored["ways"])
    facts = Facts(dates, stored["place"], stored["access"], ways, stored["is_off"])
    return State(datetime.fromisoformat(stored["at"]), facts)


def _date(id_: int, *stored: Any) -> Date:
    """Notices from before dates could be called off alone say nothing of it."""
    starts_at, ends_at, starts_on, ends_on, *is_off = stored
    return Date(
        id_,
        datetime.fromisoformat(starts_at) if starts_at else None,
        datetime.fromisoformat(ends_at) if ends_at else None,
        date.fromisoformat(starts_on) if starts_on else None,
        date.fromisoformat(ends_on) if ends_on else None,
        any(is_off),
    )


def known(states: Sequence[State], told_at: datetime) -> int:
    """Which of the states somebody knows who was last told of the event at this moment."""
    return max(n for n, each in enumerate(states) if n == 0 or each.at <= told_at)


class What(StrEnum):
    """What is different."""

    BACK_ON = "back_on"
    TIME = "time"
    DATES_OFF = "dates_off"  # single ones of a course
    PLACE = "place"
    ACCESS = "access"
    WAYS = "ways"


HOURS = "hours"  # beside `What.TIME`: nothing else of it


@dataclass(frozen=True)
class Difference:
    """One thing before and now: `Times`, a place, or ways to take part."""

    what: What
    old: Any
    new: Any


def differences(old: Facts, new: Facts) -> list[Difference]:
    """All of them. An address that was missing is no news: the door stays the same."""
    found = {
        What.BACK_ON: (old.is_off and not new.is_off, None, None),
        What.TIME: (old.dates != new.dates, old.times, new.times),
        What.DATES_OFF: (bool(new.off - old.off), old.off, new.off),
        What.PLACE: (old.place != new.place and bool(new.place), old.place, new.place),
        What.ACCESS: (bool(old.access and new.access) and old.access != new.access, None, None),
        What.WAYS: (old.ways != new.ways, old.ways, new.ways),
    }
    return [Difference(what, before, now) for what, (holds, before, now) in found.items() if holds]


def concerning(found: Iterable[Difference], attendance: str) -> list[Difference]:
    """Those that matter to somebody who takes part, or waits to, in this way. A way that goes is
    nobody's who is registered; one that comes is a choice for all."""
    mine = {
        What.PLACE: attendance == Attendance.IN_PERSON,
        What.ACCESS: attendance == Attendance.ONLINE,
    }
    return [
        each
        for each in found
        if mine.get(each.what, True)
        and (each.what != What.WAYS or not set(each.new) <= set(each.old))
    ]


def moved_date(found: Iterable[Difference]) -> list[Difference]:
    """Those that whoever is only invited hears of."""
    return [each for each in found if each.what in (What.TIME, What.BACK_ON)]


def names_of(found: Iterable[Difference]) -> set[str]:
    """What differs, for templates; `HOURS` as well where the days are as before."""
    named = {str(each.what): each for each in found}
    time = named.get(What.TIME)
    if time is not None and _days(time.old) == _days(time.new):
        return {*named, HOURS}
    return set(named)


def _days(times: Times) -> list[tuple[date | None, date | None]]:
    return [
        (_day(each.starts_at, each.starts_on), _day(each.ends_at, each.ends_on))
        for each in times.dates
    ]


def _day(at: datetime | None, on: date | None) -> date | None:
    return berlin_day(at) if at else on


def is_in_calendar(found: Iterable[Difference]) -> bool:
    """Whether the calendar entry became another one: the meeting's address never stands there."""
    return any(each.what != What.ACCESS for each in found)


def is_known_since(owed_at: datetime | None, request_sent_at: datetime | None) -> bool:
    """Whether the first calendar entry left so long after the mails were owed that it surely was
    written after the last edit."""
    if owed_at is None or request_sent_at is None:
        return False
    return request_sent_at > owed_at + SURELY_AFTER


def due_at(first_edit_at: datetime, now: datetime) -> datetime:
    """When a change that is edited now goes out."""
    return max(min(now + WINDOW, first_edit_at + LONGEST), now)


class Group(StrEnum):
    """Who is told, each in words of their own."""

    IN_PERSON = "in_person"
    ONLINE = "online"
    WAITING = "waiting"  # no place yet: also offered, or to be decided
    UNPROVED = "unproved"  # the address is still to be confirmed
    SILENT = "silent"  # invited and not answered
    DECLINED = "declined"
    COMING = "coming"  # an organisation that said yes, and has nobody registered
    WISHES = "wishes"  # wanted to know when sign-up opens


HEARS_CHANGE = (
    RegistrationStatus.CONFIRMED,
    RegistrationStatus.WAITLISTED,
    RegistrationStatus.OFFERED,
    RegistrationStatus.RECEIVED,
)
"""Who has to prove their address first learns what holds now when they do."""


def group_of(status: str, attendance: str) -> Group:
    """Of a registration that stands."""
    if status == RegistrationStatus.CONFIRMED:
        return Group(attendance)
    if status in (RegistrationStatus.PENDING, RegistrationStatus.UNPROVED):
        return Group.UNPROVED
    return Group.WAITING
