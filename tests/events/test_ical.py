"""Calendar entries: golden bytes, times as every program reads them, hostile texts."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.events.ical import CalendarEntry, Head, calendar, entry_for, vevent
from eventapp.events.loading import get_definition
from tests.factories import at, make_event, make_topic

ENTRY = CalendarEntry(
    uid="e-1@events.example",
    sequence=3,
    revised_at=datetime(2026, 5, 4, 10, 0, 1, tzinfo=UTC),
    title="Netzwerktreffen; Ehrenamt, heute",
    description="Erste Zeile\nZweite Zeile",
    starts_at=at(date(2026, 9, 9), 13, 30),
    ends_at=at(date(2026, 9, 9), 15),
    starts_on=None,
    ends_on=None,
    location="Haus der Begegnung, Musterstraße 12, 12345 Musterstadt am großen Musterfluss",
    url="https://events.example/events/treffen",
    status="CONFIRMED",
    categories=("Ehrenamt, Engagement", "Digitales"),
    organizer_name='Netzwerk "Mitte"; Nord',
    organizer_email="netz@example.org",
    attendee="dan@example.org",
)
GOLDEN = r"""
BEGIN:VEVENT
UID:e-1@events.example
SEQUENCE:3
DTSTAMP:20260504T100001Z
LAST-MODIFIED:20260504T100001Z
DTSTART;TZID=Europe/Berlin:20260909T133000
DTEND;TZID=Europe/Berlin:20260909T150000
SUMMARY:Netzwerktreffen\; Ehrenamt\, heute
DESCRIPTION:Erste Zeile\nZweite Zeile
LOCATION:Haus der Begegnung\, Musterstraße 12\, 12345 Musterstadt am gro
 ßen Musterfluss
URL:https://events.example/events/treffen
STATUS:CONFIRMED
TRANSP:OPAQUE
CATEGORIES:Ehrenamt\, Engagement,Digitales
ORGANIZER;CN="Netzwerk 'Mitte'; Nord":mailto:netz@example.org
ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:dan@example.org
END:VEVENT
"""
HEAD = r"""
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//eventapp//eventapp//DE
CALSCALE:GREGORIAN
METHOD:PUBLISH
NAME:Netz\, Mitte
X-WR-CALNAME:Netz\, Mitte
COLOR:midnightblue
REFRESH-INTERVAL;VALUE=DURATION:PT1H
X-PUBLISHED-TTL:PT1H
SOURCE;VALUE=URI:https://events.example/calendar/all.ics
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
END:VCALENDAR
"""


def crlf(text: str) -> bytes:
    return text.lstrip("\n").replace("\n", "\r\n").encode()


def parsed(*entries: CalendarEntry) -> list[Any]:
    body = calendar(map(vevent, entries), method="PUBLISH")
    return list(Calendar.from_ical(body).walk("VEVENT"))


def test_event_is_these_bytes() -> None:
    assert vevent(ENTRY) == crlf(GOLDEN)


def test_calendar_is_these_bytes() -> None:
    head = Head("Netz, Mitte", "https://events.example/calendar/all.ics")
    assert calendar([], method="PUBLISH", head=head) == crlf(HEAD)


def test_mail_and_download_have_no_calendar_name() -> None:
    assert b"NAME" not in calendar([], method="REQUEST").replace(b"TZNAME", b"")
    download = calendar([], method="PUBLISH", head=Head("Treffen", is_download=True))
    assert b"X-WR-CALNAME" not in download
    assert b"\r\nNAME:Treffen\r\n" in download


@pytest.mark.parametrize(("month", "utc_hour"), [(9, 11), (11, 12)])
def test_half_past_one_in_berlin(month: int, utc_hour: int) -> None:
    day = date(2026, month, 11)
    entry = replace(ENTRY, starts_at=at(day, 13, 30), ends_at=at(day, 15))
    (event,) = parsed(entry)
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    start = event["DTSTART"].dt.astimezone(UTC)
    assert start == datetime(2026, month, 11, utc_hour, 30, tzinfo=UTC)


def test_an_hour_that_comes_twice_is_told_in_utc() -> None:
    """By RFC 5545 02:15 is the first of both; ical.js and libical read the second."""
    for start, end in ((0, 0), (0, 1), (1, 1), (0, 2)):
        starts_at = datetime(2027, 10, 31, start, 15, tzinfo=UTC)
        ends_at = datetime(2027, 10, 31, end, 45, tzinfo=UTC)
        raw = vevent(replace(ENTRY, starts_at=starts_at, ends_at=ends_at)).decode()
        assert f"DTSTART:20271031T0{start}1500Z\r\nDTEND:20271031T0{end}4500Z\r\n" in raw
    before = datetime(2027, 10, 30, 23, 45, tzinfo=UTC), datetime(2027, 10, 31, 2, 15, tzinfo=UTC)
    raw = vevent(replace(ENTRY, starts_at=before[0], ends_at=before[1])).decode()
    assert "DTSTART;TZID=Europe/Berlin:20271031T014500\r\n" in raw
    assert "DTEND;TZID=Europe/Berlin:20271031T031500\r\n" in raw


def test_what_is_cancelled_takes_no_time() -> None:
    assert b"\r\nTRANSP:OPAQUE\r\n" in vevent(ENTRY)
    assert b"\r\nTRANSP:TRANSPARENT\r\n" in vevent(replace(ENTRY, status="CANCELLED"))


def test_days_end_the_day_after() -> None:
    days: dict[str, Any] = {"starts_on": date(2026, 5, 13), "ends_on": date(2026, 5, 14)}
    (event,) = parsed(replace(ENTRY, starts_at=None, ends_at=None, **days))
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 5, 13), date(2026, 5, 15))


hostile = st.text(min_size=1, max_size=300) | st.text(
    alphabet='\\nN;,:"^\r\n\t\u2028Ä€ ', max_size=200
)


@given(title=hostile, location=hostile, description=hostile, name=hostile)
def test_hostile_texts_break_no_line(
    title: str, location: str, description: str, name: str
) -> None:
    entry = replace(
        ENTRY, title=title, location=location, description=description, organizer_name=name
    )
    raw = vevent(entry)
    lines = raw.split(b"\r\n")
    assert lines.pop() == b""
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert raw.decode().splitlines() == [line.decode() for line in lines]
    assert sum(line.startswith((b"SUMMARY:", b"UID:", b"ATTENDEE;")) for line in lines) == 3


printable = st.text(
    alphabet=st.characters(exclude_categories=("C", "Z"), include_characters=" "), min_size=1
)


@given(title=printable, location=printable, name=printable)
def test_texts_survive(title: str, location: str, name: str) -> None:
    entry = replace(ENTRY, title=title, location=location, organizer_name=name)
    (event,) = parsed(replace(entry, description=title))
    assert str(event["SUMMARY"]) == " ".join(title.split())
    assert str(event.get("LOCATION", "")) == " ".join(location.split())
    assert str(event["DESCRIPTION"]) == title
    expected = " ".join(name.split()).replace('"', "'").replace("\\", "/")
    assert event["ORGANIZER"].params["CN"] == expected


def definition(**values: Any) -> EventDefinition:
    with transaction() as session:
        topic = make_topic(session, name="Ehrenamt")
        make_event(session, "treffen", topics=[topic], **values)
    with reading() as connection:
        return get_definition(connection, "treffen")


def public(event: EventDefinition) -> CalendarEntry:
    return entry_for(event, event.dates[0], public_url="https://events.example")


@pytest.mark.usefixtures("app")
def test_entry_of_a_published_event() -> None:
    event = definition(title="Treffen", has_online=True, join_url="https://meet.example/x")
    entry = public(event)
    assert (entry.uid, entry.sequence) == (event.dates[0].uid, 0)
    assert (entry.title, entry.status, entry.transparent) == ("Treffen", "CONFIRMED", False)
    assert entry.location == "Haus der Begegnung, Musterstraße 12, 12345 Beispielstadt / Online"
    assert entry.categories == ("Ehrenamt",)
    assert entry.organizer_email == "netz@example.org"
    assert entry.url == "https://events.example/events/treffen"


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("status", "title", "shown"),
    [
        ("announced", "Treffen", "TENTATIVE"),
        ("published", "Treffen", "CONFIRMED"),
        ("cancelled", "Abgesagt: Treffen", "CANCELLED"),
    ],
)
def test_status(status: str, title: str, shown: str) -> None:
    entry = public(definition(title="Treffen", status=status))
    assert (entry.title, entry.status) == (title, shown)


@pytest.mark.usefixtures("app")
def test_no_secret_reaches_the_calendar() -> None:
    secret = "https://meet.example/j/8471?pwd=geheim"
    event = definition(
        summary="",
        description=f"# Ablauf\n**Wir** treffen uns [hier]({secret}), Telefon 030 1234.",
        join_url=secret,
        dial_in="030 1234",
        has_online=True,
    )
    raw = vevent(public(event)).replace(b"\r\n ", b"")
    assert b"geheim" not in raw
    assert b"030 1234" not in raw
    assert "DESCRIPTION:Ablauf\\nWir treffen uns hier" in raw.decode()


@pytest.mark.usefixtures("app")
def test_a_draft_has_no_entry() -> None:
    with pytest.raises(ValueError, match="never published"):
        public(definition(status="draft", organizer_email=None))
