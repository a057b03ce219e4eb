"""The links of doors and devices, and the way to the home screen: what a helper sees."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from eventapp import clock
from eventapp.checkin import actions, pairing
from eventapp.checkin.links import list_devices
from eventapp.checkin.models import Scan
from eventapp.checkin.rules import PRACTICE_SHORT, PRACTICE_TICKET, read_code
from eventapp.db import reading, transaction
from eventapp.tokens import new_token, shown_short_code
from tests.checkin.door import Door, device_of, new_scan, record, said
from tests.factories import at, in_days
from tests.visitors import Visitor, visitor


@pytest.fixture
def door(app: Flask) -> Door:  # noqa: ARG001  the app is the database
    return Door()


@pytest.fixture
def browser(app: Flask) -> Visitor:
    return visitor(app)


def send(browser: Visitor, url: str, **values: Any) -> TestResponse:
    form = {"name": "Annas Telefon"}
    form_token = values.pop("form_token", None) or browser.field(url, "form_token")
    return browser.post(url, data={**form, **values, "form_token": form_token})


def token_in(page: TestResponse) -> str:
    [token] = re.findall(r'data-token="([^"]+)"', page.text)
    return str(token)


def test_the_link_of_a_door_shows_then_pairs_each_browser(app: Flask, door: Door) -> None:
    url, first, second = f"/checkin/pair/{door.open('Südtor').token}", visitor(app), visitor(app)
    shown = first.get(url).text
    assert "Südtor" in shown
    assert "data-token" not in shown
    one = send(first, url)
    two = send(second, url, name="Laptop Foyer")
    assert token_in(one) != token_in(two)
    assert 'data-door="Südtor"' in one.text
    with reading() as connection:
        devices = list_devices(connection, door.event_id)
    assert [each.name for each in devices] == ["Annas Telefon", "Laptop Foyer"]
    assert all(each.accepted_at for each in devices)


def test_a_form_sent_twice_is_one_device(browser: Visitor, door: Door) -> None:
    url = f"/checkin/pair/{door.open().token}"
    form_token = browser.field(url, "form_token")
    answers = [send(browser, url, form_token=form_token) for _ in range(2)]
    assert token_in(answers[0]) == token_in(answers[1])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": "  "}, "Schreiben Sie einen Namen"),
        ({"name": "x" * 41}, "höchstens 40"),
        ({"form_token": "x"}, "noch einmal ab"),
    ],
)
def test_a_name_is_asked_and_what_was_typed_stays(
    browser: Visitor, door: Door, change: dict[str, str], sentence: str
) -> None:
    answer = send(browser, f"/checkin/pair/{door.open().token}", **change)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "data-token" not in answer.text
    if "name" not in change:
        assert 'value="Annas Telefon"' in answer.text
    with reading() as connection:
        assert list_devices(connection, door.event_id) == []


def test_a_full_event_says_so_beside_the_name(
    browser: Visitor, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing, "MOST_DEVICES", 0)
    answer = send(browser, f"/checkin/pair/{door.open().token}")
    assert answer.status_code == 422
    assert "schon 0 Geräte verbunden" in answer.text


def test_a_link_holds_from_a_day_before_until_a_day_after(browser: Visitor) -> None:
    for days, status in ((2, 422), (1, 200), (0, 200), (-3, 410)):
        dates = [(at(in_days(days), 0), at(in_days(days), 23))]
        link = Door(f"tag-{days}", dates=dates).open()
        url = f"/checkin/pair/{link.token}"
        form_token = browser.field(
            f"/checkin/pair/{Door(f'nun-{days}').open().token}", "form_token"
        )
        assert send(browser, url, form_token=form_token).status_code == status, days
        if status == 422:
            page = browser.get(url).text
            assert "gilt noch nicht" in page
            assert 'name="form_token"' not in page


def test_an_ended_or_unknown_link_pairs_nothing(browser: Visitor, door: Door) -> None:
    link = door.open()
    form_token = browser.field(f"/checkin/pair/{link.token}", "form_token")
    with transaction() as session:
        pairing.end_door(session, link, now=clock.now())
    for token, status in ((link.token, 410), (new_token(), 404)):
        assert browser.get(f"/checkin/pair/{token}").status_code == status
        assert send(browser, f"/checkin/pair/{token}", form_token=form_token).status_code == status


def test_the_link_of_a_device_asks_for_no_name(browser: Visitor, door: Door) -> None:
    token = door.pair("Eingang Süd")
    url = f"/checkin/pair/{token}"
    shown = browser.get(url).text
    assert "Eingang Süd" in shown
    assert 'name="name"' not in shown
    assert device_of(token).accepted_at is None
    assert token_in(send(browser, url)) == token
    assert device_of(token).accepted_at
    door.move(-2)
    assert browser.get(url).status_code == 410


def test_the_practice_ticket_is_nobodys(browser: Visitor, door: Door) -> None:
    page = browser.get(f"/checkin/pair/{door.open().token}").text
    assert shown_short_code(PRACTICE_SHORT) in page
    codes = (PRACTICE_TICKET, PRACTICE_SHORT.lower(), f"http://x.example/C/{PRACTICE_TICKET}")
    assert all(read_code(code).is_practice for code in codes)
    assert not read_code(door.guest().ticket).is_practice
    assert browser.get(f"/C/{PRACTICE_TICKET}").status_code == 200
    scans = record(door.device(), *(new_scan(code) for code in codes))
    assert said(scans) == ["unknown"] * 3
    with reading() as connection:
        assert connection.execute(select(func.count()).select_from(Scan)).scalar_one() == 0


def test_the_pairing_goes_to_the_home_screen_once(browser: Visitor, door: Door) -> None:
    token = token_in(send(browser, f"/checkin/pair/{door.open('Nordtor').token}"))
    home = browser.post("/checkin/handover", data={"token": token}).get_json()["home"]
    assert "Nordtor" in browser.get(home).text
    manifest = browser.get(f"{home}.webmanifest").get_json(force=True)
    assert manifest["name"] == "Nordtor – Treffen"
    assert (manifest["display"], manifest["scope"]) == ("standalone", "/checkin/")
    code = manifest["start_url"].partition("?start=")[2]
    assert browser.get(manifest["start_url"]).status_code == 200  # looking uses nothing up
    device = browser.post("/checkin/start", data={"code": code}).get_json()
    assert (device["event"], device["door"]) == (door.slug, "Nordtor")
    assert device["token"] != token
    assert device_of(device["token"]).id == device_of(token).id
    assert browser.post("/checkin/start", data={"code": code}).status_code == 410
    assert browser.get(home).status_code == 410


def test_a_revoked_device_goes_nowhere(browser: Visitor, door: Door) -> None:
    token = door.pair()
    home = browser.post("/checkin/handover", data={"token": token}).get_json()["home"]
    with transaction() as session:
        actions.revoke_device(session, device_of(token).id, now=clock.now())
    assert browser.post("/checkin/handover", data={"token": token}).status_code == 403
    assert browser.get(home).status_code == 410
    code = home.rpartition("/")[2]
    assert browser.post("/checkin/start", data={"code": code}).status_code == 410
    late = door.pair()
    door.move(-2)
    assert browser.post("/checkin/handover", data={"token": late}).status_code == 403
    for address in ("/checkin/handover", "/checkin/start"):
        assert browser.post(address).status_code == 400
