"""Doors with links, the devices paired with them, the way to the home screen."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from eventapp import clock
from eventapp.checkin import actions, pairing
from eventapp.checkin.devices import find_device
from eventapp.checkin.links import (
    DoorLink,
    ListedDevice,
    get_door_by_token,
    list_devices,
    list_door_links,
)
from eventapp.checkin.rules import HANDOVER_HOLDS, TooManyDevices, TooManyDoors
from eventapp.db import reading, transaction
from eventapp.errors import Gone, NotFound
from eventapp.events.loading import get_definition
from eventapp.tokens import new_token
from tests.checkin.door import Door, device_of


@pytest.fixture
def door(app: Flask) -> Door:  # noqa: ARG001  the app is the database
    return Door()


def pair(door: Door, link: DoorLink, name: str = "Annas Telefon", form: str = "") -> str:
    form, now = form or new_token(), clock.now()
    with transaction() as session:
        event = get_definition(session.connection(), door.slug)
        return pairing.pair(session, event, link, name, form_token=form, now=now)


def end(link: DoorLink) -> bool:
    with transaction() as session:
        return pairing.end_door(session, link, now=clock.now())


def devices(door: Door) -> list[ListedDevice]:
    with reading() as connection:
        return list_devices(connection, door.event_id)


def hand_over(token: str) -> str:
    with transaction() as session:
        return pairing.begin_handover(session, device_of(token), now=clock.now())


def take_over(code: str, now: datetime | None = None) -> str | None:
    with transaction() as session:
        taken = pairing.take_over(session, code, now=now or clock.now())
    return taken[1] if taken else None


def test_one_link_pairs_many_devices_each_of_its_own(door: Door) -> None:
    link = door.open("Haupteingang")
    anna, ben = pair(door, link, "Anna"), pair(door, link, "Ben")
    assert anna != ben
    assert [(each.name, each.door_id) for each in devices(door)] == [
        ("Anna", link.id),
        ("Ben", link.id),
    ]
    assert all(each.accepted_at and each.last_seen_at for each in devices(door))
    with transaction() as session:
        actions.revoke_device(session, device_of(anna).id, now=clock.now())
    assert not device_of(anna).holds(clock.now())
    assert device_of(ben).holds(clock.now())


def test_one_form_makes_one_device(door: Door) -> None:
    link, form = door.open(), new_token()
    assert pair(door, link, form=form) == pair(door, link, form=form)
    assert len(devices(door)) == 1


def test_the_same_door_twice_is_one(door: Door) -> None:
    link = door.open("Haupteingang")
    assert door.open("Haupteingang") == link
    assert door.open("Haupteingang", direction="out").id != link.id
    assert end(link)
    assert door.open("Haupteingang").token != link.token


def test_an_ended_link_pairs_nothing_more(door: Door) -> None:
    link = door.open()
    token = pair(door, link)
    assert (end(link), end(link)) == (True, False)
    with pytest.raises(Gone):
        pair(door, link)
    with reading() as connection, pytest.raises(Gone):
        get_door_by_token(connection, link.token)
    with reading() as connection, pytest.raises(NotFound):
        get_door_by_token(connection, new_token())
    assert device_of(token).holds(clock.now())


def test_links_are_listed_with_ended_ones_last(door: Door) -> None:
    first, second = door.open("Nord"), door.open("Süd")
    Door("andere").open("Ost")
    end(first)
    with reading() as connection:
        listed = list_door_links(connection, door.event_id)
    assert [each.name for each in listed] == ["Süd", "Nord"]
    assert listed[0].token == second.token


def test_links_and_devices_have_their_limits(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "MOST_DOORS", 1)
    monkeypatch.setattr(pairing, "MOST_DEVICES", 1)
    link = door.open("Nord")
    with pytest.raises(TooManyDoors):
        door.open("Süd")
    pair(door, link)
    with pytest.raises(TooManyDevices):
        pair(door, link)


def test_the_promise_is_remembered_with_its_first_time(door: Door) -> None:
    token, now = door.pair(), clock.now()
    for later in (now, now + timedelta(hours=1)):
        with transaction() as session:
            pairing.accept(session, device_of(token), now=later)
    assert device_of(token).accepted_at == now


def test_the_home_screen_gets_a_second_token_of_the_same_device(door: Door) -> None:
    token = pair(door, door.open())
    earlier, code = hand_over(token), hand_over(token)
    assert take_over(earlier) is None
    home = take_over(code)
    assert home
    assert home != token
    assert device_of(home).id == device_of(token).id
    assert take_over(code) is None
    assert len(devices(door)) == 1
    again = take_over(hand_over(home))
    assert again
    with reading() as connection:
        assert find_device(connection, home) is None
    with transaction() as session:
        actions.revoke_device(session, device_of(token).id, now=clock.now())
    assert not device_of(again).holds(clock.now())


def test_a_handover_is_short_and_only_of_devices_that_hold(door: Door) -> None:
    token = pair(door, door.open())
    late = clock.now() + HANDOVER_HOLDS + timedelta(seconds=1)
    assert take_over(hand_over(token), late) is None
    code = hand_over(token)
    with transaction() as session:
        actions.revoke_device(session, device_of(token).id, now=clock.now())
    assert take_over(code) is None
    code = hand_over(door.pair())
    door.move(-2)
    assert take_over(code) is None


def test_the_last_contact_is_noted_now_and_then(door: Door) -> None:
    token, now = door.pair(), clock.now()
    assert pairing.is_worth_noting(device_of(token), None, now)
    with transaction() as session:
        pairing.note_contact(session, device_of(token).id, waiting=3, now=now)
    seen = device_of(token)
    assert (seen.last_seen_at, seen.waiting) == (now, 3)
    soon, later = now + timedelta(seconds=10), now + timedelta(seconds=40)
    assert not pairing.is_worth_noting(seen, 3, soon)
    assert not pairing.is_worth_noting(seen, None, soon)
    assert pairing.is_worth_noting(seen, 2, soon)
    assert pairing.is_worth_noting(seen, 3, later)
