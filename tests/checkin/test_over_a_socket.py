"""What a scan costs is what the tests' client says: the same over a real socket, told by the
database itself."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from flask import Flask

from tests import servers
from tests.checkin.door import Door
from tests.checkin.test_sync import scan
from tests.postgres import Postgres
from tests.servers import Site

STATEMENT = re.compile(r"LOG:  (?:statement|execute [^:]*): (\w+)")


@pytest.fixture
def database_url(postgresql_database: str) -> str:
    """PostgreSQL alone: SQLite keeps no log."""
    return postgresql_database


@pytest.fixture
def server(postgres_server: Postgres, database_url: str, tmp_path: Path) -> Iterator[Site]:
    """As in production; all that it asks stands in the log."""
    environ = servers.production(database_url, tmp_path)
    with (
        postgres_server.logging_statements(database_url),
        servers.web(environ, tmp_path, processes=1, threads=1) as site,
    ):
        yield site


@pytest.mark.parametrize("size", [1, 100])
def test_a_batch_costs_four_statements_in_one_transaction(
    app: Flask,  # noqa: ARG001  the app is the database
    postgres_server: Postgres,
    server: Site,
    size: int,
) -> None:
    door = Door()
    guests, token = [door.guest() for _ in range(size)], door.pair()
    url, bearer = f"{server.url}/api/v1/checkin/{door.slug}/scans", f"Bearer {token}"

    def send(*codes: str) -> list[str]:
        """What was asked for it."""
        before = len(postgres_server.log)
        body = {"scans": [scan(code) for code in codes]}
        answer = httpx.post(url, json=body, headers={"Authorization": bearer}, timeout=60)
        assert answer.status_code == 200, answer.text
        return STATEMENT.findall(postgres_server.log[before:])

    send("erster")  # what a process remembers of the event
    asked = send(*(guest.ticket for guest in guests))
    assert asked == ["BEGIN", "SELECT", "SELECT", "INSERT", "SELECT", "COMMIT"]
