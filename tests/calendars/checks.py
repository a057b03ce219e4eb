"""What must be true of the bytes of every calendar object (RFC 5545, CONTRACT of the project)."""

import re
from collections import Counter
from collections.abc import Iterator

from tests.calendars.inventory import Found, Inventory, unfolded
from tests.factories import ORIGIN

ORGANIZERS = {"netz@example.org", ORIGIN.mail_from[1]}
ONCE = {
    *("UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION"),
    *("URL", "STATUS", "TRANSP", "ORGANIZER"),
}
AT_MOST_ONCE = {"LOCATION", "CATEGORIES", "ATTENDEE"}
HEAD = ["VERSION", "PRODID", "CALSCALE", "METHOD"]
SHOWN = {"NAME", "X-WR-CALNAME", "COLOR", "REFRESH-INTERVAL", "X-PUBLISHED-TTL", "SOURCE"}
RULES = {
    "DAYLIGHT": "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "STANDARD": "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
}
UTC = re.compile(r"\d{8}T\d{6}Z")
ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")


def check(found: Found, inventory: Inventory) -> None:
    """Raises an `AssertionError` that says what is wrong with the object."""
    check_lines(found.ics)
    check_structure(found)
    for event in events(found.ics):
        check_event(event, found)
    check_privacy(found, inventory)


def check_lines(ics: bytes) -> None:
    assert ics.endswith(b"\r\n"), "the last line is not ended"
    lines = ics.split(b"\r\n")[:-1]
    for line in lines:
        assert b"\r" not in line, "a bare CR"
        assert b"\n" not in line, "a bare LF"
        assert len(line) <= 75, f"{len(line)} bytes in a line"
        line.decode()  # no character is torn apart
        assert line.strip(), "an empty line"


def check_structure(found: Found) -> None:
    """Head, one VTIMEZONE with yearly rules, events; nothing else, and nothing left open."""
    names = [name.partition(";")[0] for name, _value in properties(found.ics)]
    head = names[1 : names.index("BEGIN", 1)]
    assert head[:4] == HEAD
    assert set(head[4:]) <= SHOWN
    assert Counter(head).most_common(1)[0][1] == 1, "a head line stands twice"
    assert dict(properties(found.ics))["METHOD"] == found.method, "another method than the part's"
    parts = [f"{name} {value}" for name, value in properties(found.ics) if name in ("BEGIN", "END")]
    zone = ["VTIMEZONE", "DAYLIGHT", "/DAYLIGHT", "STANDARD", "/STANDARD", "/VTIMEZONE"]
    count = parts.count("BEGIN VEVENT")
    expected = ["VCALENDAR", *zone, *["VEVENT", "/VEVENT"] * count, "/VCALENDAR"]
    shown = [each.replace("BEGIN ", "").replace("END ", "/") for each in parts]
    assert shown == expected, "not one VTIMEZONE, then the events"
    check_zone(found.ics)
    if found.recipient:
        assert count == 1, "one object of a mail tells of one date"
        assert len(head) == 4, "Outlook would make a calendar of it"


def check_zone(ics: bytes) -> None:
    zone = unfolded(ics).partition("BEGIN:VTIMEZONE\r\n")[2].partition("END:VTIMEZONE")[0]
    assert zone.startswith("TZID:Europe/Berlin\r\n")
    assert "RDATE" not in zone, "Outlook wants a rule"
    for name, rule in RULES.items():
        part = zone.partition(f"BEGIN:{name}\r\n")[2].partition(f"END:{name}")[0]
        assert re.findall(r"^RRULE:(.*)\r$", part, re.MULTILINE) == [rule]


Event = list[tuple[str, str]]


def check_event(event: Event, found: Found) -> None:
    counted = Counter(name.partition(";")[0] for name, _value in event)
    assert {name for name, n in counted.items() if n == 1} >= ONCE, f"not once: {counted}"
    assert set(counted) <= ONCE | AT_MOST_ONCE, f"unknown: {set(counted) - ONCE - AT_MOST_ONCE}"
    assert max(counted.values()) == 1, f"more than once: {counted}"
    value = dict(event)
    assert value["DTSTAMP"] == value["LAST-MODIFIED"], "DTSTAMP is not LAST-MODIFIED"
    assert UTC.fullmatch(value["DTSTAMP"]), value["DTSTAMP"]
    assert value["SEQUENCE"].isdecimal(), value["SEQUENCE"]
    check_times(event)
    assert value["UID"].startswith(owner(found)), value["UID"]
    attendees = [line for line in event if line[0].startswith("ATTENDEE")]
    name = "ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE"
    told = [(name, f"mailto:{found.recipient}")] if found.recipient else []
    assert attendees == told, "ATTENDEE is not the recipient of the envelope"
    if found.method == "CANCEL":
        assert value["STATUS"] == "CANCELLED", "a CANCEL of what stands"
    if value["STATUS"] == "CANCELLED":
        assert value["TRANSP"] == "TRANSPARENT", "what is cancelled blocks time"


def owner(found: Found) -> tuple[str, ...]:
    """How UIDs begin: a person's dates and chosen items, a registration's, the public's."""
    if found.name.startswith("/calendar/my/"):
        return ("r-", "p-")
    return ("r-",) if found.recipient or "/registrations/" in found.name else ("e-",)


def check_times(event: Event) -> None:
    """Both days, both in Berlin, or both in UTC, where Berlin's time is not clear."""
    start, end = ([line for line in event if line[0].startswith(name)] for name in TIMES)
    [(start_name, start_value)], [(end_name, end_value)] = start, end
    form = start_name.removeprefix("DTSTART")
    assert form == end_name.removeprefix("DTEND"), "start and end are of two kinds"
    pattern = {";VALUE=DATE": r"\d{8}", ";TZID=Europe/Berlin": r"\d{8}T\d{6}", "": UTC.pattern}[
        form
    ]
    assert re.fullmatch(pattern, start_value), start_value
    assert re.fullmatch(pattern, end_value), end_value


TIMES = ("DTSTART", "DTEND")


def check_privacy(found: Found, inventory: Inventory) -> None:
    """No token, no meeting's address, and nobody's address but the recipient's."""
    text = unfolded(found.ics).casefold()
    shown = [each for each in inventory.secrets if each.casefold() in text]
    assert not shown, f"a secret: {shown}"
    allowed = {found.recipient, *ORGANIZERS}
    people = [each for each in inventory.people - allowed if each.casefold() in text]
    assert not people, f"somebody else: {people}"
    for name, value in properties(found.ics):
        if name.partition(";")[0] in ("ORGANIZER", "ATTENDEE"):
            assert set(ADDRESS.findall(value)) <= allowed, value


# --- reading, by nothing of the program's -------------------------------------------------------


def properties(ics: bytes) -> Iterator[tuple[str, str]]:
    """(name with parameters, value) of each line; a quoted parameter may hold a colon."""
    for line in unfolded(ics).split("\r\n")[:-1]:
        matched = re.fullmatch(r'((?:[^":]|"[^"]*")*):(.*)', line, re.DOTALL)
        assert matched, f"no property: {line!r}"
        yield matched[1], matched[2]


def events(ics: bytes) -> list[Event]:
    found: list[Event] = []
    is_inside = False
    for name, value in properties(ics):
        if (name, value) == ("BEGIN", "VEVENT"):
            found.append([])
            is_inside = True
        elif (name, value) == ("END", "VEVENT"):
            is_inside = False
        elif is_inside:
            found[-1].append((_plain(name), value))
    return found


def _plain(name: str) -> str:
    """An organizer's name is no part of what the property is."""
    return re.sub(r';CN=("[^"]*"|[^;]*)', "", name)
