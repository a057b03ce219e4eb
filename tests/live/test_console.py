"""The live page: the same figures everywhere, for nothing while nothing changes."""

from datetime import timedelta
from random import Random

import pytest
from flask import Flask
from sqlalchemy import update

from eventapp import clock
from eventapp.checkin.head_counts import count_guests
from eventapp.db import reading, transaction
from eventapp.events.loading import get_definition
from eventapp.events.models import Event
from eventapp.networks.models import Role, Scope
from eventapp.registration.models import Registration
from tests.checkin.door import Door, hold_place, make_guest, new_scan, record
from tests.factories import at, in_days, make_item
from tests.statements import counted
from tests.visitors import Visitor, colleague


@pytest.fixture
def door(app: Flask) -> Door:  # noqa: ARG001  the app is the database
    return Door()


def viewer(app: Flask, door: Door, role: Role = Role.DOOR) -> Visitor:
    return colleague(app, "ben", (role, Scope.EVENT, door.event_id))


def present(door: Door) -> int:
    with reading() as connection:
        event = get_definition(connection, door.slug)
        return count_guests(connection, event, clock.now()).present


def test_who_is_in_the_house(app: Flask, door: Door) -> None:
    with transaction() as session:
        event = session.get_one(Event, door.event_id)
        hours = {"starts_at": at(in_days(0), 10), "ends_at": at(in_days(0), 11)}
        chosen = make_item(session, event, "a", title="Töpfern", capacity=9, **hours)
        guests = [make_guest(session, door.event_id) for _ in range(4)]
        hold_place(session, guests[0], chosen)
    north, south = door.device("Nord"), door.device("Süd")
    record(north, new_scan(guests[0].ticket), new_scan(guests[1].ticket))
    record(south, new_scan(guests[0].ticket, programme_item="a"), new_scan(guests[2].ticket))
    record(south, new_scan(guests[1].ticket, direction="out"))
    page = viewer(app, door).get(f"/organise/events/{door.slug}/live").get_data(as_text=True)
    assert '<p class="live__number num">2</p>' in page
    assert "Angekommen: 3 von 4 Erwarteten" in page
    assert row(page, "Nord") == ["2", "4"]
    assert row(page, "Süd") == ["1", "4"]
    assert row(page, "Töpfern") == ["1", "1"]
    assert present(door) == 2


def row(page: str, name: str) -> list[str]:
    """The numbers beside a name."""
    line = page.partition(f'<th scope="row"><bdi>{name}</bdi></th>')[2].partition("</tr>")[0]
    return [cell.partition("<")[0] for cell in line.split('num">')[1:]]


def test_every_door_says_for_how_many_it_is(app: Flask) -> None:
    days = [(at(in_days(n), 0, 1), at(in_days(n), 23)) for n in (0, 7)]
    course = Door("kurs", dates=days)
    with transaction() as session:
        item = make_item(session, session.get_one(Event, course.event_id), "a", choice_group="eins")
        guests = [make_guest(session, course.event_id) for _ in range(3)]
        hold_place(session, guests[0], item)
        item_id = item.id
    with reading() as connection:
        today, later = get_definition(connection, course.slug).dates
    course.open("Haupteingang")
    course.open("Werkstatt", programme_item_id=item_id)
    course.open("Heute", event_date_id=today.id)
    course.open("Nächste Woche", event_date_id=later.id)
    course.open("Ausgang", direction="out")
    record(course.device("Nord"), new_scan(guests[1].ticket))
    page = viewer(app, course).get(f"/organise/events/{course.slug}/live").get_data(as_text=True)
    told = {name: row(page, name) for name in ("Nord", "Haupteingang", "Heute")}
    assert told == {"Nord": ["1", "3"], "Haupteingang": ["0", "3"], "Heute": ["0", "3"]}
    assert row(page, "Nächste Woche") == row(page, "Ausgang") == []
    assert '<bdi>Werkstatt</bdi><span class="table__more"><bdi>A</bdi></span>' in page


def test_asked_again_it_costs_nothing(app: Flask, door: Door) -> None:
    guest, ben = door.guest(), viewer(app, door)
    url = f"/organise/events/{door.slug}/live/figures"
    first = ben.get(url)
    assert first.get_json()["present"] == 0
    tag = {"If-None-Match": first.headers["ETag"]}
    with counted() as statements:
        again = ben.get(url, headers=tag)
    assert (again.status_code, again.get_data()) == (304, b"")
    assert sum("scan" in each for each in statements) == 1
    record(door.device(), new_scan(guest.ticket))
    changed = ben.get(url, headers=tag)
    assert changed.get_json()["present"] == 1
    tag = {"If-None-Match": changed.headers["ETag"]}
    with transaction() as session:
        session.execute(update(Registration).values(status="cancelled"))
    assert ben.get(url, headers=tag).get_json()["present"] == 0
    assert ben.get(f"{url}?lang=en", headers=tag).status_code == 200


def test_a_refused_guest_that_is_let_in_later_changes_the_figures(app: Flask, door: Door) -> None:
    guest, ben, device = door.guest(status="waitlisted"), viewer(app, door), door.device()
    refused = new_scan(guest.ticket)
    record(device, refused)
    url = f"/organise/events/{door.slug}/live/figures"
    tag = {"If-None-Match": ben.get(url).headers["ETag"]}
    with transaction() as session:
        session.execute(update(Registration).values(status="confirmed"))
    record(device, refused)
    assert ben.get(url, headers=tag).get_json()["present"] == 1


def test_who_may_see_it(app: Flask, door: Door) -> None:
    other = Door("andere")
    ben = viewer(app, door)
    for end in ("", "/figures"):
        assert ben.get(f"/organise/events/{other.slug}/live{end}").status_code == 404
        assert ben.get(f"/organise/events/fort/live{end}").status_code == 404
    assert "/live" in ben.get(f"/organise/events/{door.slug}").get_data(as_text=True)


def test_a_course_counts_the_house_of_its_day(app: Flask) -> None:
    days = [(at(in_days(n), 0, 1), at(in_days(n), 23)) for n in (-7, 0, 7)]
    course = Door("kurs", dates=days)
    once, twice, device = course.guest(), course.guest(), course.device()
    week = timedelta(days=7)
    record(device, *(new_scan(each.ticket, clock.now() - week) for each in (once, twice)))
    record(device, new_scan(twice.ticket))
    page = viewer(app, course).get(f"/organise/events/{course.slug}/live").get_data(as_text=True)
    assert '<p class="live__number num">1</p>' in page
    assert "1 von 2 Erwarteten" in page
    assert present(course) == 1


def test_every_screen_tells_the_same(app: Flask) -> None:
    """The scanner's bar counts in the database, the live page in the rules."""
    days = [(at(in_days(n), 0, 1), at(in_days(n), 23)) for n in (-1, 0)]
    for slug, dates in (("treffen", days[1:]), ("kurs", days)):
        door, chance = Door(slug, dates=dates), Random(7)
        with transaction() as session:
            make_item(session, session.get_one(Event, door.event_id), "saal")
        guests, device = [door.guest() for _ in range(6)], door.device()
        url, ben = f"/organise/events/{slug}/live/figures", viewer(app, door)
        for _ in range(4):
            scans = [
                new_scan(
                    chance.choice(guests).ticket,
                    clock.now() - timedelta(minutes=chance.choice((0, 5, 60 * 24))),
                    direction=chance.choice(("in", "out")),
                    programme_item=chance.choice((None, None, "saal")),
                )
                for _ in range(4)
            ]
            record(device, *scans)
            assert ben.get(url).get_json()["present"] == present(door)
