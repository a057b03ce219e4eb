"""Recording presence: once, and without holding up those who write beside it."""

import pytest
from sqlalchemy import func, select

from eventapp import clock
from eventapp.attendance.actions import ONLINE_DOOR, record_presence
from eventapp.attendance.models import Presence
from eventapp.db import reading, transaction
from tests.registration.test_actions import plan, rows, sign_up
from tests.statements import counted


@pytest.mark.usefixtures("app")
def test_presence_is_recorded_once_and_blocks_no_reference() -> None:
    """FOR UPDATE would wait for, and hold up, inserts that refer to the registration: scans."""
    event = plan(has_online=True)
    sign_up(event, attendance="online")
    with counted() as statements:
        for _ in range(2):
            with transaction() as session:
                ids = rows()[0].id, event.dates[0].id
                record_presence(session, *ids, ONLINE_DOOR, now=clock.now())
    assert not [each for each in statements if each.rstrip().endswith("FOR UPDATE")]
    with reading() as connection:
        assert connection.execute(select(func.count()).select_from(Presence)).scalar_one() == 1
