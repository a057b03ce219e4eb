"""The calendar entries of one registration."""

import pytest

from eventapp.db import reading
from eventapp.events.ical import CalendarEntry
from eventapp.registration import ical, queries
from tests.registration.test_actions import cancel, plan, rows, sign_up


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("attendance", "location"),
    [("in_person", "Haus der Begegnung, Musterstraße 12, 12345 Musterstadt"), ("online", "Online")],
)
def test_says_where_this_person_goes(attendance: str, location: str) -> None:
    sign_up(plan(has_online=True), attendance=attendance)
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
        mail_from=("Veranstaltungen", "events@example.org"),
        attendee=holder.email,
    )
