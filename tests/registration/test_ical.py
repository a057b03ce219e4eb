"""The calendar entries of one registration."""

import pytest

from eventapp.db import reading
from eventapp.events.ical import CalendarEntry
from eventapp.registration import ical, queries
from tests.registration.test_actions import cancel, plan, rows, sign_up


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("attendance", ["in_person", "online"])
def test_says_where_this_person_goes(attendance: str) -> None:
    event = plan(has_online=True)
    assert event.venue
    sign_up(event, attendance=attendance)
    location = event.venue.one_line if attendance == "in_person" else "Online"
    assert [entry.location for entry in entries()] == [location]


@pytest.mark.usefixtures("app")
def test_a_cancelled_registration_is_a_cancelled_entry() -> None:
    sign_up(plan())
    [before] = entries()
    cancel(rows()[0].id)
    [after] = entries()
    assert (before.status, after.status) == ("CONFIRMED", "CANCELLED")
    assert after.uid == before.uid
    assert after.sequence == before.sequence + 1
    assert after.revised_at > before.revised_at


def entries() -> list[CalendarEntry]:
    with reading() as connection:
        holder = queries.get_holder(connection, rows()[0].id)
    return ical.entries(
        holder,
        public_url="https://events.example",
        attendee=holder.email,
    )
