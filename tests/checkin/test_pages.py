"""The address in the QR code, the pairing link, the way to a device: who sees what."""

import re
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from eventapp.checkin.models import Scan
from eventapp.db import reading, transaction
from eventapp.events.models import EventDate
from eventapp.networks.models import Role, Scope
from eventapp.tokens import new_ticket
from tests.checkin.door import Door, device_of
from tests.factories import at, in_days
from tests.visitors import Visitor, colleague, visitor


@pytest.fixture
def door(app: Flask) -> Door:  # noqa: ARG001  the app is the database
    return Door()


def staff(app: Flask, door: Door, role: Role | None, name: str = "ben") -> Visitor:
    """Somebody logged in, with this role at this door."""
    grants = [(role, Scope.EVENT, door.event_id)] if role else []
    return colleague(app, name, *grants)


def count_scans() -> int:
    with reading() as connection:
        return connection.execute(select(func.count()).select_from(Scan)).scalar_one()


def test_the_public_learns_nothing_from_a_code(app: Flask, door: Door) -> None:
    guest, browser = door.guest(name="Geheim"), visitor(app)
    known = browser.get(f"/C/{guest.ticket}").get_data(as_text=True)
    assert "Geheim" not in known
    for code in (guest.ticket.lower(), new_ticket(), "x", guest.short):
        page = browser.get(f"/C/{code}")
        assert page.status_code == 200
        assert without_code(page.get_data(as_text=True)) == without_code(known)
    assert browser.head(f"/c/{guest.ticket}").status_code == 200
    assert count_scans() == 0


@pytest.mark.parametrize(
    ("values", "event_values", "opens"),
    [
        ({}, {}, True),
        ({"status": "waitlisted"}, {}, False),
        ({"status": "cancelled"}, {}, False),
        ({"attendance": "in_person"}, {}, False),
        ({}, {"status": "cancelled"}, False),
    ],
)
def test_the_code_of_an_online_guest_opens_the_online_door(
    app: Flask, values: dict[str, str], event_values: dict[str, str], opens: bool
) -> None:
    online = Door("online", has_online=True, join_url="https://raum.example/1", **event_values)
    guest = online.guest(**{"name": "Geheim", "attendance": "online", **values})
    page = visitor(app).get(f"/C/{guest.ticket}").text
    assert (f'href="/join/{guest.join}"' in page) == opens
    assert ("/join/" in page) == opens
    assert "Geheim" not in page
    if opens:
        assert visitor(app).get(f"/join/{guest.join}").status_code == 200


def without_code(page: str) -> str:
    return re.sub(r"/[Cc]/[\w-]+", "", page)


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.ASSISTANCE, Role.AUDITOR])
def test_other_roles_see_the_public_page_and_may_not_let_in(
    app: Flask, door: Door, role: Role | None
) -> None:
    guest, browser = door.guest(name="Geheim"), staff(app, door, role)
    assert "Geheim" not in browser.get(f"/C/{guest.ticket}").get_data(as_text=True)
    data = {"csrf_token": browser.csrf_token(), "scan_id": "0" * 32}
    assert browser.post(f"/C/{guest.ticket}", data=data).status_code == 403
    assert count_scans() == 0


def test_the_door_of_another_event_is_closed(app: Flask, door: Door) -> None:
    guest = Door("andere").guest(name="Geheim")
    browser = staff(app, door, Role.DOOR)
    assert "Geheim" not in browser.get(f"/C/{guest.ticket}").get_data(as_text=True)


def test_staff_let_a_guest_in_once(app: Flask, door: Door) -> None:
    guest, browser = door.guest(name="Gast"), staff(app, door, Role.DOOR)
    url = f"/C/{guest.ticket}"
    assert "Erika Gast" in browser.get(url).get_data(as_text=True)
    assert count_scans() == 0
    data = {name: browser.field(url, name) for name in ("csrf_token", "scan_id")}
    for _ in range(2):  # a reload sends the form again
        page = browser.post(url, data={**data, "direction": "in"})
        assert "Willkommen" in page.get_data(as_text=True)
    assert count_scans() == 1
    data["scan_id"] = browser.field(url, "scan_id")
    assert "Schon da" in browser.post(url, data=data).get_data(as_text=True)


def test_a_date_that_is_called_off_is_not_said_to_be_the_guests_doing(app: Flask) -> None:
    days = [(at(in_days(n), 9), at(in_days(n), 12)) for n in (0, 7)]
    course = Door("kurs", dates=days)
    with transaction() as session:
        session.execute(update(EventDate).where(EventDate.position == 1).values(is_off=True))
    browser = staff(app, course, Role.DOOR)
    for status, said in (
        ("confirmed", "Dieser Termin findet nicht statt."),
        ("cancelled", "wurde"),
    ):
        url = f"/C/{course.guest(status=status).ticket}"
        sent = {"csrf_token": browser.csrf_token(), "scan_id": uuid4().hex, "direction": "in"}
        page = browser.post(url, data=sent).text
        assert said in page
        assert ("Diese Anmeldung wurde abgesagt." in page) == (status == "cancelled")


def test_staff_take_an_admission_back(app: Flask, door: Door) -> None:
    guest, browser = door.guest(), staff(app, door, Role.DOOR)
    url = f"/C/{guest.ticket}"
    data = {name: browser.field(url, name) for name in ("csrf_token", "scan_id")}
    assert f'value="{data["scan_id"]}"' in browser.post(url, data=data).text  # to be named again
    undone = browser.post(url, data={**data, "direction": "undo"}).text
    assert "Zurückgenommen" in undone
    assert data["scan_id"] not in undone
    assert count_scans() == 1


@pytest.mark.parametrize(("role", "is_named"), [(Role.DOOR, False), (Role.ORGANISER, True)])
def test_without_names_at_the_door_only_readers_of_registrations_see_them(
    app: Flask, role: Role, is_named: bool
) -> None:
    door = Door("ohne-namen", names_at_door=False)
    guest = door.guest(name="Geheim", organisation="Verein", door_note="Mit Hund")
    browser, url = staff(app, door, role), f"/C/{guest.ticket}"
    data = {name: browser.field(url, name) for name in ("csrf_token", "scan_id")}
    for page in (browser.get(url), browser.post(url, data=data)):
        assert {word in page.text for word in ("Geheim", "Verein", "Mit Hund")} == {is_named}
    assert "Willkommen" in page.text


def test_a_day_after_the_end_the_door_is_closed(app: Flask) -> None:
    door = Door(dates=[(at(in_days(-2), 9), at(in_days(-2), 17))])
    guest, browser = door.guest(), staff(app, door, Role.DOOR)
    url, data = f"/C/{guest.ticket}", {"csrf_token": browser.csrf_token(), "scan_id": "0" * 32}
    answer = browser.post(url, data=data)
    assert answer.status_code == 403
    for page in (answer, browser.get(url)):
        assert "Der Einlass ist geschlossen" in page.text
        assert 'name="scan_id"' not in page.text
    start = {"csrf_token": browser.csrf_token(), "event": door.slug}
    assert browser.post("/checkin/", data=start).status_code == 410
    assert count_scans() == 0


@pytest.mark.parametrize("change", [{"csrf_token": "x"}, {"scan_id": "x"}, {"direction": "up"}])
def test_a_broken_form_lets_nobody_in(app: Flask, door: Door, change: dict[str, str]) -> None:
    guest, browser = door.guest(), staff(app, door, Role.DOOR)
    url = f"/C/{guest.ticket}"
    data = {name: browser.field(url, name) for name in ("csrf_token", "scan_id")}
    assert browser.post(url, data={**data, **change}).status_code == 400
    assert visitor(app).post(url, data=data).location == f"/login?next={url}"
    assert count_scans() == 0


def test_staff_begin_at_a_door_of_theirs(app: Flask, door: Door) -> None:
    other, browser = Door("andere"), staff(app, door, Role.DOOR)
    page = browser.get("/checkin/").get_data(as_text=True)
    assert f'value="{door.slug}"' in page
    assert f'value="{other.slug}"' not in page
    data = {"csrf_token": browser.csrf_token(), "event": door.slug, "name": " Eingang\tNord "}
    begun = browser.post("/checkin/", data=data).get_data(as_text=True)
    [token] = re.findall(r'data-token="([^"]+)"', begun)
    device = device_of(token)
    assert (device.event_id, device.name) == (door.event_id, "Eingang Nord")
    assert device.accepted_at
    assert browser.post("/checkin/", data={**data, "event": other.slug}).status_code == 403
    for unknown in ("fort", "fo\0rt"):
        assert browser.post("/checkin/", data={**data, "event": unknown}).status_code == 404
    assert browser.post("/checkin/", data={"event": door.slug}).status_code == 400


def test_the_scanner_opens_for_anybody_and_shows_nothing(app: Flask, door: Door) -> None:
    page = visitor(app).get("/checkin/")
    assert page.status_code == 200
    assert door.slug not in page.get_data(as_text=True)
    assert "data-token" not in page.get_data(as_text=True)
