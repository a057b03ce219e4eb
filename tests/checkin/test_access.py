"""Who learns what at the door: every address that devices talk to, asked by who may not."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventapp import clock
from eventapp.checkin import actions, pairing
from eventapp.db import transaction
from eventapp.tokens import keyring
from tests.checkin.door import Door, Guest, device_of

SECRET = {
    "first_name": "Geheimrat",
    "name": "Unbekannt",
    "organisation": "Stiller Verein",
    "email": "verborgen@example.org",
    "door_note": "Kommt mit Hund",
}
NEEDS = {"assistance": "Rampe", "diet": ["vegan"]}
LISTS = ("status", "roster")
WORDS = ("Geheimrat", "Unbekannt", "Stiller Verein", "verborgen", "Hund", "Rampe")


@pytest.fixture
def door(app: Flask) -> Door:  # noqa: ARG001  the app is the database
    return Door(title="Vertrauliches Treffen")


def make_guest(door: Door) -> Guest:
    return door.guest(**SECRET)


def addresses(app: Flask, slug: str) -> Iterator[tuple[str, str]]:
    """Method and address of all that devices ask, of what is built later too."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith(("checkin_sync.", "walk_ins.")):
            built = rule.build({"slug": slug})
            assert built, f"{rule} asks for more than the event: teach this test"
            for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
                yield method, built[1]


def ask(client: FlaskClient, method: str, address: str, code: str, **headers: str) -> TestResponse:
    stamp = clock.now().isoformat()
    scan: dict[str, Any] = {"scan_id": str(uuid4()), "code": code, "scanned_at": stamp}
    body: dict[str, Any] = {}
    if method == "POST":
        body["json"] = {"scans": [scan], "sent_at": stamp}
    if address.endswith("/walk-ins") and body:
        who = {"first_name": "Zoë", "last_name": "Neu", "came_at": stamp}
        body["json"] = {"walk_in_id": str(uuid4()), **who}
    return client.open(address, method=method, headers=headers, **body)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    "headers", [{}, bearer("erfunden"), bearer(""), {"Authorization": "Basic eDp5"}]
)
def test_without_a_device_there_is_nothing(
    app: Flask, client: FlaskClient, door: Door, headers: dict[str, str]
) -> None:
    guest = make_guest(door)
    asked = list(addresses(app, door.slug))
    assert len(asked) >= 6  # scans, status, roster, names, walk-ins asked and sent
    for method, address in asked:
        answer = ask(client, method, address, guest.ticket, **headers)
        assert answer.status_code == 401, address
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        tells_nothing(answer)


def test_the_link_of_a_door_is_no_device(app: Flask, client: FlaskClient, door: Door) -> None:
    guest, link = make_guest(door), door.open()
    for method, address in addresses(app, door.slug):
        answer = ask(client, method, address, guest.ticket, **bearer(link.token))
        assert answer.status_code == 401, address


def test_a_device_of_one_event_learns_nothing_of_another(
    app: Flask, client: FlaskClient, door: Door
) -> None:
    guest, other = make_guest(door), Door("andere")
    token = other.pair()
    for method, address in addresses(app, door.slug):
        answer = ask(client, method, address, guest.ticket, **bearer(token))
        assert answer.status_code == 403, address
        tells_nothing(answer)
    own = ask(client, "POST", f"/api/v1/checkin/{other.slug}/scans", guest.ticket, **bearer(token))
    [result] = own.get_json()["results"]
    assert result["verdict"] == "wrong_event"
    assert set(result) == {"scan_id", "verdict"}
    tells_nothing(own)


def test_an_expired_or_revoked_device_learns_nothing_more(
    app: Flask, client: FlaskClient, door: Door
) -> None:
    guest, revoked = make_guest(door), door.pair()
    with transaction() as session:
        actions.revoke_device(session, device_of(revoked).id, now=clock.now())
    late = door.pair()
    for token in (revoked, late):
        if token == late:
            door.move(-2)
        for method, address in addresses(app, door.slug):
            answer = ask(client, method, address, guest.ticket, **bearer(token))
            is_kept = method == "POST" and address.endswith(("/scans", "/walk-ins"))
            assert answer.status_code == (202 if is_kept else 403), address
            tells_nothing(answer)


def test_a_revoked_device_does_not_even_learn_that_nothing_changed(
    client: FlaskClient, door: Door
) -> None:
    make_guest(door)
    token = door.pair()
    url, headers = f"/api/v1/checkin/{door.slug}", bearer(token)
    tags = {end: client.get(f"{url}/{end}", headers=headers).headers["ETag"] for end in LISTS}
    for end, tag in tags.items():
        known = client.get(f"{url}/{end}", headers={**headers, "If-None-Match": tag})
        assert known.status_code == 304, end
    with transaction() as session:
        actions.revoke_device(session, device_of(token).id, now=clock.now())
    for end, tag in tags.items():
        answer = client.get(f"{url}/{end}", headers={**headers, "If-None-Match": tag})
        assert answer.status_code == 403, end
        tells_nothing(answer)


def test_pages_without_a_pairing_say_nothing_of_any_event(client: FlaskClient, door: Door) -> None:
    guest, link, other = make_guest(door), door.open(), door.open("Hinten")
    with transaction() as session:
        pairing.end_door(session, other, now=clock.now())
    pages = {
        "/checkin/": 200,
        f"/checkin/pair/{other.token}": 410,
        "/checkin/pair/erfunden": 404,
        "/checkin/home/erfunden": 410,
        f"/C/{guest.ticket}": 200,
    }
    for address, status in pages.items():
        answer = client.get(address)
        assert answer.status_code == status, address
        tells_nothing(answer)
    shown = client.get(f"/checkin/pair/{link.token}").get_data(as_text=True)
    assert "Vertraulich" in shown  # the link of a door names its event, and nobody of its guests
    assert not [word for word in WORDS if word in shown]


def tells_nothing(answer: TestResponse) -> None:
    text = answer.get_data(as_text=True)
    assert not [word for word in (*WORDS, "Vertraulich") if word in text]


@pytest.mark.parametrize("has_names", [False, True])
def test_the_roster_holds_no_more_than_the_door_may_know(
    app: Flask,  # noqa: ARG001  the app is the database
    client: FlaskClient,
    has_names: bool,
) -> None:
    door = Door("liste", names_at_door=has_names)
    token, sealed = door.pair(), keyring().seal(NEEDS)
    guest = door.guest(**SECRET, needs_sealed=sealed)
    answer = client.get(f"/api/v1/checkin/{door.slug}/roster", headers=bearer(token))
    assert answer.status_code == 200
    dump = answer.get_data(as_text=True)
    allowed = ("Geheimrat", "Unbekannt", "Stiller Verein", "Hund") if has_names else ()
    assert {word for word in WORDS if word in dump} == set(allowed)
    assert "vegan" not in dump
    assert (guest.short in dump) is has_names  # whom a search finds is let in by it
    for secret in (guest.ticket, guest.join, token):
        assert secret.casefold() not in dump.casefold()
