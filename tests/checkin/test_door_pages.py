"""The organisers' doors and devices."""

import pytest
from flask import Flask

from eventapp import clock
from eventapp.checkin import pairing
from eventapp.checkin.links import list_door_links
from eventapp.db import reading, transaction
from eventapp.events.loading import get_definition
from eventapp.networks.models import Role, Scope
from tests.checkin.door import Door, device_of
from tests.visitors import Visitor, colleague, visitor


@pytest.fixture
def door(app: Flask) -> Door:  # noqa: ARG001  the app is the database
    return Door()


@pytest.fixture
def ada(app: Flask, door: Door) -> Visitor:
    return colleague(app, "ada", (Role.ORGANISER, Scope.EVENT, door.event_id))


URL = "/organise/events/treffen/doors"


def post(browser: Visitor, url: str, **values: str) -> int:
    data = {"csrf_token": browser.csrf_token(), **values}
    return browser.post(url, data=data).status_code


def test_a_door_gets_a_link_once_and_it_can_be_ended(ada: Visitor, door: Door) -> None:
    for _ in range(2):
        assert post(ada, URL, name=" Workshop\tB ") == 303
    with reading() as connection:
        [link] = list_door_links(connection, door.event_id)
    page = ada.get(URL).text
    assert "Workshop B" in page
    assert f"/checkin/pair/{link.token}" in page
    assert f"/checkin/pair/{link.token}" in ada.get(f"{URL}/sheet").text
    for _ in range(2):
        assert post(ada, f"{URL}/{link.id}/end") == 303
    assert link.token not in ada.get(URL).text
    assert link.token not in ada.get(f"{URL}/sheet").text


def test_a_door_needs_a_name_and_there_are_not_too_many(
    ada: Visitor, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert post(ada, URL, name=" ") == 422
    monkeypatch.setattr(pairing, "MOST_DOORS", 0)
    data = {"csrf_token": ada.csrf_token(), "name": "Haupteingang"}
    refused = ada.post(URL, data=data)
    assert refused.status_code == 422
    assert "Es gibt schon 0 Eingänge" in refused.text
    assert 'value="Haupteingang"' in refused.text
    with reading() as connection:
        assert list_door_links(connection, door.event_id) == []


def test_devices_are_listed_and_blocked_at_once(ada: Visitor, app: Flask, door: Door) -> None:
    link, now = door.open("Südtor"), clock.now()
    with transaction() as session:
        event = get_definition(session.connection(), door.slug)
        token = pairing.pair(session, event, link, "Annas Telefon", form_token="x" * 9, now=now)
    device = device_of(token)
    with transaction() as session:
        pairing.note_contact(session, device.id, waiting=3, now=now)
    page = ada.get(URL).text
    assert all(text in page for text in ("Annas Telefon", "Südtor", "darf einlassen", ">3<"))
    status, bearer = f"/api/v1/checkin/{door.slug}/status", {"Authorization": f"Bearer {token}"}
    assert visitor(app).get(status, headers=bearer).status_code == 200
    assert post(ada, f"{URL}/devices/{device.id}/end") == 303
    assert visitor(app).get(status, headers=bearer).status_code == 403
    assert "gesperrt seit" in ada.get(URL).text
    assert post(ada, f"{URL}/devices/{device.id}/end") == 303


def test_what_belongs_to_another_event_is_not_found(ada: Visitor, door: Door) -> None:
    other = Door("andere")
    link, device = other.open(), other.device()
    for address in (f"{URL}/{link.id}/end", f"{URL}/devices/{device.id}/end", f"{URL}/7/end"):
        assert post(ada, address) == 404
    assert post(ada, "/organise/events/andere/doors", name="x") == 404
    assert door.event_id != other.event_id


@pytest.mark.parametrize("role", [Role.DOOR, Role.VIEWER, Role.ASSISTANCE])
def test_links_are_given_by_who_plans_the_event(app: Flask, door: Door, role: Role) -> None:
    browser = colleague(app, "ben", (role, Scope.EVENT, door.event_id))
    link = door.open()
    assert browser.get(URL).status_code == 403
    assert post(browser, URL, name="x") == 403
    assert post(browser, f"{URL}/{link.id}/end") == 403
