"""Workers killed with SIGKILL while a mail server has a bad day: no mail is lost, none comes twice
but in the window that SMTP leaves, and all are settled a minute after the last restart.

Real processes, SQLite and PostgreSQL with fsync on. The ordinary run is short; TEST_LONG=1 runs the
stated numbers: 1,000 mails and 20 kills. `--log-cli-level=INFO` shows the figures.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from celery import Celery
from flask import Flask
from sqlalchemy import create_engine, select

from config import Settings
from eventapp import clock, create_app
from eventapp.base import table_of
from eventapp.db import db, transaction
from eventapp.events.models import AskComing
from eventapp.mail.models import MailState, OutboxMail
from eventapp.ops.embedded import urls
from tests import servers
from tests.factories import make_event, make_network
from tests.faults.scripted import FINAL, Deed, ScriptedServer, deed_of, scripted_server
from tests.faults.test_faults import IS_LONG, durable_url  # noqa: F401  a fixture
from tests.registration.test_actions import event_of, sign_up
from tests.servers import Program
from tests.valkey import Valkey, valkey
from tests.workers.environment import environment

log = logging.getLogger(__name__)

MAILS, KILLS = (1000, 20) if IS_LONG else (60, 2)
SETTLED_WITHIN = 60.0  # seconds after the last restart
AT_ONCE = 500 if IS_LONG else 60
PROCESSES = 2
_M = table_of(OutboxMail).c


@dataclass
class Post:
    """Workers and timetables over one database and one mail server."""

    database_url: str
    broker: Valkey
    smtp: ScriptedServer
    workers: list[Program]
    timetables: list[Program]

    def rows(self) -> list[Any]:
        engine = create_engine(self.database_url)
        with engine.connect() as connection:
            found = connection.execute(select(table_of(OutboxMail))).all()
        engine.dispose()
        return list(found)

    def is_settled(self) -> bool:
        """Sent, given up, or waiting for a retry that is due later."""
        now = clock.now()
        return not any(
            row.state == MailState.SENDING or (row.state == MailState.PENDING and row.due_at <= now)
            for row in self.rows()
        )

    def is_over(self) -> bool:
        return all(row.settled_at for row in self.rows())

    def wait(self, condition: Callable[[], bool], seconds: float) -> float:
        """Seconds until it held."""
        began = monotonic()
        while not condition():
            states = Counter(row.state for row in self.rows())
            assert monotonic() - began < seconds, f"still {states}, done {self.smtp.seen}"
            sleep(0.2)
        return monotonic() - began


@contextmanager
def post(
    database_url: str,
    folder: Path,
    *,
    workers: int = 1,
    timetables: int = 1,
    is_fickle: bool = True,
    **settings: str,
) -> Iterator[Post]:
    """The server's mood is set before anything starts: the first worker sends at once, while the
    second one is still starting."""
    with ExitStack() as stack:
        broker = stack.enter_context(valkey(folder / "broker"))
        smtp = stack.enter_context(scripted_server())
        smtp.is_fickle = is_fickle
        smtp.delay = 0.02  # seconds; widens the window within DATA
        settings = {"MAIL_PER_DOMAIN": "100000", **settings}
        environ = environment(database_url, broker, smtp, folder / "var", **settings)
        ticking = [
            stack.enter_context(servers.timetable(environ, folder, name=f"timetable-{n}"))
            for n in range(timetables)
        ]
        working = [
            stack.enter_context(
                servers.worker(environ, folder, name=f"worker-{n}", processes=PROCESSES)
            )
            for n in range(workers)
        ]
        yield Post(database_url, broker, smtp, working, ticking)


@pytest.fixture
def site(
    durable_url: str,  # noqa: F811  the fixture
    make_settings: Callable[..., Settings],
) -> Iterator[Flask]:
    app = create_app(make_settings(durable_url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def owe(count: int, **values: Any) -> None:
    """So many people who are told that they have a place."""
    with transaction() as session:
        network = make_network(session)
        slug = make_event(session, network=network, capacity_in_person=10_000, **values).slug
    event = event_of(slug)
    for number in range(count):
        sign_up(event, f"Gast-{number}", token=f"{slug}-{number}", now=clock.now() - _LONG_AGO)
    db.session.remove()
    db.engine.dispose()


_LONG_AGO = timedelta(days=2)


def kill_on_the_way(place: Post) -> int:
    """The worker, evenly spread over the mails; how many were sent twice by this at most."""
    [worker] = place.workers
    for kill in range(1, KILLS + 1):
        goal = MAILS * 0.8 * kill / (KILLS + 1)
        place.wait(lambda goal=goal: len(place.smtp.received) >= goal, 300)  # type: ignore[misc]
        worker.kill()
        sleep(0.2)
        worker.start()
    return KILLS * PROCESSES


@pytest.mark.usefixtures("site")
def test_whoever_is_killed_and_whatever_the_server_says_nothing_is_lost(
    durable_url: str,  # noqa: F811  the fixture
    tmp_path: Path,
) -> None:
    owe(MAILS)
    with post(durable_url, tmp_path, SMTP_TIMEOUT="3", MAIL_LEASE="7") as place:
        most_twice = kill_on_the_way(place)
        seconds = place.wait(place.is_settled, SETTLED_WITHIN)
        place.wait(place.is_over, 120)
        rows, accepted = place.rows(), place.smtp.accepted()
    states = {f"gast-{n}@example.org": row.state for n, row in enumerate(sorted_by_id(rows))}
    twice = {address for address, ids in accepted.items() if len(ids) > 1}
    by_kill = {address for address in twice if deed_of(address) is not Deed.WINDOW}
    for address, state in states.items():
        if deed_of(address) in FINAL:
            assert (state, address in accepted) == ("failed", False), address
        elif state != MailState.UNKNOWN:  # twice interrupted, nobody can tell
            assert state == MailState.SENT, address
            assert address in accepted, f"lost: {address}"
    unknown = [address for address, state in states.items() if state == MailState.UNKNOWN]
    assert len(unknown) + len(by_kill) <= most_twice
    for address, ids in accepted.items():
        assert len(set(ids)) == 1, f"{address} got two mails"
        assert len(ids) <= 2, f"{address} got one mail {len(ids)} times"
    log.info(
        "%s mails, %s kills: settled %.1f s after the last restart; twice with the same Message-ID"
        " %s by the server's window, %s by a kill; unknown %s; the server did %s",
        *(MAILS, KILLS, seconds, len(twice) - len(by_kill), len(by_kill), len(unknown)),
        {str(deed): n for deed, n in place.smtp.seen.items()},
    )


def sorted_by_id(rows: list[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: row.id)


@pytest.mark.usefixtures("site")
def test_two_workers_and_two_timetables_send_each_mail_once(
    durable_url: str,  # noqa: F811  the fixture
    tmp_path: Path,
) -> None:
    """Also what a sweep owes: both timetables ring for it, and bells are rung on top."""
    tomorrow = clock.now() + timedelta(hours=20)
    owe(AT_ONCE, dates=[(tomorrow, tomorrow + _AN_HOUR)], ask_coming=AskComing.ALL)
    patient = {"SMTP_TIMEOUT": "20", "MAIL_LEASE": "45"}  # a busy machine is no fault
    with post(durable_url, tmp_path, workers=2, timetables=2, is_fickle=False, **patient) as place:
        ring(place.broker, "reminders.coming", 20)
        place.wait(lambda: len(place.rows()) >= 2 * AT_ONCE, 60)
        seconds = place.wait(place.is_over, 300)
        sleep(2)  # whatever would come twice comes now
        rows, accepted = place.rows(), place.smtp.accepted()
    final = sum(deed_of(f"gast-{n}@example.org") in FINAL for n in range(AT_ONCE))
    assert Counter(row.state for row in rows) == {
        "sent": 2 * (AT_ONCE - final),
        "failed": 2 * final,
    }
    ids = [each for found in accepted.values() for each in found]
    assert len(ids) == len(set(ids)) == 2 * (AT_ONCE - final)
    log.info("%s mails by two workers and two timetables, none twice, %.1f s", len(ids), seconds)


_AN_HOUR = timedelta(hours=1)


def ring(broker: Valkey, task: str, times: int) -> None:
    """As a timetable would."""
    with Celery(broker=urls(broker.url).celery) as bell:
        for _ in range(times):
            bell.send_task(task)
