"""What a device may load for times without a network: enough to decide, and nothing else."""

import gzip
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from eventapp import clock
from eventapp.checkin import actions, pairing
from eventapp.checkin.roster import SHORT_KEY
from eventapp.db import transaction
from eventapp.events.loading import get_definition
from eventapp.events.models import Event, EventDate, ProgrammeItem
from eventapp.registration.changing import withdraw_consent
from eventapp.registration.models import Registration
from eventapp.sitecache import bump
from eventapp.tokens import hashed
from tests.checkin.door import (
    Door,
    Guest,
    device_of,
    hold_place,
    make_guest,
    new_scan,
    record,
    said,
)
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
    for token in (revoked, other.pair()):
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


def test_an_unchanged_roster_costs_two_statements(client: FlaskClient, door: Door) -> None:
    door.guest()
    token = door.pair()
    tag = load(client, door, token).headers["ETag"]
    with counted(emptied=False) as statements:
        assert load(client, door, token, **{"If-None-Match": tag}).status_code == 304
    asked = [each for each in statements if not each.startswith("BEGIN")]
    assert len(asked) == 2, asked  # who asks, and whether anything is other


def test_whatever_changes_a_roster_changes_its_tag(
    client: FlaskClient,
    app: Flask,  # noqa: ARG001  the app is the database
) -> None:
    door = Door("mit-namen", fields=["photo_consent"])
    guest = door.guest(name="Bekannt", photo_consent=["report"])
    other, token = door.guest(), door.pair()
    mine, scan = device_of(token), new_scan(guest.ticket)

    def revise(**values: Any) -> None:
        with transaction() as session:
            row = session.get_one(Registration, guest.id)
            row.revised_at += timedelta(seconds=1)
            for name, value in values.items():
                setattr(row, name, value)

    with transaction() as session:
        event = session.get_one(Event, door.event_id)
        item_id = make_item(session, event, "a", choice_group="eins").id
    steps: list[Callable[[], Any]] = [
        lambda: record(mine, scan),
        lambda: record(mine, replace(scan, undone_at=clock.now())),
        lambda: record(mine, new_scan(other.ticket), new_scan(guest.ticket)),
        lambda: record(mine, new_scan(other.ticket, direction="out")),
        lambda: revise(last_name="Anders"),
        lambda: withdraw(guest),
        lambda: revise(status="cancelled"),
        lambda: take_place(other, item_id),
        door.guest,
    ]
    for step in steps:
        before = load(client, door, token)
        assert load(client, door, token).headers["ETag"] == before.headers["ETag"]
        step()
        after = load(client, door, token, **{"If-None-Match": before.headers["ETag"]})
        assert after.status_code == 200
        assert after.get_data() != before.get_data()


def withdraw(guest: Guest) -> None:
    with transaction() as session:
        event = get_definition(session.connection(), "mit-namen")
        withdraw_consent(session, event, guest.id, "report", now=clock.now())


def take_place(guest: Guest, item_id: int) -> None:
    with transaction() as session:
        hold_place(session, guest, session.get_one(ProgrammeItem, item_id))


@pytest.mark.parametrize("size", [0, 3, 30])
def test_statements_do_not_grow_with_the_roster(client: FlaskClient, door: Door, size: int) -> None:
    with transaction() as session:
        guests = [make_guest(session, door.event_id) for _ in range(size)]
    token = door.pair()
    record(device_of(token), *(new_scan(guest.ticket) for guest in guests))
    with counted(emptied=False) as statements:
        assert len(load(client, door, token).get_json()["entries"]) == size
    assert len(statements) <= 5, statements  # one of them BEGIN


def test_with_names_comes_the_code_that_lets_in_whom_a_search_finds(
    client: FlaskClient,
    app: Flask,  # noqa: ARG001  the app is the database
) -> None:
    named = Door("mit-namen")
    guest, token = named.guest(name="Bekannt"), named.pair()
    found = entry(client, named, token, guest)
    assert found["code"] == guest.short
    assert said(record(device_of(token), new_scan(found["code"]))) == ["admitted"]


def test_it_says_how_long_the_pairing_holds_and_what_does_not_take_place(
    client: FlaskClient, door: Door
) -> None:
    token = door.pair()
    body = load(client, door, token).get_json()
    assert (body["off"], body["dates"]) == (False, [])
    assert body["until"] == device_of(token).valid_until.isoformat()
    cancel(door)
    assert load(client, door, token).get_json()["off"] is True


def test_a_pairing_follows_its_event_to_another_day(client: FlaskClient, door: Door) -> None:
    """Told with the next list; before the link of the door was opened again by anybody."""
    token = door.pair()
    first = load(client, door, token)
    door.move(7)
    later = load(client, door, token, **{"If-None-Match": first.headers["ETag"]})
    until = [datetime.fromisoformat(each.get_json()["until"]) for each in (first, later)]
    assert until[1] - until[0] == timedelta(days=7)
    assert until[0] == at(in_days(1), 17)
    door.move(-9)
    assert load(client, door, token).status_code == 403
    assert not device_of(token).holds(clock.now())
    door.move(2)
    assert load(client, door, token).get_json()["until"] == until[0].isoformat()


def test_the_dates_of_a_course_are_told_with_those_called_off(
    client: FlaskClient,
    app: Flask,  # noqa: ARG001  the app is the database
) -> None:
    days = [(at(in_days(n), 9), at(in_days(n), 12)) for n in (0, 7)]
    course = Door("kurs", dates=days)
    with transaction() as session:
        session.execute(update(EventDate).where(EventDate.position == 2).values(is_off=True))
        bump(session, clock.now())
    body = load(client, course, course.pair()).get_json()
    told = [[start.date().isoformat(), int(start.timestamp())] for start, _ in days]
    assert body["dates"] == [[*told[0], False], [*told[1], True]]
    with transaction() as session:
        date_ids = list(session.scalars(select(EventDate.id).order_by(EventDate.position)))
    link = course.open("Zweiter Termin", event_date_id=date_ids[-1])
    with transaction() as session:
        event = get_definition(session.connection(), course.slug)
        token = pairing.pair(session, event, link, "Telefon", form_token="x", now=clock.now())
    body = load(client, course, token).get_json()
    assert (body["off"], body["dates"]) == (True, [])


def test_nobody_is_let_in_to_an_event_that_is_called_off(door: Door) -> None:
    guest, device = door.guest(), door.device()
    cancel(door)
    [answer] = record(device, new_scan(guest.ticket))
    assert answer.verdict == "cancelled"
    assert answer.guest is not None
    assert answer.guest.status == "confirmed"  # by which the scanner tells the two apart


def cancel(door: Door) -> None:
    with transaction() as session:
        session.get_one(Event, door.event_id).status = "cancelled"
        bump(session, clock.now())
