"""Calendar entries as bytes (RFC 5545): the same revision is the same bytes, whoever asks.

A VEVENT is made once and joined into every feed, download and mail that needs it; `calendar` puts
head, time zone and events together.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from icalendar import vCalAddress
from icalendar.parser import Contentline, Parameters

from eventapp.clock import BERLIN
from eventapp.events.definition import DateDefinition, EventDefinition
from eventapp.events.models import Attendance, EventStatus
from eventapp.names import wire_address

Method = Literal["PUBLISH", "REQUEST", "CANCEL"]
Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]

COLOR = "midnightblue"  # RFC 7986 knows CSS names only
CANCELLED_PREFIX = "Abgesagt: "
_STATUS: dict[str, Status] = {
    EventStatus.ANNOUNCED: "TENTATIVE",
}

# Yearly rules with one BYDAY and no RDATE: the only form all clients read right.
VTIMEZONE = b"""\
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
""".replace(b"\n", b"\r\n")


@dataclass(frozen=True)
class CalendarEntry:
    """One VEVENT. Either both instants or both days (the last one included) are given."""

    uid: str
    sequence: int
    revised_at: datetime
    title: str
    description: str
    starts_at: datetime | None
    ends_at: datetime | None
    starts_on: date | None
    ends_on: date | None
    location: str
    url: str
    status: Status
    categories: tuple[str, ...]
    organizer_name: str
    organizer_email: str
    attendee: str | None = None  # an e-mail address
    transparent: bool = False


@dataclass(frozen=True)
class Head:
    """What a subscriber's program is told of a feed; `source` is the address of a public one."""

    name: str
    source: str | None = None
    is_download: bool = False  # Outlook would make a new calendar out of an X-WR-CALNAME


def entry_for(event: EventDefinition, date: DateDefinition, *, public_url: str) -> CalendarEntry:
    """The public entry of one date. A draft has none: its ORGANIZER is not settled."""
    if event.organizer is None:
        raise ValueError(f"{event.slug} was never published")
    url = f"{public_url}/events/{event.slug}"
    is_cancelled = event.status == EventStatus.CANCELLED or date.is_off
    return CalendarEntry(
        uid=date.uid,
        sequence=event.sequence,
        revised_at=event.revised_at,
        title=f"{CANCELLED_PREFIX if is_cancelled else ''}{event.title}",
        description=_description(event, url),
        starts_at=date.starts_at,
        ends_at=date.ends_at,
        starts_on=date.starts_on,
        ends_on=date.ends_on,
        location=location(event, event.attendances),
        url=url,
        status="CANCELLED" if is_cancelled else _STATUS.get(event.status, "CONFIRMED"),
        categories=tuple(topic.name for topic in event.topics),
        organizer_name=event.organizer.name,
        organizer_email=event.organizer.email,
        transparent=is_cancelled or date.starts_at is None,
    )


def vevent(entry: CalendarEntry) -> bytes:
    """BEGIN:VEVENT to END:VEVENT, folded, each line ended by CRLF."""
    return _folded(_event_lines(entry))


def calendar(vevents: Iterable[bytes], *, method: Method, head: Head | None = None) -> bytes:
    """A whole iCalendar object of events made by `vevent`."""
    return b"".join(pieces(vevents, method=method, head=head))


def pieces(vevents: Iterable[bytes], *, method: Method, head: Head | None = None) -> list[bytes]:
    """As `calendar`, not yet joined."""
    return [_folded(_head_lines(method, head)) + VTIMEZONE, *vevents, b"END:VCALENDAR\r\n"]


def _event_lines(entry: CalendarEntry) -> Iterator[str]:
    revised = f"{entry.revised_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"DTSTAMP:{revised}"
    yield f"LAST-MODIFIED:{revised}"
    yield from _times(entry)
    yield f"SUMMARY:{_escaped(_one_line(entry.title))}"
    if entry.description:
        yield f"DESCRIPTION:{_escaped(entry.description)}"
    if entry.location:
        yield f"LOCATION:{_escaped(_one_line(entry.location))}"
    yield f"URL:{entry.url}"
    yield f"STATUS:{entry.status}"
    is_free = entry.transparent or entry.status == "CANCELLED"
    yield f"TRANSP:{'TRANSPARENT' if is_free else 'OPAQUE'}"
    if entry.categories:
        yield f"CATEGORIES:{','.join(_escaped(_one_line(name)) for name in entry.categories)}"
    yield _address("ORGANIZER", entry.organizer_email, CN=_quotable(entry.organizer_name))
    if entry.attendee:
        yield _address("ATTENDEE", entry.attendee, PARTSTAT="ACCEPTED", RSVP="FALSE")
    yield "END:VEVENT"


def _times(entry: CalendarEntry) -> Iterator[str]:
    """Instants as Berlin's wall time; days with the end exclusive, as RFC 5545 counts them."""
    if entry.starts_at and entry.ends_at:
        times = {"DTSTART": entry.starts_at, "DTEND": entry.ends_at}
        if any(map(_happens_twice, times.values())):
            yield from (
                f"{name}:{time.astimezone(UTC):%Y%m%dT%H%M%SZ}" for name, time in times.items()
            )
            return
        for name, time in times.items():
            yield f"{name};TZID=Europe/Berlin:{time.astimezone(BERLIN):%Y%m%dT%H%M%S}"
    elif entry.starts_on and entry.ends_on:
        yield f"DTSTART;VALUE=DATE:{entry.starts_on:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{entry.ends_on + timedelta(days=1):%Y%m%d}"


def _happens_twice(instant: datetime) -> bool:
    """Whether its wall time names two instants, the night the clocks are put back: by RFC 5545 it
    means the first, but ical.js and libical read the second."""
    wall = instant.astimezone(BERLIN)
    return wall.utcoffset() != wall.replace(fold=1 - wall.fold).utcoffset()


def _head_lines(method: Method, head: Head | None) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//eventapp//eventapp//DE")
    yield from ("CALSCALE:GREGORIAN", f"METHOD:{method}")
    if not head:
        return
    name = _escaped(_one_line(head.name))
    yield f"NAME:{name}"
    if not head.is_download:
        yield f"X-WR-CALNAME:{name}"
    yield from (f"COLOR:{COLOR}", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H")
    if head.source:
        yield f"SOURCE;VALUE=URI:{head.source}"


def _folded(lines: Iterable[str]) -> bytes:
    return b"".join(map(_folded_line, lines))


def _folded_line(line: str) -> bytes:
    """Lines end after 75 bytes at most; most are shorter, and the library counts character-wise."""
    raw = line.encode()
    if len(raw) > 74:
        raw = Contentline(line).to_ical()  # type: ignore[no-untyped-call]
    return raw + b"\r\n"


def _address(name: str, email: str, **parameters: str) -> str:
    uri = vCalAddress(f"mailto:{wire_address(email)}")
    return str(Contentline.from_parts(name, Parameters(parameters), uri))


# --- texts --------------------------------------------------------------------------------------

_ESCAPES = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})
_LINE_BREAKS = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f\ud800-\udfff]")


def _escaped(text: str) -> str:
    r"""TEXT of RFC 5545, section 3.3.11; the library's own reads a `\N` in a title as a break."""
    return _FORBIDDEN.sub("", _LINE_BREAKS.sub("\n", text)).translate(_ESCAPES)


def _one_line(text: str) -> str:
    return " ".join(_FORBIDDEN.sub("", text).split())


def _quotable(name: str) -> str:
    """A parameter's value without the marks that programs read differently (RFC 6868)."""
    return _one_line(name).replace('"', "'").replace("\\", "/")


def location(event: EventDefinition, attendances: Sequence[str]) -> str:
    """Where those find the event who take part in these ways, in one line; in words that are the
    same in every language, as an entry's bytes are."""
    on_site = Attendance.IN_PERSON in attendances
    venue = event.venue.one_line if event.venue and on_site else ""
    if Attendance.ONLINE not in attendances:
        return venue
    return f"{venue} / Online" if venue else "Online"


def _description(event: EventDefinition, url: str) -> str:
    """In plain words and without the meeting's address, whatever the organiser wrote. No word of
    our own: an entry is the same bytes in every language."""
    text = event.summary.strip() or _plain(event.description)
    for secret in (event.join_url, event.dial_in):
        text = text.replace(secret, url) if secret else text
    return f"{text}\n\n{url}".lstrip()


_LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]*)\)")
_MARKS = re.compile(r"^[ \t]*(?:#{1,6}|>)[ \t]*|(?:\*\*|__|`)", re.MULTILINE)


def _plain(markdown: str) -> str:
    return _MARKS.sub("", _LINK.sub(r"\1 (\2)", markdown)).strip()
