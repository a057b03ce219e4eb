"""What a door points at decides about the scans of its devices: item, date, direction."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eventapp import clock
from eventapp.checkin import pairing
from eventapp.checkin.devices import PairedDevice
from eventapp.checkin.head_counts import count_guests
from eventapp.checkin.links import get_door, list_door_links
from eventapp.checkin.models import Scan
from eventapp.db import reading, transaction
from eventapp.events.loading import get_definition
from eventapp.events.models import Event
from eventapp.networks.models import Role, Scope
from tests.checkin.door import Door, device_of, hold_place, make_guest, new_scan, record, said
from tests.factories import at, in_days, make_item
from tests.visitors import colleague

HOURS = {"starts_at": at(in_days(0), 10), "ends_at": at(in_days(0), 11)}


@pytest.fixture
def door(app: Flask) -> Door:  # noqa: ARG001  the app is the database
    return Door()


def device_at(door: Door, name: str, **target: Any) -> PairedDevice:
    """A device paired with a door's link."""
    now = clock.now()
    with transaction() as session:
        event = get_definition(session.connection(), door.slug)
        door_id, _is_new = pairing.make_door(session, event, name, now=now, **target)
    with transaction() as session:
        link = get_door(session.connection(), event.id, door_id)
        token = pairing.pair(session, event, link, "Telefon", form_token=name, now=now)
    return device_of(token)


def test_the_door_of_a_workshop_knows_its_own_people(door: Door) -> None:
    with transaction() as session:
        event = session.get_one(Event, door.event_id)
        item = make_item(session, event, "a", choice_group="eins", **HOURS)
        make_item(session, event, "b", choice_group="eins", **HOURS)
        mine, other = (make_guest(session, door.event_id) for _ in range(2))
        hold_place(session, mine, item)
        item_id = item.id
    device = device_at(door, "Workshop A", programme_item_id=item_id)
    sent = [new_scan(mine.ticket), new_scan(other.ticket), new_scan(mine.ticket)]
    assert said(record(device, sent[0])) == ["admitted"]
    assert said(record(device, *sent[1:])) == ["wrong_item", "already_in"]
    assert said(record(device, new_scan(mine.ticket, programme_item="b"))) == ["already_in"]
    house = device_at(door, "Haupteingang")
    assert said(record(house, new_scan(mine.ticket))) == ["admitted"]


def test_a_door_for_leaving(door: Door) -> None:
    guest, entrance = door.guest(), device_at(door, "Haupteingang")
    way_out = device_at(door, "Ausgang", direction="out")
    assert said(record(entrance, new_scan(guest.ticket))) == ["admitted"]
    assert said(record(way_out, new_scan(guest.ticket))) == ["left"]
    assert said(record(entrance, new_scan(guest.ticket))) == ["admitted"]
    assert said(record(way_out, new_scan(guest.ticket, direction="in"))) == ["left"]
    with reading() as connection:
        event = get_definition(connection, door.slug)
        assert count_guests(connection, event, clock.now()).present == 0


def test_the_door_of_a_date_counts_for_that_date(app: Flask) -> None:  # noqa: ARG001
    days = [(at(in_days(n), 9), at(in_days(n), 12)) for n in (-7, 0)]
    course = Door("kurs", dates=days)
    with reading() as connection:
        first, second = get_definition(connection, course.slug).dates
    guest = course.guest()
    devices = [device_at(course, str(each.id), event_date_id=each.id) for each in (second, first)]
    assert [said(record(each, new_scan(guest.ticket))) for each in devices] == [["admitted"]] * 2
    assert said(record(devices[0], new_scan(guest.ticket))) == ["already_in"]
    with reading() as connection:
        found = connection.execute(select(Scan.event_date_id).order_by(Scan.id)).scalars().all()
    assert found == [second.id, first.id, second.id]


def test_organisers_choose_where_a_door_leads(app: Flask) -> None:
    days = [(at(in_days(n), 9), at(in_days(n), 12)) for n in (1, 8)]
    course = Door("kurs", dates=days)
    with transaction() as session:
        event = session.get_one(Event, course.event_id)
        make_item(session, event, "a", title="Töpfern", capacity=3)
    ada = colleague(app, "ada", (Role.ORGANISER, Scope.EVENT, course.event_id))
    url = f"/organise/events/{course.slug}/doors"
    data = {"csrf_token": ada.csrf_token(), "name": "Tür"}
    for leads_to, direction in (("event", "in"), ("item-a", "in"), ("date-2", "out")):
        sent = {**data, "leads_to": leads_to, "direction": direction}
        assert ada.post(url, data=sent).status_code == 303
    for wrong in ({"leads_to": "item-fort"}, {"direction": "hoch"}):
        answer = ada.post(url, data={**data, **wrong})
        assert answer.status_code == 422
        assert 'value="Tür"' in answer.text
    with reading() as connection:
        links = list_door_links(connection, course.event_id)
        second = get_definition(connection, course.slug).dates[1]
    pointed = [(each.programme_item_id, each.event_date_id, each.direction) for each in links]
    assert pointed[0] == (None, None, "in")
    assert pointed[1][0]
    assert pointed[2] == (None, second.id, "out")
    page = ada.get(url).text
    assert "Nur für: Töpfern" in page
    assert "Hier wird gelesen, wer geht." in page
