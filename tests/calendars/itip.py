"""A calendar program as it receives mail, written after RFC 5545 and RFC 5546 alone.

Section 2.1.5: UID names the entry; a higher SEQUENCE is newer, with the same SEQUENCE the later
DTSTAMP. Section 3.2.2: a REQUEST invites those who are its ATTENDEEs. Section 3.2.5: a CANCEL ends
the entry. Section 6.1: nobody changes the entry of another ORGANIZER.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from tests.calendars.inventory import unfolded

METHODS = ("REQUEST", "CANCEL", "PUBLISH")


@dataclass(frozen=True)
class Entry:
    """One date as the calendar shows it."""

    uid: str
    sequence: int
    stamp: datetime
    organizer: str
    attendees: frozenset[str]
    start: date
    end: date
    title: str
    location: str
    is_cancelled: bool


class CalendarProgram:
    """The calendar of whoever reads the mail of these addresses."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = frozenset(addresses)
        self._known: dict[str, Entry] = {}  # also the cancelled: what comes late is old

    @property
    def entries(self) -> list[Entry]:
        """What the calendar shows, by time."""
        shown = [each for each in self._known.values() if not each.is_cancelled]
        return sorted(shown, key=lambda each: str(each.start))

    def receive(self, mail: bytes) -> None:
        """Whatever the mail holds for calendars."""
        for ics, method in _parts(mail):
            self.apply(ics, method)

    def apply(self, ics: bytes, method: str) -> None:
        head, *events = _components(ics)
        if head.get("METHOD") != method or method not in METHODS:
            return  # RFC 6047, section 2.4: they must be the same
        for event in events:
            entry = _entry(event, is_cancelled=method == "CANCEL")
            is_ours = method == "PUBLISH" or entry.attendees & self._addresses
            known = self._known.get(entry.uid)
            if not is_ours or (known and known.organizer != entry.organizer):
                continue
            if known is None or self.is_newer(entry, known):
                self._known[entry.uid] = entry

    def is_newer(self, entry: Entry, known: Entry) -> bool:
        return (entry.sequence, entry.stamp) > (known.sequence, known.stamp)


Properties = dict[str, Any]


@cache
def _parts(mail: bytes) -> tuple[tuple[bytes, str], ...]:
    """Each calendar object, and the method that the part says."""
    found = []
    for part in message_from_bytes(mail, policy=policy.default).walk():
        if part.get_content_type() == "text/calendar":
            raw = part.get_payload(decode=True)
            assert isinstance(raw, bytes)
            found.append((raw, str(part.get_param("method"))))
    return tuple(found)


@cache
def _components(ics: bytes) -> list[Properties]:
    """The calendar's own properties, then those of each event; each as (parameters, value)."""
    found: list[Properties] = [{}]
    inside = ["VCALENDAR"]
    for line in unfolded(ics).split("\r\n")[1:-2]:
        matched = re.fullmatch(r'([A-Z-]+)((?:;[^":]*(?:"[^"]*")?)*):(.*)', line, re.DOTALL)
        assert matched, line
        name, parameters, value = matched.groups()
        if name == "BEGIN":
            inside.append(value)
            if value == "VEVENT":
                found.append({})
        elif name == "END":
            inside.pop()
        elif inside[-1] == "VEVENT":
            found[-1].setdefault(name, []).append((parameters, value))
        elif inside[-1] == "VCALENDAR":
            found[0][name] = value
    return found


def _entry(event: Properties, *, is_cancelled: bool) -> Entry:
    def value(name: str) -> str:
        return str(event[name][0][1]) if name in event else ""

    return Entry(
        uid=value("UID"),
        sequence=int(value("SEQUENCE") or 0),
        stamp=datetime.strptime(value("DTSTAMP"), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC),
        organizer=value("ORGANIZER").casefold(),
        attendees=frozenset(
            each.removeprefix("mailto:") for _parameters, each in event.get("ATTENDEE", [])
        ),
        start=_time(*event["DTSTART"][0]),
        end=_time(*event["DTEND"][0]),
        title=_text(value("SUMMARY")),
        location=_text(value("LOCATION")),
        is_cancelled=is_cancelled or value("STATUS") == "CANCELLED",
    )


def _time(parameters: str, value: str) -> date:
    """A day, or an instant in UTC."""
    if "VALUE=DATE" in parameters.split(";"):
        return datetime.strptime(value, "%Y%m%d").replace(tzinfo=UTC).date()
    if value.endswith("Z"):
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    zone = ZoneInfo(parameters.partition("TZID=")[2].partition(";")[0])
    return datetime.strptime(value, "%Y%m%dT%H%M%S").replace(tzinfo=zone).astimezone(UTC)


def _text(value: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else str(found[1]), value)
