"""Decisions about events that need nothing but their values."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from eventapp.clock import BERLIN, berlin_day
from eventapp.errors import Refused
from eventapp.events.models import Attendance, Kind

SIGN_UP_FIELDS = (
    "salutation",
    "title",
    "organisation",
    "role",
    "assistance",
    "door_note",
    "diet",
    "photo_consent",
    "list_consent",
)
"""What an organiser may switch on beside first name, last name and e-mail address."""

Start = date  # or an instant, which Python counts among the days

_ADDRESS = re.compile(r"https?://[^\s/]+\S*")
_TIME = {"starts_at", "ends_at", "starts_on", "ends_on", "dates"}
_PLACE = {"venue_name", "venue_street", "venue_postal_code", "venue_city"}
_ATTENDANCE = {"has_in_person", "has_online"}
_RESCHEDULES = _TIME | _PLACE | _ATTENDANCE | {"status"}


class ChangedMeanwhile(Refused):
    """Somebody else saved the event while it was being edited; nothing of theirs is lost."""

    code = "changed-meanwhile"


def raises_sequence(changed: Collection[str]) -> bool:
    """Whether SEQUENCE goes up: time, place, attendance or status (RFC 5545, 3.8.7.4)."""
    return not _RESCHEDULES.isdisjoint(changed)


def raises_item_sequence(changed: Collection[str]) -> bool:
    """The same for a part of the programme, in the calendars of those who chose it."""
    return not {"starts_at", "ends_at", "room"}.isdisjoint(changed)


def revised_at(now: datetime, before: datetime | None = None) -> datetime:
    """DTSTAMP of a revision: whole seconds, strictly later than the one before."""
    present = now.replace(microsecond=0)
    return present if before is None else max(present, before + timedelta(seconds=1))


def earlier_starts(known: Sequence[str], before: Start, after: Start) -> list[str]:
    """The starts that an event was announced for and has no longer, oldest first. A time for a day
    that was open moves nothing, and what comes back to an earlier start was never moved from it."""
    if before == after or _is_named_only(before, after):
        return list(known)
    gone = [each for each in (*known, iso(before)) if each != iso(after)]
    return list(dict.fromkeys(gone))


def _is_named_only(before: Start, after: Start) -> bool:
    """Whether only the time of the day became known."""
    is_open = not isinstance(before, datetime) and isinstance(after, datetime)
    return is_open and isinstance(after, datetime) and berlin_day(after) == before


def iso(start: Start) -> str:
    """As search engines read it; instants in UTC."""
    return start.astimezone(UTC).isoformat() if isinstance(start, datetime) else start.isoformat()


def was_in_person(known: bool, before: tuple[bool, bool], after: tuple[bool, bool]) -> bool:
    """Whether an event moved online: (in person, online) before and after a change."""
    (was_there, _), (is_there, is_online) = before, after
    return not is_there and is_online and (known or was_there)


def days(
    starts_at: datetime | None,
    ends_at: datetime | None,
    starts_on: date | None,
    ends_on: date | None,
) -> tuple[date, date]:
    """First and last day in Berlin; an end at midnight belongs to the day before."""
    if starts_at is not None and ends_at is not None:
        last = (ends_at - timedelta(microseconds=1)).astimezone(BERLIN).date()
        return starts_at.astimezone(BERLIN).date(), last
    if starts_on is None or ends_on is None:
        raise ValueError("an event has either both instants or both days")
    return starts_on, ends_on


# --- what makes an event: the import and the organisers' form ask alike ---------------------------


def ends_too_early(start: date, end: date) -> bool:
    """An event takes time; with the time open its first day may be its last."""
    return end <= start if isinstance(start, datetime) else end < start


def has_registration(kind: str | None) -> bool:
    """A milestone stands in the calendar and is attended by nobody."""
    return kind != Kind.MILESTONE


def not_offered(offered: Collection[str], capacities: Mapping[str, int | None]) -> list[str]:
    """The ways to take part that are given places without being offered."""
    return [way for way, n in capacities.items() if n is not None and way not in offered]


def may_have_link(offered: Collection[str]) -> bool:
    """Whether there is anything to join by link."""
    return Attendance.ONLINE in offered


def is_web_address(text: str) -> bool:
    return _ADDRESS.fullmatch(text) is not None


def lies_within(instant: datetime, span: tuple[date, date]) -> bool:
    """Whether it is on one of the days, first and last included."""
    return span[0] <= berlin_day(instant) <= span[1]


def lonely(groups: Iterable[str | None]) -> set[str]:
    """The choice groups with one item only: there is nothing to choose."""
    return {group for group, n in Counter(groups).items() if group and n == 1}
