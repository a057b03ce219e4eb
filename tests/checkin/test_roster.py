"""What a device may load for times without a network: enough to decide, and nothing else."""

import gzip
import hmac
import json
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventapp import clock
from eventapp.checkin import actions, pairing
from eventapp.checkin.roster import SHORT_KEY
from eventapp.db import transaction
from eventapp.events.loading import get_definition
from eventapp.events.models import Event
from eventapp.tokens import hashed
from tests.checkin.door import Door, Guest, device_of, hold_place, make_guest, new_scan, record
from tests.factories import at, in_days, make_item
from tests.statements import counted


@pytest.fixture
def door(app: Flask) -> Door:  # noqa: ARG001  the app is the database
    return Door(names_at_door=False)


def load(client: FlaskClient, door: Door, token: str, **headers: str) -> TestResponse:
    return client.get(
        f"/api/v1/checkin/{door.slug}/roster",
        headers={"Authorization": f"Bearer {token}", **headers},
    )


def text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


def entry(client: FlaskClient, door: Door, token: str, guest: Guest) -> dict[str, Any]:
    found = load(client, door, token).get_json()["entries"][text(hashed(guest.ticket)[:12])]
    assert isinstance(found, dict)
    return found


def test_entries_are_keyed_by_half_a_hash_and_short_codes_by_the_pairing(
    client: FlaskClient, door: Door
) -> None:
    guest, north, south = door.guest(), door.pair("Nord"), door.pair("Süd")
    key = hmac.digest(north.encode(), SHORT_KEY, "sha256")
    short = text(hmac.digest(key, hashed(guest.short), "sha256")[:6])
    assert entry(client, door, north, guest) == {"short": short}
    assert entry(client, door, south, guest)["short"] != short


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"status": "cancelled"}, "cancelled"),
        ({"status": "waitlisted"}, "waitlisted"),
        ({"status": "pending"}, "waitlisted"),
        ({"attendance": "online"}, "online_only"),
    ],
)
def test_it_says_who_may_not_enter(
    client: FlaskClient, door: Door, values: dict[str, str], state: str
) -> None:
    guest = door.guest(**values)
    assert entry(client, door, door.pair(), guest)["state"] == state


def test_it_says_who_is_in_since_when_and_by_which_door(client: FlaskClient, door: Door) -> None:
    guest, other, token = door.guest(), door.guest(), door.pair("Nord")
    first = clock.now() - timedelta(minutes=5)
    record(device_of(token), new_scan(guest.ticket), new_scan(guest.ticket, first))
    record(device_of(token), new_scan(other.ticket), new_scan(other.ticket, direction="out"))
    assert entry(client, door, token, guest)["in"] == [["", int(first.timestamp()), "Nord"]]
    assert "in" not in entry(client, door, token, other)


def test_it_carries_what_was_chosen(client: FlaskClient, door: Door) -> None:
    with transaction() as session:
        event = session.get_one(Event, door.event_id)
        hours = {"starts_at": at(in_days(0), 10), "ends_at": at(in_days(0), 11)}
        chosen = make_item(session, event, "a", choice_group="eins", **hours)
        make_item(session, event, "plenum", **hours)
        guest = make_guest(session, door.event_id)
        hold_place(session, guest, chosen)
    token = door.pair()
    record(device_of(token), new_scan(guest.ticket, programme_item="a"))
    body = load(client, door, token).get_json()
    assert body["free_items"] == ["plenum"]
    found = entry(client, door, token, guest)
    assert found["items"] == ["a"]
    assert [passage[0] for passage in found["in"]] == ["a"]


def test_it_says_what_the_door_points_at(client: FlaskClient, door: Door) -> None:
    with transaction() as session:
        item = make_item(session, session.get_one(Event, door.event_id), "a")
        item_id = item.id
    plain = load(client, door, door.pair()).get_json()
    assert plain["door"] == {"item": "", "direction": "in"}
    link = door.open("Raum A", programme_item_id=item_id)
    with transaction() as session:
        event = get_definition(session.connection(), door.slug)
        token = pairing.pair(session, event, link, "Annas Telefon", form_token="x", now=clock.now())
    assert load(client, door, token).get_json()["door"] == {"item": "a", "direction": "in"}


def test_no_name_and_no_code_is_in_it_unless_the_organiser_allows_names(
    client: FlaskClient, door: Door
) -> None:
    guest = door.guest(name="Geheim", door_note="Mit Hund", email="geheim@example.org")
    dump = load(client, door, door.pair()).get_data(as_text=True)
    for secret in ("Geheim", "Erika", "Hund", "example.org", "Freiwilligen", guest.ticket):
        assert secret not in dump
    named = Door("mit-namen")
    guest = named.guest(name="Bekannt", door_note="Mit Hund")
    found = entry(client, named, named.pair(), guest)
    assert (found["name"], found["note"]) == ("Erika Bekannt", "Mit Hund")
    assert "@" not in load(client, named, named.pair()).get_data(as_text=True)


def test_who_may_have_it(client: FlaskClient, door: Door) -> None:
    other, revoked = Door("andere"), door.pair()
    with transaction() as session:
        actions.revoke_device(session, device_of(revoked).id, now=clock.now())
    assert client.get(f"/api/v1/checkin/{door.slug}/roster").status_code == 401
    assert load(client, door, "erfunden").status_code == 401
    for token in (revoked, door.pair(hours=-1), other.pair()):
        assert load(client, door, token).status_code == 403


def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, door: Door) -> None:
    guest, token = door.guest(), door.pair()
    first = load(client, door, token, **{"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    assert first.headers["Cache-Control"] == "private, no-store"
    plain = load(client, door, token)
    assert json.loads(gzip.decompress(first.get_data())) == plain.get_json()
    tags = {answer.headers["ETag"] for answer in (first, plain)}
    assert len(tags) == 2
    for tag in tags:
        same = load(client, door, token, **{"If-None-Match": tag})
        assert (same.status_code, same.get_data(), same.headers["ETag"]) == (304, b"", tag)
    record(device_of(token), new_scan(guest.ticket))
    assert load(client, door, token, **{"If-None-Match": tags.pop()}).status_code == 200


@pytest.mark.parametrize("size", [0, 3, 30])
def test_statements_do_not_grow_with_the_roster(client: FlaskClient, door: Door, size: int) -> None:
    with transaction() as session:
        guests = [make_guest(session, door.event_id) for _ in range(size)]
    token = door.pair()
    record(device_of(token), *(new_scan(guest.ticket) for guest in guests))
    with counted(emptied=False) as statements:
        assert len(load(client, door, token).get_json()["entries"]) == size
    assert len(statements) <= 5, statements  # one of them BEGIN
