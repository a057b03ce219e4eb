"""The ledger in the database: all counts agree, whatever the sources say and however often."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from eventapp import clock
from eventapp.attendance.actions import ONLINE_DOOR, Written, record_presence, take_back, write_down
from eventapp.attendance.ledger import (
    count_attended,
    count_by_date,
    read_ledger,
    read_one,
    was_there,
)
from eventapp.attendance.ledger_rules import DateNotBegun, Source
from eventapp.attendance.models import HandEntry
from eventapp.base import table_of
from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition
from eventapp.events.models import Event
from eventapp.figures.counting import count_figures
from eventapp.participants.queries import count_listed
from eventapp.participants.selection import Wanted
from eventapp.registration.models import Registration
from tests.checkin.door import Door, Guest, hold_place, make_guest, new_scan, record
from tests.factories import at, in_days, make_item
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("app")

DATES = [(at(in_days(day), 10), at(in_days(day), 12)) for day in (-3, -2, -1)]
OVER = DATES[-1][1]


def event_of(door: Door) -> EventDefinition:
    with reading() as connection:
        return get_definition(connection, door.slug)


def say(
    event: EventDefinition, guest: Guest, number: int, *, item: bool = False, **said: Any
) -> None:
    values = {"was_there": True, "minutes": None, "reason": "Unterschriftenliste", **said}
    chosen = event.programme[0] if item else None
    written = Written(event.dates[number], chosen, **values)
    with transaction() as session:
        write_down(session, guest.id, written, by=1, now=clock.now())


def enter_online(event: EventDefinition, guest: Guest, number: int) -> None:
    with transaction() as session:
        record_presence(
            session, guest.id, event.dates[number].id, ONLINE_DOOR, now=DATES[number][0]
        )


@pytest.fixture
def course() -> Door:
    door = Door("kurs", dates=DATES)
    with transaction() as session:
        event = session.get_one(Event, door.event_id)
        hours = {"starts_at": DATES[1][0], "ends_at": DATES[1][1]}
        make_item(session, event, "werkstatt", capacity=50, **hours)
    return door


def test_each_source_is_kept_and_counts_once(course: Door) -> None:
    event, guest = event_of(course), course.guest()
    device = course.device()
    twice = (new_scan(guest.ticket, DATES[0][0] + timedelta(minutes=n)) for n in (0, 5))
    record(device, *twice, now=OVER)
    enter_online(event, guest, 0)
    enter_online(event, guest, 1)
    say(event, guest, 2)
    with reading() as connection:
        told = read_one(connection, event, guest.id)
        assert count_by_date(connection, [event.id]) == {date.id: 1 for date in event.dates}
        assert count_attended(connection, [event.id]) == {event.id: {"in_person": 1}}
    assert told.count == 3
    assert [told.at(date.id).sources for date in event.dates] == [
        (Source.SCAN, Source.ONLINE_DOOR),
        (Source.ONLINE_DOOR,),
        (Source.HAND,),
    ]


def test_what_the_office_says_takes_the_place_of_what_it_said(course: Door) -> None:
    event, guest = event_of(course), course.guest()
    say(event, guest, 0)
    say(event, guest, 0, was_there=False)
    say(event, guest, 1, item=True)
    say(event, guest, 1, item=True, reason="Liste der Werkstatt")
    with reading() as connection:
        told = read_one(connection, event, guest.id)
        entries = connection.execute(select(table_of(HandEntry))).all()
    assert (told.at(event.dates[0].id).is_there, told.count) == (False, 1)
    assert told.items == {event.programme[0].id}
    assert len(entries) == 2
    with transaction() as session:
        assert take_back(session, entries[0].id)
        assert not take_back(session, entries[0].id)


def test_nobody_was_at_what_is_still_to_come() -> None:
    door = Door(dates=[(at(in_days(2), 10), at(in_days(2), 12))])
    with pytest.raises(DateNotBegun):
        say(event_of(door), door.guest(), 0)


@pytest.mark.parametrize("seed", range(4))
def test_all_counts_agree(course: Door, seed: int) -> None:
    """Ledger, figures and list, over random scans, clicks and corrections."""
    random, event = Random(seed), event_of(course)
    with transaction() as session:
        item = event.programme[0]
        guests = [
            make_guest(
                session,
                course.event_id,
                status=random.choice(["confirmed", "confirmed", "cancelled"]),
                attendance=random.choice(["in_person", "online"]),
            )
            for _ in range(12)
        ]
        for guest in guests:
            hold_place(session, guest, item)  # type: ignore[arg-type]  # its id is all it takes
    device = course.device()
    for _ in range(60):
        guest, number = random.choice(guests), random.randrange(3)
        match random.randrange(4):
            case 0:
                moment = DATES[number][0] + timedelta(minutes=random.randrange(100))
                direction = random.choice(["in", "out"])
                record(device, new_scan(guest.ticket, moment, direction=direction), now=OVER)
            case 1:
                scan = new_scan(guest.ticket, DATES[1][0], programme_item="werkstatt")
                record(device, scan, now=OVER)
            case 2:
                enter_online(event, guest, number)
            case 3:
                item_too = number == 1 and random.random() < 0.5
                say(event, guest, number, was_there=random.random() < 0.5, item=item_too)
    check_agreement(event)


def check_agreement(event: EventDefinition) -> None:
    with reading() as connection:
        told = read_ledger(connection, event)
        in_sql = set(connection.execute(select(Registration.id).where(was_there())).scalars())
        assert in_sql == {id_ for id_, each in told.items() if each.count}
        standing = dict(
            connection.execute(
                select(Registration.id, Registration.attendance).where(
                    Registration.status == "confirmed"
                )
            ).all()
        )
        there = [id_ for id_ in in_sql if id_ in standing]
        by_way = {
            way: sum(standing[id_] == way for id_ in there) for way in ("in_person", "online")
        }
        assert dict(count_figures(connection, event).arrived) == by_way
        wanted = Wanted(arrived=True, statuses=("confirmed",))
        assert count_listed(connection, event, wanted) == len(there)
        assert count_by_date(connection, [event.id]) == {
            date.id: n
            for date in event.dates
            if (n := sum(told[id_].at(date.id).is_there for id_ in there))
        }


def test_many_people_and_events_cost_as_many_statements_as_one() -> None:
    doors = [Door(f"treffen-{number}") for number in range(6)]
    costs = []
    for many in (1, 6):
        for door in doors[:many]:
            device, guest = door.device(), door.guest()
            record(device, new_scan(guest.ticket))
        with reading() as connection, counted() as statements:
            ids = [door.event_id for door in doors[:many]]
            found = count_attended(connection, ids)
            count_by_date(connection, ids)
            read_ledger(connection, event_of(doors[0]))
        assert set(map(bool, found.values())) == {True}
        costs.append(len(statements))
    assert costs[0] == costs[1]
