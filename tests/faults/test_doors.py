"""Three doors without a network, and a server that is killed while they send: nothing is lost, no
scan is there twice, every guest is present once, and every second scan is a conflict.

TEST_LONG=1 kills it more often. The same with a real browser: tests/browser/test_three_doors.py.
"""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from time import sleep

import pytest
from flask import Flask
from sqlalchemy import text

from eventapp.db import transaction
from eventapp.networks.models import Role, Scope
from tests import servers
from tests.checkin.door import Door
from tests.checkin.phones import (
    OVERLAPS,
    PHONES,
    Phone,
    assert_settled,
    make_guests,
    plan,
    send_all,
)
from tests.faults.test_faults import IS_LONG, durable_url  # noqa: F401  a fixture
from tests.servers import Site
from tests.visitors import colleague

CERTAINLY_AT = 1  # the number of the upload
PERHAPS_AT = (3, 5, 8, 11) if IS_LONG else (5,)
NAMES = ("Nord", "Süd", "West")
WRONG = (timedelta(), timedelta(hours=-11), timedelta(hours=7))


@pytest.fixture
def database_url(durable_url: str) -> str:  # noqa: F811
    return durable_url


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Site]:
    with servers.web(servers.production(database_url, tmp_path), tmp_path) as site:
        yield site


class Killer:
    """Kills the server while an upload is under way, and starts it again.

    Once certainly: the upload waits for a lock, so its scans are read and not yet written. Then at
    random moments, which may come after the commit, or too late to be felt.
    """

    def __init__(self, app: Flask, server: Site, random: Random) -> None:
        self._app, self._server, self._random = app, server, random
        self._thread: threading.Thread | None = None

    def __call__(self, upload: int) -> None:
        self.wait()
        if upload == CERTAINLY_AT:
            held = threading.Event()
            self._start(lambda: self._kill_before_writing(held))
            assert held.wait(60)
        elif upload in PERHAPS_AT:
            self._start(self._kill_soon)

    def _start(self, deed: Callable[[], None]) -> None:
        self._thread = threading.Thread(target=deed)
        self._thread.start()

    def _kill_before_writing(self, held: threading.Event) -> None:
        with self._app.app_context(), transaction() as session:
            if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer anyway
                session.execute(text("LOCK TABLE scan IN EXCLUSIVE MODE"))
            held.set()
            sleep(0.5)
            self._server.kill()

    def _kill_soon(self) -> None:
        sleep(self._random.uniform(0.005, 0.06))
        self._server.kill()

    def wait(self) -> None:
        """Until the server answers again."""
        if self._thread:
            self._thread.join(60)
            self._thread = None
            self._server.start()


def test_three_doors_and_a_server_that_is_killed(app: Flask, server: Site, tmp_path: Path) -> None:
    random = Random(20260911)
    door = Door()
    guests = make_guests(door)
    reads = plan(guests, random)
    phones = [
        Phone(name, door.pair(name), wrong, tmp_path / f"{name}.json")
        for name, wrong in zip(NAMES, WRONG, strict=True)
    ]
    for number in range(PHONES):
        mine = [read for read in reads if read.phone == number]
        phones[number].keep(mine, random)
    killer = Killer(app, server, random)
    send_all(phones, door.slug, random, server.url, killer)
    killer.wait()
    assert sum(each.broken for each in phones) > 0
    assert_settled(door, reads, NAMES)
    ada = colleague(app, "ada", (Role.ORGANISER, Scope.EVENT, door.event_id))
    page = ada.get(f"/organise/events/{door.slug}/doors/conflicts").text
    assert page.count('class="conflict"') == OVERLAPS
    assert f"Offen ({OVERLAPS})" in page
