"""The scanners' interface: who may, what is refused, what a batch answers."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from eventapp import clock
from eventapp.checkin import actions
from eventapp.checkin.models import Scan
from eventapp.db import reading, transaction
from eventapp.events.models import Event
from eventapp.tokens import new_ticket
from tests.checkin.door import Door, device_of, hold_place, make_guest
from tests.factories import make_item
from tests.statements import counted


@pytest.fixture
def door(app: Flask) -> Door:  # noqa: ARG001  the app is the database
    return Door()


def scan(code: str, **values: Any) -> dict[str, Any]:
    stamp = clock.now().isoformat()
    return {"scan_id": str(uuid4()), "code": code, "scanned_at": stamp, "direction": "in", **values}


def send(
    client: FlaskClient, token: str, *scans: Any, slug: str = "treffen", **more: Any
) -> TestResponse:
    return client.post(
        f"/api/v1/checkin/{slug}/scans",
        json={"sent_at": clock.now().isoformat(), "scans": list(scans), **more},
        headers={"Authorization": f"Bearer {token}"},
    )


def test_a_batch_is_answered_scan_by_scan(client: FlaskClient, door: Door) -> None:
    guest, north, south = door.guest(door_note="Mit Hund"), door.pair("Nord"), door.pair("Süd")
    first = scan(guest.ticket)
    [admitted] = send(client, north, first).get_json()["results"]
    assert admitted["verdict"] == "admitted"
    assert admitted["scan_id"] == first["scan_id"]
    assert admitted["registration"]["id"] == guest.id
    assert admitted["registration"]["note"] == "Mit Hund"
    assert admitted["first_scan"]["door"] == "Nord"
    second, third = scan(guest.ticket), scan("Fahrkarte")
    again, unknown, repeated = send(client, south, second, third, first).get_json()["results"]
    assert again["verdict"] == "already_in"
    assert again["first_scan"] == admitted["first_scan"]
    assert unknown == {"scan_id": third["scan_id"], "verdict": "unknown"}
    assert repeated == admitted


@pytest.mark.usefixtures("app")
def test_names_reach_the_device_only_where_the_organiser_allows_them(client: FlaskClient) -> None:
    door = Door("ohne-namen", names_at_door=False)
    guest = door.guest(name="Geheim", door_note="Mit Hund")
    answer = send(client, door.pair(), scan(guest.ticket), slug=door.slug)
    [result] = answer.get_json()["results"]
    assert result["verdict"] == "admitted"
    assert result["registration"] == {"id": guest.id, "status": "confirmed"}


def test_the_scan_id_comes_back_as_it_was_sent(client: FlaskClient, door: Door) -> None:
    guest, token, loud = door.guest(), door.pair(), str(uuid4()).upper()
    [answer] = send(client, token, scan(guest.ticket, scan_id=loud)).get_json()["results"]
    assert answer["scan_id"] == loud
    quiet = scan(guest.ticket, scan_id=loud.lower())
    assert send(client, token, quiet).get_json()["results"][0]["verdict"] == "admitted"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"scan_id": "7"}, "scans.1.scan_id"),
        ({"code": 7}, "scans.1.code"),
        ({"code": "x" * 501}, "scans.1.code"),
        ({"scanned_at": "gestern"}, "scans.1.scanned_at"),
        ({"scanned_at": "2026-09-11T10:00:00"}, "scans.1.scanned_at"),
        ({"scanned_at": 1789034400}, "scans.1.scanned_at"),
        ({"scanned_at": "0001-01-01T00:00:00Z"}, "scans.1.scanned_at"),
        ({"direction": "up"}, "scans.1.direction"),
        ({"programme_item": 3}, "scans.1.programme_item"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(
    client: FlaskClient, door: Door, change: dict[str, Any], field: str
) -> None:
    guest, token = door.guest(), door.pair()
    good = scan(guest.ticket)
    answer = send(client, token, good, {**scan(guest.ticket), **change})
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert field in answer.get_json()["errors"]
    status = f"/api/v1/checkin/{door.slug}/status"
    head = client.get(status, headers={"Authorization": f"Bearer {token}"}).get_json()
    assert head == {"present": 0, "expected": 1}


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{", b'{"scans": 1}', b"\xff\xfe"])
def test_no_body_is_a_fault(client: FlaskClient, door: Door, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {door.pair()}"}
    answer = client.post(f"/api/v1/checkin/{door.slug}/scans", data=body, headers=headers)
    assert answer.status_code == 422


def test_a_batch_has_its_limit(client: FlaskClient, door: Door) -> None:
    token = door.pair()
    assert send(client, token, *(scan("x") for _ in range(500))).status_code == 200
    answer = send(client, token, *(scan("x") for _ in range(501)))
    assert answer.status_code == 422
    assert "scans" in answer.get_json()["errors"]
    assert send(client, token).get_json() == {"results": []}


def test_who_is_nobody_and_who_stands_at_another_door(client: FlaskClient, door: Door) -> None:
    guest, other = door.guest(), Door("andere")
    unknown = send(client, "erfunden", scan(guest.ticket))
    assert unknown.status_code == 401
    assert unknown.headers["WWW-Authenticate"] == "Bearer"
    assert client.post(f"/api/v1/checkin/{door.slug}/scans", json={}).status_code == 401
    assert send(client, other.pair(), scan(guest.ticket)).status_code == 403
    assert send(client, door.pair(), scan("x"), slug="gibt-es-nicht").status_code == 403


def test_a_withdrawn_device_is_held_and_learns_nothing(client: FlaskClient, door: Door) -> None:
    guest, revoked, late = door.guest(), door.pair(), door.pair()
    with transaction() as session:
        actions.revoke_device(session, device_of(revoked).id, now=clock.now())
    for token in (revoked, late):
        if token == late:
            door.move(-2)
        answer = send(client, token, scan(guest.ticket))
        assert answer.status_code == 202
        assert [set(each) for each in answer.get_json()["results"]] == [{"scan_id", "verdict"}]
        assert answer.get_json()["results"][0]["verdict"] == "held"
        headers = {"Authorization": f"Bearer {token}"}
        assert client.get(f"/api/v1/checkin/{door.slug}/status", headers=headers).status_code == 403


def test_the_head_count_is_asked_again_for_nothing(client: FlaskClient, door: Door) -> None:
    guest, token = door.guest(), door.pair()
    url, bearer = f"/api/v1/checkin/{door.slug}/status", {"Authorization": f"Bearer {token}"}
    first = client.get(url, headers=bearer)
    assert first.get_json() == {"present": 0, "expected": 1}
    same = client.get(url, headers={**bearer, "If-None-Match": first.headers["ETag"]})
    assert same.status_code == 304
    send(client, token, scan(guest.ticket))
    changed = client.get(url, headers={**bearer, "If-None-Match": first.headers["ETag"]})
    assert changed.get_json() == {"present": 1, "expected": 1}


def test_a_slow_clock_does_not_win(client: FlaskClient, door: Door) -> None:
    guest, north, south, now = door.guest(), door.pair("Nord"), door.pair("Süd"), clock.now()
    hour = timedelta(hours=1)
    early = (now - timedelta(minutes=1)).isoformat()
    send(client, north, scan(guest.ticket, scanned_at=early))
    slow = scan(guest.ticket, scanned_at=(now - hour).isoformat())
    answer = send(client, south, slow, sent_at=(now - hour).isoformat())
    assert answer.get_json()["results"][0]["verdict"] == "already_in"


def test_a_device_tells_how_many_scans_wait_on_it(client: FlaskClient, door: Door) -> None:
    token = door.pair()
    url, bearer = f"/api/v1/checkin/{door.slug}/status", {"Authorization": f"Bearer {token}"}
    for asked, kept in (("?waiting=7", 7), ("?waiting=0", 0), ("?waiting=-3", 0), ("", 0)):
        assert client.get(url + asked, headers=bearer).status_code == 200
        device = device_of(token)
        assert device.waiting == kept
        assert device.last_seen_at
    with counted(emptied=False) as statements:
        client.get(url, headers=bearer)
    assert not [each for each in statements if each.startswith("UPDATE")]


def asked_by(statements: list[str]) -> list[str]:
    """Without SQLite's BEGIN, which PostgreSQL's driver sends along, and what the tests' client
    asks for itself."""
    return [each for each in statements if not each.startswith("BEGIN") and "audit" not in each]


@pytest.mark.parametrize("size", [1, 10, 500])
def test_one_scan_costs_five_statements_at_most_and_so_does_any_batch(
    client: FlaskClient, door: Door, size: int
) -> None:
    with transaction() as session:
        guests = [make_guest(session, door.event_id) for _ in range(size)]
    token = door.pair()
    send(client, token, scan("erster"))  # what a process remembers of the event
    with counted(emptied=False) as statements:
        send(client, token, *(scan(guest.ticket) for guest in guests))
    assert len(asked_by(statements)) == 4, statements


@pytest.mark.parametrize("size", [1, 10, 100])
def test_workshops_and_all_kinds_of_codes_cost_five_statements(
    client: FlaskClient, door: Door, size: int
) -> None:
    elsewhere = Door("andere").guest()
    with transaction() as session:
        item = make_item(session, session.get_one(Event, door.event_id), "a", choice_group="eins")
        guests = [make_guest(session, door.event_id) for _ in range(size)]
        for guest in guests:
            hold_place(session, guest, item)
    token = door.pair()
    send(client, token, scan("erster"))
    codes = [code for guest in guests for code in (guest.ticket, guest.short)]
    codes += ["fremd", elsewhere.ticket, new_ticket()]
    with counted(emptied=False) as statements:
        answer = send(client, token, *(scan(code, programme_item="a") for code in codes))
    verdicts = Counter(each["verdict"] for each in answer.get_json()["results"])
    assert verdicts == {"admitted": size, "already_in": size, "unknown": 2, "wrong_event": 1}
    assert len(asked_by(statements)) == 5, statements


def test_the_same_id_twice_in_a_batch_is_one_scan(client: FlaskClient, door: Door) -> None:
    guest, other, token = door.guest(), door.guest(), door.pair()
    twice, more = scan(guest.ticket), scan(other.ticket)
    mistake = {**twice, "undone_at": clock.now().isoformat()}
    answer = send(client, token, twice, more, mistake).get_json()["results"]
    assert [each["verdict"] for each in answer] == ["undone", "admitted", "undone"]
    with reading() as connection:
        assert connection.execute(select(func.count()).select_from(Scan)).scalar_one() == 2
