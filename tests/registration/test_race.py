"""Two hundred at once for twenty places, and ten delegates at once for two of their organisation,
over HTTP, on both databases.

The control takes the lock out and oversells: it proves that the race can be lost.
"""

import logging
from collections.abc import Sequence

import pytest
from flask import Flask

from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.registration import queries
from tests.factories import make_organisation
from tests.registration.racer import Finish, Racer
from tests.registration.racing import (
    CHANCES,
    PROCESSES,
    busy_processes,
    guest,
    hold_well,
)
from tests.registration.test_actions import mails, plan, rows, statuses
from tests.servers import Site

log = logging.getLogger(__name__)

SIGN_UPS, PLACES = 200, 20
DELEGATES, QUOTA = 10, 2


def guests(event: EventDefinition, count: int, *also: tuple[str, str]) -> list[Racer]:
    return [guest(f"/events/{event.slug}/register", number, *also) for number in range(count)]


def confirmed_at(event: EventDefinition) -> int:
    return [row.status for row in rows() if row.event_id == event.id].count("confirmed")


@pytest.mark.usefixtures("app")
def test_nobody_gets_a_place_that_is_not_there(site: Site) -> None:
    [finishes] = hold_well(site, guests(plan(capacity_in_person=PLACES), SIGN_UPS))
    waiting = SIGN_UPS - PLACES
    assert statuses() == ["confirmed"] * PLACES + ["waitlisted"] * waiting, "in order of arrival"
    assert [kind for kind, _ in mails()] == (
        ["registration-confirmed"] * PLACES + ["registration-waitlisted"] * waiting
    )
    with reading() as connection:
        assert queries.get_holder(connection, rows()[-1].id).position == waiting
    assert_everybody_was_told(finishes)
    assert len(busy_processes(site)) == PROCESSES


def assert_everybody_was_told(finishes: Sequence[Finish]) -> None:
    """Each receipt says what is stored: a place, or which one on the waiting list."""
    rank = {row.first_name: number for number, row in enumerate(rows())}
    for finish in finishes:
        position = rank[finish.name] - PLACES + 1
        assert finish.is_confirmed is (position < 1)
        if finish.position is not None:
            assert finish.position == position
    told = [finish.position for finish in finishes if finish.position is not None]
    assert sorted(told) == list(range(1, SIGN_UPS - PLACES + 1))


@pytest.mark.usefixtures("app")
def test_without_the_lock_places_are_sold_twice(unlocked_site: Site) -> None:
    for _ in range(CHANCES):
        event = plan(capacity_in_person=PLACES)
        hold_well(unlocked_site, guests(event, SIGN_UPS))
        log.info("%s of %s places sold", confirmed_at(event), PLACES)
        if confirmed_at(event) > PLACES:
            return
    pytest.fail(f"{CHANCES} races without the lock sold no place twice")


@pytest.fixture
def organisation(app: Flask) -> str:
    """The name of one in the register."""
    del app
    with transaction() as session:
        return make_organisation(session, name="Verein A").name


def delegates(event: EventDefinition, organisation: str) -> list[Racer]:
    return guests(event, DELEGATES, ("organisation", organisation))


def plan_delegates() -> EventDefinition:
    return plan(capacity_in_person=500, fields=["organisation"], delegates_per_organisation=QUOTA)


def test_no_organisation_sends_more_than_it_may(organisation: str, site: Site) -> None:
    hold_well(site, delegates(plan_delegates(), organisation))
    assert statuses() == ["confirmed"] * QUOTA + ["waitlisted"] * (DELEGATES - QUOTA)


def test_without_the_lock_an_organisation_sends_more(
    organisation: str, unlocked_site: Site
) -> None:
    for _ in range(CHANCES):
        events = [plan_delegates() for _ in range(CHANCES)]
        hold_well(unlocked_site, *(delegates(event, organisation) for event in events))
        most = max(confirmed_at(event) for event in events)
        log.info("%s of %s delegates confirmed", most, QUOTA)
        if most > QUOTA:
            return
    pytest.fail(f"{CHANCES * CHANCES} races without the lock exceeded no quota")
