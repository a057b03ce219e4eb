"""Processes killed with SIGKILL while people sign up: nobody who was answered goes without mail.

Real processes, SQLite and PostgreSQL with fsync on. The ordinary run is short; TEST_LONG=1 runs the
stated numbers: ten times 200 sign-ups, and 100 around the broker's end. `--log-cli-level=INFO`
shows the figures.
"""

import logging
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests.conftest import DATABASES, fill
from tests.factories import make_event, make_network
from tests.faults.installation import Installation, Participants, installation
from tests.postgres import Postgres

log = logging.getLogger(__name__)

IS_LONG = os.environ.get("TEST_LONG") == "1"
TIMES, SIGN_UPS, AROUND_THE_BROKER = (10, 200, 100) if IS_LONG else (1, 40, 24)
BACK = 60.0  # seconds after the broker's return in which all mail must have left


@pytest.fixture(params=DATABASES)
def durable_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database whose commits reach the disk."""
    if request.param == "sqlite":
        path = tmp_path / "eventapp.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    cluster: Postgres = request.getfixturevalue("durable_postgres")
    return cluster.create_database(cluster.template("migrated", fill))


@pytest.fixture
def slug(durable_url: str) -> str:
    """An event with room for all."""
    engine = create_engine(durable_url)
    with Session(engine) as session, session.begin():
        network = make_network(session)
        found = make_event(session, network=network, capacity_in_person=10_000).slug
    engine.dispose()
    return found


@contextmanager
def meanwhile(deed: Callable[[], None]) -> Iterator[None]:
    """Do it in a thread of its own; over when both are."""
    thread = threading.Thread(target=deed)
    thread.start()
    try:
        yield
    finally:
        thread.join(300)
    assert not thread.is_alive(), "the deed does not end"


def havoc(place: Installation) -> None:
    """Everybody is killed once, the web twice."""
    deeds: tuple[Callable[[], None], ...] = (
        place.kill_web_process,
        lambda: place.restart(place.worker),
        place.broker.kill,
        place.kill_web_process,
        place.broker.start,
        lambda: place.restart(place.timetable),
    )
    for deed in deeds:
        sleep(0.7)
        deed()


def names(prefix: str, count: int) -> list[str]:
    return [f"{prefix}-{number}" for number in range(count)]


def test_who_was_answered_gets_mail_whoever_is_killed(
    durable_url: str, slug: str, tmp_path: Path
) -> None:
    """Nobody rings (NUDGE=off), as if every web process died between commit and ring."""
    with installation(durable_url, tmp_path, NUDGE="off") as place:
        people = Participants(place.site.url, slug)
        answered: list[str] = []
        twice = 0
        for round_ in range(TIMES):
            with meanwhile(lambda: havoc(place)):
                answered += people.sign_up(names(f"r{round_}", SIGN_UPS))
            twice = place.wait_for_mails(answered, 120)
        assert len(answered) == TIMES * SIGN_UPS
        troubles = len(people.troubles)
        log.info("%s answered, %s mails twice, %s broken requests", len(answered), twice, troubles)


def test_without_a_broker_all_are_accepted_and_mail_leaves_when_it_is_back(
    durable_url: str, slug: str, tmp_path: Path
) -> None:
    with installation(durable_url, tmp_path) as place:
        people = Participants(place.site.url, slug)
        third = AROUND_THE_BROKER // 3
        answered = people.sign_up(names("before", third))
        with meanwhile(place.forget_broker):
            answered += people.sign_up(names("at-its-end", third))
        answered += people.sign_up(names("without", AROUND_THE_BROKER - 2 * third))
        assert people.troubles == []
        assert len(answered) == AROUND_THE_BROKER
        place.broker.start()
        back = monotonic()
        place.wait_for_mails(answered, BACK)
        log.info("all mail delivered %.1f s after the broker's return", monotonic() - back)
