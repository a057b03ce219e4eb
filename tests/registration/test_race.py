"""Two hundred sign-ups at once for fifty places, and ten delegates at once for two of their
organisation, over HTTP, on both databases.

The forms come from eight client processes and go to eight of gunicorn's. The control takes the lock
out and oversells: it proves that the race can be lost.
"""

import logging
import multiprocessing
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.registration import queries
from tests import servers
from tests.factories import make_organisation
from tests.registration import racer
from tests.registration.racer import Finish
from tests.registration.test_actions import mails, plan, rows, statuses
from tests.servers import Site
from tests.smtp import MailServer
from tests.valkey import Valkey
from tests.workers.environment import environment

log = logging.getLogger(__name__)

PROCESSES, SIGN_UPS, PLACES = 8, 200, 50
DELEGATES, QUOTA = 10, 2
CHANCES = 5  # races that the control may take to oversell
_BY = "answered by"


@pytest.fixture
def environ(
    database_url: str, valkey_server: Valkey, smtp_server: MailServer, tmp_path: Path
) -> dict[str, str]:
    return environment(database_url, valkey_server, smtp_server, tmp_path / "var", NUDGE="off")


def serving(environ: dict[str, str], folder: Path, module: str) -> Iterator[Site]:
    """Eight processes, each with one request at a time."""
    # Loaded once, then forked: nobody still starts while the others race.
    options = ["--preload", "--access-logfile=-", f"--access-logformat={_BY} %(p)s: %(m)s %(s)s"]
    with servers.web(
        environ, folder, processes=PROCESSES, threads=1, module=module, options=options
    ) as site:
        yield site


@pytest.fixture
def site(environ: dict[str, str], tmp_path: Path) -> Iterator[Site]:
    yield from serving(environ, tmp_path, "wsgi")


@pytest.fixture
def unlocked_site(environ: dict[str, str], tmp_path: Path) -> Iterator[Site]:
    yield from serving(environ, tmp_path, "tests.registration.unlocked")


def hold(site: Site, slug: str, sign_ups: int = SIGN_UPS, **also: str) -> list[Finish]:
    """Everybody at once, with this in each form; how each fared."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.registration.racer"])
    barrier, results = context.Barrier(PROCESSES), context.Queue()
    names = [f"guest-{number}" for number in range(sign_ups)]
    processes = [
        context.Process(
            target=racer.run,
            args=(site.port, slug, names[first::PROCESSES], also, barrier, results),
        )
        for first in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    try:
        finishes = [results.get(timeout=3 * racer.PATIENCE) for _ in names]
    finally:
        for process in processes:
            process.join(30)
            process.kill()
        results.close()
        results.join_thread()
    assert [finish.trouble for finish in finishes if finish.trouble] == []
    return finishes


def busy_processes(site: Site) -> set[str]:
    """Those of gunicorn's that have answered a form."""
    return set(re.findall(rf"{_BY} (\S+): POST 303", site.log.read_text()))


@pytest.mark.usefixtures("app")
def test_nobody_gets_a_place_that_is_not_there(site: Site) -> None:
    slug = plan(capacity_in_person=PLACES).slug
    finishes = hold(site, slug)
    waiting = SIGN_UPS - PLACES
    assert statuses() == ["confirmed"] * PLACES + ["waitlisted"] * waiting, "in order of arrival"
    assert [kind for kind, _ in mails()] == (
        ["registration-confirmed"] * PLACES + ["registration-waitlisted"] * waiting
    )
    with reading() as connection:
        assert queries.get_holder(connection, rows()[-1].id).position == waiting
    assert_everybody_was_told(finishes)
    assert len(busy_processes(site)) == PROCESSES


def assert_everybody_was_told(finishes: list[Finish]) -> None:
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
        hold(unlocked_site, event.slug)
        mine = [row.status for row in rows() if row.event_id == event.id]
        log.info("%s of %s places sold", mine.count("confirmed"), PLACES)
        if mine.count("confirmed") > PLACES:
            return
    pytest.fail(f"{CHANCES} races without the lock sold no place twice")


@pytest.fixture
def organisation(app: Flask) -> str:
    """The name of one in the register."""
    del app
    with transaction() as session:
        return make_organisation(session, name="Verein A").name


def plan_delegates() -> EventDefinition:
    return plan(capacity_in_person=500, fields=["organisation"], delegates_per_organisation=QUOTA)


def test_no_organisation_sends_more_than_it_may(organisation: str, site: Site) -> None:
    hold(site, plan_delegates().slug, DELEGATES, organisation=organisation)
    assert statuses() == ["confirmed"] * QUOTA + ["waitlisted"] * (DELEGATES - QUOTA)


def test_without_the_lock_an_organisation_sends_more(
    organisation: str, unlocked_site: Site
) -> None:
    for _ in range(CHANCES):
        event = plan_delegates()
        hold(unlocked_site, event.slug, DELEGATES, organisation=organisation)
        mine = [row.status for row in rows() if row.event_id == event.id]
        log.info("%s of %s delegates confirmed", mine.count("confirmed"), QUOTA)
        if mine.count("confirmed") > QUOTA:
            return
    pytest.fail(f"{CHANCES} races without the lock exceeded no quota")
