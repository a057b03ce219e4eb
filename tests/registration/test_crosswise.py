"""Two workshops, and two events of a series, with one seat each: half of the people name them in
one order and half in the other, all at once, over HTTP, on both databases.

One control takes the lock out and sells a seat twice; one takes the locks in disorder, and people
stand in each other's way.
"""

import logging
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Select, select

from eventapp.base import table_of
from eventapp.db import reading, transaction
from eventapp.events.models import Event, ProgrammeItem
from eventapp.mail.models import OutboxMail
from eventapp.registration.models import Place, Registration
from tests.factories import at, in_days, make_event, make_network, make_series
from tests.registration.racer import Finish, Racer
from tests.registration.racing import CHANCES, guest, hold, hold_well
from tests.registration.test_actions import plan
from tests.servers import Site

log = logging.getLogger(__name__)

ROUNDS = 100 if os.environ.get("TEST_LONG") else 6  # of each kind
PEOPLE = 16
_numbers = count(1)

_R, _P = table_of(Registration).c, table_of(Place).c
_REGISTERED = select(_R.first_name).join(table_of(Event), Event.id == _R.event_id)
_SEATS_OF_ITEMS = (
    select(ProgrammeItem.slug, _R.first_name)
    .join(table_of(Place), _P.programme_item_id == ProgrammeItem.id)
    .join(table_of(Registration), _R.id == _P.registration_id)
    .join(table_of(Event), Event.id == _R.event_id)
    .where(_P.status == "confirmed")
)
_SEATS_OF_EVENTS = (
    select(Event.slug, _R.first_name)
    .join(table_of(Registration), _R.event_id == Event.id)
    .where(_R.status == "confirmed")
)


@dataclass(frozen=True)
class Crossing:
    """Two seats, and everybody wants both."""

    page: str
    field: str
    seats: tuple[str, str]
    events: Sequence[str]
    _held: Select[Any]

    @property
    def racers(self) -> list[Racer]:
        """Every other one names the seats the other way round; who comes too late is refused."""
        wish = [(self.field, seat) for seat in self.seats]
        orders = (wish, wish[::-1])
        return [guest(self.page, n, *orders[n % 2], expects=(303, 422)) for n in range(PEOPLE)]

    @property
    def held(self) -> list[tuple[str, str]]:
        """(seat, whose), as stored."""
        return sorted((row[0], row[1]) for row in self._ask(self._held))

    @property
    def registered(self) -> set[str]:
        """Who is in, with seats or without."""
        return {row[0] for row in self._ask(_REGISTERED)}

    @property
    def is_sold_twice(self) -> bool:
        return max(Counter(seat for seat, _ in self.held).values()) > 1

    def _ask(self, statement: Select[Any]) -> Sequence[Any]:
        with reading() as connection:
            return connection.execute(statement.where(Event.slug.in_(self.events))).all()


def workshops() -> Crossing:
    """One after the other on one day; without a waiting list the whole form is refused."""
    day = in_days(40)
    items = [
        {"slug": slug, "capacity": 1, "starts_at": at(day, hour), "ends_at": at(day, hour + 1)}
        for slug, hour in (("farbe", 10), ("holz", 11))
    ]
    event = plan(
        dates=[(at(day, 10), at(day, 12))], capacity_in_person=500, waiting_list=False, items=items
    )
    page = f"/events/{event.slug}/register"
    return Crossing(page, "programme_items", ("farbe", "holz"), [event.slug], _SEATS_OF_ITEMS)


def series() -> Crossing:
    """What takes place first is stored last: the order of days is not that of ids."""
    number = next(_numbers)
    early, late = f"frueh-{number}", f"spaet-{number}"
    with transaction() as session:
        network = make_network(session)
        whole = make_series(session, network, f"reihe-{number}")
        for slug, days in ((late, 50), (early, 40)):
            make_event(
                session,
                slug,
                network=network,
                series_id=whole.id,
                dates=[(at(in_days(days), 10), at(in_days(days), 12))],
                capacity_in_person=1,
                waiting_list=False,
            )
    page = f"/series/reihe-{number}/register"
    return Crossing(page, "events", (early, late), (early, late), _SEATS_OF_EVENTS)


KINDS = (workshops, series)


@pytest.mark.usefixtures("app")
def test_who_is_in_holds_both_seats(site: Site) -> None:
    crossings = [kind() for _ in range(ROUNDS) for kind in KINDS]
    finishes = hold_well(site, *(each.racers for each in crossings))
    for crossing, some in zip(crossings, finishes, strict=True):
        assert_one_has_both(crossing, some)
    with reading() as connection:
        owed = Counter(connection.execute(select(OutboxMail.kind)).scalars())
    assert owed == {"registration-confirmed": ROUNDS, "series-registered": ROUNDS}


def assert_one_has_both(crossing: Crossing, finishes: Sequence[Finish]) -> None:
    """And only this one was told so."""
    [winner] = crossing.registered
    assert crossing.held == [(seat, winner) for seat in crossing.seats]
    assert [each.name for each in finishes if each.code == 303] == [winner]


@pytest.mark.usefixtures("app")
def test_without_the_lock_a_seat_is_sold_twice(unlocked_site: Site) -> None:
    missing = set(KINDS)
    for _ in range(CHANCES):
        crossings = [(kind, kind()) for _ in range(CHANCES) for kind in KINDS]
        hold_well(unlocked_site, *(each.racers for _, each in crossings))
        sold = [kind.__name__ for kind, each in crossings if each.is_sold_twice]
        log.info("sold twice: %s of %s races each", Counter(sold), CHANCES)
        missing -= {kind for kind in KINDS if kind.__name__ in sold}
        if not missing:
            return
    pytest.fail(f"{CHANCES * CHANCES} races without the lock sold no seat twice: {missing}")


@pytest.mark.usefixtures("app")
def test_locked_in_disorder_people_are_turned_away(
    disordered_site: Site, database_url: str
) -> None:
    is_sqlite = database_url.startswith("sqlite")
    for _ in range(CHANCES):
        finishes = hold(disordered_site, *(series().racers for _ in range(CHANCES)))
        troubles = [each.trouble for some in finishes for each in some if each.trouble]
        log.info("%s turned away", len(troubles))
        assert all("/register: 503 " in each for each in troubles)
        if is_sqlite:
            assert troubles == [], "one lock for everything has no order"
        if troubles or is_sqlite:
            return
    pytest.fail(f"{CHANCES * CHANCES} races with locks in disorder came to no deadlock")
