"""The bytes of every calendar object, the MIME part decoded; and that the checks can fail."""

import re
from dataclasses import replace

import pytest
from flask import Flask

from eventapp.mail import kinds
from tests.calendars.cases import DIAL_IN, FORGED, ROOM
from tests.calendars.checks import check, events
from tests.calendars.inventory import FAREWELLS, Found, Inventory

WITH_CALENDAR = {
    "calendar-choice",
    "event-cancelled",
    "event-changed",
    "registration-cancelled",
    "registration-changed",
    "registration-confirmed",
    "registration-promoted",
    "registration-readdressed",
    "registration-waitlisted",
    "registrations-cancelled",
    "series-registered",
}


def test_every_object_keeps_every_rule(inventory: Inventory) -> None:
    for found in inventory.objects:
        try:
            check(found, inventory)
        except AssertionError as error:
            raise AssertionError(f"{found.name}: {error}") from error


def test_the_inventory_has_every_address_and_every_kind(app: Flask, inventory: Inventory) -> None:
    addresses = [str(each) for each in app.url_map.iter_rules() if str(each).endswith(".ics")]
    names = {each.name for each in inventory.objects}
    for address in addresses:
        pattern = re.compile(re.sub(r"<[^>]*>", "[^/]+", address))
        assert any(pattern.fullmatch(name) for name in names), address
    assert inventory.kinds == WITH_CALENDAR
    assert inventory.kinds <= set(kinds.names())


def test_what_is_looked_for_is_there_to_be_found(inventory: Inventory) -> None:
    """Else nothing found would tell nothing."""
    whole = b"".join(each.ics for each in inventory.objects).decode()
    assert len(inventory.secrets) > 4 * 30
    assert len(inventory.people) > 20
    assert FORGED in whole, "the forged line is there, as words"
    assert "🎉" in whole
    assert ROOM not in whole
    assert DIAL_IN not in whole
    forms = (";VALUE=DATE:", ";TZID=Europe/Berlin:", "DTSTART:20271031T001500Z")
    assert all(form in whole for form in forms)
    assert all(f"\r\nUID:{kind}-" in whole for kind in "erp")
    statuses = ("CONFIRMED", "TENTATIVE", "CANCELLED")
    assert all(f"STATUS:{status}" in whole for status in statuses)
    assert {each.method for each in inventory.objects} == {"PUBLISH", "REQUEST", "CANCEL"}


def test_a_revision_is_always_the_same_and_the_next_one_later(inventory: Inventory) -> None:
    """Whoever asks; what was found later is as new or newer, but for a farewell to an address."""
    known: dict[tuple[str, str, str | None, str], list[tuple[str, str]]] = {}
    newest: dict[str, tuple[int, str]] = {}
    for found in inventory.objects:
        for event in events(found.ics):
            value = dict(event)
            revision = (value["UID"], value["DTSTAMP"], found.recipient, found.method)
            assert known.setdefault(revision, event) == event, found.name
            age = (int(value["SEQUENCE"]), value["DTSTAMP"])
            if (found.name.partition(" ")[0], found.method) not in FAREWELLS:
                assert age >= newest.get(value["UID"], age), found.name
                newest[value["UID"]] = age
    assert len(known) > 2 * len(newest)


BREAKS = {
    "a bare LF": (b"\r\nSEQUENCE", b"\nSEQUENCE"),
    "bytes in a line": (b"\r\nSUMMARY:", b"\r\nSUMMARY:" + 70 * b"x"),
    "an empty line": (b"\r\nUID", b"\r\n\r\nUID"),
    "another method": (b"METHOD:REQUEST", b"METHOD:PUBLISH"),
    "Outlook wants": (b"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", b"RDATE:20270328T020000"),
    "then the events": (b"BEGIN:VEVENT", b"BEGIN:VTIMEZONE\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT"),
    "not once": (b"SEQUENCE:", b"X-SEQUENCE:"),
    "unknown": (b"STATUS:", b"X-JOIN:no\r\nSTATUS:"),
    "not LAST-MODIFIED": (b"DTSTAMP:2026", b"DTSTAMP:2025"),
    "of two kinds": (b"DTEND;TZID=Europe/Berlin", b"DTEND;TZID=Europe/Paris"),
    "ATTENDEE is not": (b"ATTENDEE;PARTSTAT=ACCEPTED;", b"ATTENDEE;PARTSTAT=DECLINED;"),
    "more than once": (b"ATTENDEE;", b"ATTENDEE:mailto:erika-juli@example.org\r\nATTENDEE;"),
    "somebody else": (b"TRANSP:OPAQUE", b"TRANSP:olga-juli@\r\n example.org"),
}


def test_a_broken_object_is_found(inventory: Inventory) -> None:
    found = confirmation(inventory)
    check(found, inventory)
    for complaint, (before, after) in BREAKS.items():
        assert before in found.ics
        broken = replace(found, ics=found.ics.replace(before, after, 1))
        with pytest.raises(AssertionError, match=complaint):
            check(broken, inventory)


def test_a_token_is_found(inventory: Inventory) -> None:
    found = confirmation(inventory)
    for secret in sorted(inventory.secrets)[:5]:
        line = f"\r\nDESCRIPTION:{secret[:5]}\r\n {secret[5:].lower()}".encode()
        ics = re.sub(rb"\r\nDESCRIPTION:[^\r]*(\r\n [^\r]*)*", line, found.ics)
        broken = replace(found, ics=ics)
        with pytest.raises(AssertionError, match="a secret"):
            check(broken, inventory)


def confirmation(inventory: Inventory) -> Found:
    kind = "registration-confirmed 1/1"
    return next(
        each
        for each in inventory.objects
        if each.name.startswith(kind) and b"TZID=Europe/Berlin:2" in each.ics
    )
