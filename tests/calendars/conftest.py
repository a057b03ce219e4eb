"""One inventory for each database in a run: making it takes seconds, looking at it none."""

import pickle
from collections.abc import Iterator
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventapp import clock
from eventapp.db import db
from tests.calendars.acts import take_stock
from tests.calendars.cases import TODAY, stand_at
from tests.calendars.inventory import Inventory
from tests.smtp import MailServer


@pytest.fixture(autouse=True)
def today(app: Flask) -> Iterator[None]:  # noqa: ARG001  an app begins with the right time
    """The nights on which clocks are changed stay ahead."""
    stand_at(TODAY)
    yield
    clock.shift(0)


@pytest.fixture
def inventory(client: FlaskClient, smtp_server: MailServer, run_folder: Path) -> Inventory:
    """Made by the first process that asks."""
    kept = run_folder / f"calendars-{db.engine.dialect.name}"
    with kept.with_suffix(".lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not kept.exists():
            kept.write_bytes(pickle.dumps(take_stock(client, smtp_server)))
    found: Inventory = pickle.loads(kept.read_bytes())
    return found
