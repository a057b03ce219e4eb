"""Two hundred sign-ups at once for fifty places, from eight processes, on both databases.

The control takes the lock out and oversells: it proves that the race can be lost.
"""

import multiprocessing
from dataclasses import replace

import pytest
from sqlalchemy import select

from eventapp.base import table_of
from eventapp.db import db, reading
from eventapp.registration import queries
from eventapp.registration.models import Registration
from tests.conftest import SettingsMaker
from tests.registration.racer import Race, run
from tests.registration.test_actions import mails, plan, rows, statuses

PROCESSES, SIGN_UPS, PLACES = 8, 200, 50


def hold(race: Race) -> list[str]:
    """All processes at once; their errors."""
    db.engine.dispose()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.registration.racer"])
    barrier, errors = context.Barrier(PROCESSES), context.Queue()
    processes = [
        context.Process(target=run, args=(race, number, barrier, errors))
        for number in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    told: list[str | None] = []
    while told.count(None) < PROCESSES:
        told.append(errors.get(timeout=90))
    for process in processes:
        process.join(30)
    errors.close()
    errors.join_thread()
    return [error for error in told if error is not None]


@pytest.fixture
def race(database_url: str, make_settings: SettingsMaker) -> Race:
    return Race(make_settings(database_url), (), SIGN_UPS // PROCESSES)


@pytest.mark.usefixtures("app")
def test_nobody_gets_a_place_that_is_not_there(race: Race) -> None:
    event = plan(capacity_in_person=PLACES)
    assert hold(replace(race, slugs=(event.slug,))) == []
    waiting = SIGN_UPS - PLACES
    assert statuses() == ["confirmed"] * PLACES + ["waitlisted"] * waiting, "in order of arrival"
    with reading() as connection:
        last = queries.get_holder(connection, rows()[-1].id)
    assert last.position == waiting
    assert [kind for kind, _ in mails()] == (
        ["registration-confirmed"] * PLACES + ["registration-waitlisted"] * waiting
    )


@pytest.mark.usefixtures("app")
def test_without_the_lock_places_are_sold_twice(race: Race) -> None:
    """Ten events of five places: ten chances to lose the race."""
    events = [plan(capacity_in_person=PLACES // 10) for _ in range(10)]
    fault = "no_lock" if db.engine.dialect.name == "postgresql" else "count_before"
    # Ten sign-ups each: twice the places, so that all processes meet where places run out.
    slugs = tuple(event.slug for event in events)
    assert hold(replace(race, slugs=slugs, per_process=20, fault=fault)) == []
    sold = select(Registration.id).where(table_of(Registration).c.status == "confirmed")
    with reading() as connection:
        assert len(connection.execute(sold).all()) > PLACES
