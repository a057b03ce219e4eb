"""One inventory for each database in a process: making it takes seconds, looking at it none."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventapp import clock
from eventapp.db import db
from tests.calendars.acts import take_stock
from tests.calendars.cases import TODAY
from tests.calendars.inventory import Inventory
from tests.smtp import MailServer

_made: dict[str, Inventory] = {}


@pytest.fixture(autouse=True)
def today(app: Flask) -> Iterator[None]:  # noqa: ARG001  an app begins with the right time
    """The nights on which clocks are changed stay ahead."""
    clock.shift((TODAY - clock.now()).total_seconds())
    yield
    clock.shift(0)


@pytest.fixture
def inventory(client: FlaskClient, smtp_server: MailServer) -> Inventory:
    dialect = db.engine.dialect.name
    if dialect not in _made:
        _made[dialect] = take_stock(client, smtp_server)
    return _made[dialect]
