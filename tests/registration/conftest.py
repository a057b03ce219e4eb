"""The site that races are held on, with the lock, without, and with locks in disorder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import servers
from tests.registration.racing import ANSWERED_BY, PROCESSES
from tests.servers import Site
from tests.smtp import MailServer
from tests.valkey import Valkey
from tests.workers.environment import environment


@pytest.fixture
def environ(
    database_url: str, valkey_server: Valkey, smtp_server: MailServer, tmp_path: Path
) -> dict[str, str]:
    return environment(database_url, valkey_server, smtp_server, tmp_path / "var", NUDGE="off")


def serving(environ: dict[str, str], folder: Path, module: str) -> Iterator[Site]:
    """Eight processes, each with one request at a time."""
    # Loaded once, then forked: nobody still starts while the others race.
    line = f"{ANSWERED_BY} %(p)s: %(m)s %(s)s"
    options = ["--preload", "--access-logfile=-", f"--access-logformat={line}"]
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


@pytest.fixture
def disordered_site(environ: dict[str, str], tmp_path: Path) -> Iterator[Site]:
    yield from serving(environ, tmp_path, "tests.registration.disordered")
