"""Switches from the room to online and back, and offers that are taken, declined and over, all at
once among those who cancel and sign up: over HTTP, on both databases.

The controls take the lock out: places are lost, given twice or offered twice.
"""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any, Protocol

import pytest
from sqlalchemy import update

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.registration import queries
from eventapp.registration.models import Registration
from tests.registration.racer import Racer
from tests.registration.racing import CHANCES, guest, hold, hold_well
from tests.registration.test_actions import event_of, mails, plan, rows, set_capacity, sign_up
from tests.registration.test_holder_pages import address_of
from tests.servers import Site

log = logging.getLogger(__name__)

ROUNDS = 100 if os.environ.get("TEST_LONG") else 6
OTHER = {"in_person": "online", "online": "in_person"}


class Crossing(Protocol):
    """An event with people in it who are about to do something."""

    event: EventDefinition

    @property
    def racers(self) -> list[Racer]: ...

    def list_faults(self) -> Iterator[str]: ...


def rows_of(event: EventDefinition) -> list[Any]:
    return [row for row in rows() if row.event_id == event.id]


def told(event: EventDefinition) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {row.id: [] for row in rows_of(event)}
    for kind, id_ in mails():
        if id_ in found:
            found[id_].append(kind.removeprefix("registration-"))
    return found


class Switches:
    """Three places each way and two who wait: everybody wants the other way, some give up."""

    def __init__(self) -> None:
        self.event = plan(has_online=True, capacity_in_person=3, capacity_online=3)
        for number in range(10):
            sign_up(self.event, f"Gast{number}", attendance=("in_person", "online")[number % 2])

    @property
    def racers(self) -> list[Racer]:
        mine = rows_of(self.event)
        return [
            *(_switching(row) for row in mine),
            *(Racer(f"{row.first_name} geht", f"{address_of(row)}/cancel") for row in mine[::4]),
        ]

    def list_faults(self) -> Iterator[str]:
        mine = rows_of(self.event)
        with reading() as connection:
            places = queries.places(connection, self.event)
        for way, count in places.by_attendance.items():
            if count.taken > 3 or (count.taken < 3 and count.waiting):
                yield f"{way}: {count}"
        numbers = [row.queue_number for row in mine if row.waits_for]
        if None in numbers or len(set(numbers)) != len(numbers):
            yield f"line: {numbers}"
        gone = [row.id for row in mine if row.status == "cancelled"]
        if gone != [row.id for row in mine[::4]]:
            yield f"gone: {gone}"


def _switching(row: Any) -> Racer:
    wanted = [("attendance", OTHER[row.attendance])]
    # Who has cancelled a moment before is told so, or led to their page.
    return Racer(row.first_name, f"{address_of(row)}/attendance", wanted, (303, 422))


class Offers:
    """Five places: one is held, two are offered, the time of two more offers is over, three wait.

    The place and one offer are given back, the other offer is taken, the first two of the line
    leave, four sign up: whoever comes first finds the two whose time is over. So four places go to
    the third of the line and to three of those who sign up, at once or as an offer.
    """

    def __init__(self) -> None:
        event = plan(capacity_in_person=1, offer_hours=24)
        for number in range(8):
            sign_up(event, f"Gast{number}")
        set_capacity(event.slug, 5)
        self.event = event_of(event.slug)
        late = [row.id for row in rows_of(event)[1:3]]
        with transaction() as session:
            over = update(Registration).where(Registration.id.in_(late))
            session.execute(over.values(offer_ends_at=clock.now() - timedelta(seconds=1)))

    @property
    def racers(self) -> list[Racer]:
        mine = rows_of(self.event)
        addresses = [address_of(row) for row in mine]
        return [
            Racer("nimmt an", f"{addresses[3]}/accept"),
            Racer("lehnt ab", f"{addresses[4]}/accept", [("decline", "y")]),
            *(Racer(f"Gast{n} geht", f"{addresses[n]}/cancel") for n in (0, 5, 6)),
            *(guest(f"/events/{self.event.slug}/register", number) for number in range(4)),
        ]

    def list_faults(self) -> Iterator[str]:
        mine = rows_of(self.event)
        left = [row for row in mine if row.status != "cancelled"]
        has_place = [row.status in ("confirmed", "offered") for row in left]
        names = [row.first_name for row in left[:2]]
        if has_place != [True] * 5 + [False] or names != ["Gast3", "Gast7"]:
            yield f"{[(row.first_name, row.status) for row in left]}"
        for row in mine:
            heard = told(self.event)[row.id]
            last = {"confirmed": heard[0] if len(heard) == 1 else "promoted"}
            if len(set(heard)) != len(heard) or heard[-1] != last.get(row.status, row.status):
                yield f"{row.first_name} is {row.status} and heard {heard}"


def faults_of(crossings: Sequence[Crossing]) -> list[str]:
    return [fault for each in crossings for fault in each.list_faults()]


KINDS = pytest.mark.parametrize("make", [Switches, Offers])


@KINDS
@pytest.mark.usefixtures("app")
def test_all_is_well_afterwards(site: Site, make: Callable[[], Crossing]) -> None:
    crossings = [make() for _ in range(ROUNDS)]
    hold_well(site, *(each.racers for each in crossings))
    assert faults_of(crossings) == []


@KINDS
@pytest.mark.usefixtures("app")
def test_without_the_lock_it_goes_wrong(unlocked_site: Site, make: Callable[[], Crossing]) -> None:
    calm = make()
    hold_well(unlocked_site, *([each] for each in calm.racers))
    assert faults_of([calm]) == [], "one after the other nothing does"
    for _ in range(CHANCES):
        crossings = [make() for _ in range(CHANCES)]
        # Also 500, where two would do the same: its mail cannot be owed twice.
        hold(unlocked_site, *(each.racers for each in crossings))
        faults = faults_of(crossings)
        log.info("%s", faults)
        if faults:
            return
    pytest.fail(f"{CHANCES * CHANCES} races without the lock did no harm")
