"""The servers that tests share. `conftest.py` loads this module with `pytest_plugins`.

One PostgreSQL serves the whole run: the first process that asks starts it, the run's end stops it.
Every xdist process has a Valkey of its own, so that it may empty it.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest

from tests.postgres import Postgres, postgres
from tests.smtp import MailServer, mail_server
from tests.valkey import Valkey, valkey

_RUN_FOLDER = "EVENTAPP_TEST_RUN"  # set here for the xdist processes, which inherit it


def pytest_configure(config: pytest.Config) -> None:
    if _is_controller(config):
        # Not pytest's own folder: a server that runs as another user must get in.
        folder = tempfile.mkdtemp(prefix="eventapp-test-")
        Path(folder).chmod(0o755)
        os.environ[_RUN_FOLDER] = folder


def pytest_unconfigure(config: pytest.Config) -> None:
    if _is_controller(config):
        folder = os.environ.pop(_RUN_FOLDER)
        Postgres(Path(folder) / "postgres").stop()
        shutil.rmtree(folder)


def _is_controller(config: pytest.Config) -> bool:
    """True in the process that began the run, with xdist or without."""
    return not hasattr(config, "workerinput")


@pytest.fixture(scope="session")
def run_folder() -> Path:
    """A folder of this run that every user may enter, short enough for sockets."""
    return Path(os.environ[_RUN_FOLDER])


@pytest.fixture(scope="session")
def postgres_server(run_folder: Path) -> Postgres:
    """The run's PostgreSQL; take databases of your own from it, and leave it running."""
    cluster = Postgres(run_folder / "postgres")
    with (run_folder / "postgres.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not cluster.is_running():
            cluster.create()
            cluster.start()
    return cluster


@pytest.fixture(scope="session")
def durable_postgres(run_folder: Path) -> Iterator[Postgres]:
    """One for this process whose commits reach the disk; leave it running as well."""
    with postgres(Path(tempfile.mkdtemp(prefix="durable-", dir=run_folder)), durable=True) as own:
        yield own


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """An empty database, dropped after the test."""
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)


@pytest.fixture(scope="session")
def valkey_of_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    """A broker for this process; use `valkey_server`, which is empty."""
    with valkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture
def valkey_server(valkey_of_process: Valkey) -> Valkey:
    """An empty broker; leave it running (for killing, start your own)."""
    valkey_of_process.flush()
    return valkey_of_process


@pytest.fixture
def smtp_server() -> Iterator[MailServer]:
    """A mail server of the test's own."""
    with mail_server() as server:
        yield server
