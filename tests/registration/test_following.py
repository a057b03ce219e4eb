"""What a change of an event does to those who are signed up already."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.events.actions import update_event
from eventapp.events.ical import CalendarEntry
from eventapp.registration import ical, queries
from eventapp.registration.following import follow
from tests.factories import ORIGIN
from tests.registration.test_actions import (
    event_of,
    item_states,
    mails,
    plan,
    rows,
    sign_up,
)

pytestmark = pytest.mark.usefixtures("app")

DAY = timedelta(days=1)


def change(slug: str, now: datetime, **values: Any) -> None:
    event = event_of(slug)
    with transaction() as session:
        update_event(session, slug, origin=ORIGIN, now=now, **values)
        follow(session, event.id, now=now)


def entries(registration_id: int) -> list[CalendarEntry]:
    with reading() as connection:
        holder = queries.get_holder(connection, registration_id)
    return ical.entries(holder, public_url="https://events.example", attendee=None)


def test_a_new_date_gets_a_uid_of_its_own_and_the_old_one_keeps_its() -> None:
    event = plan(slug="kurs")
    sign_up(event)
    [before] = entries(rows()[0].id)
    assert event.starts_at is not None
    assert event.ends_at is not None
    first = {"starts_at": event.starts_at, "ends_at": event.ends_at}
    second = {"starts_at": event.starts_at + DAY, "ends_at": event.ends_at + DAY}
    change("kurs", clock.now(), dates=[first, second], ends_at=second["ends_at"])
    kept, new = entries(rows()[0].id)
    assert kept.uid == before.uid
    assert new.uid.startswith("r-")
    assert new.uid not in (before.uid, event_of("kurs").dates[1].uid)


def test_dtstamp_rises_when_the_event_moves_in_the_second_of_the_sign_up() -> None:
    sign_up(plan(slug="treffen"), now=clock.now() + timedelta(minutes=1))
    [before] = entries(rows()[0].id)
    change("treffen", clock.now(), venue_name="Rathaus")
    [after] = entries(rows()[0].id)
    assert after.sequence == before.sequence + 1
    assert after.revised_at > before.revised_at


def test_more_places_go_to_those_who_wait() -> None:
    sign_up(plan(slug="treffen", capacity_in_person=1), "Ada")
    for name in ("Ben", "Cleo"):
        sign_up(event_of("treffen"), name)
    change("treffen", clock.now(), capacity_in_person=2)
    assert [row.status for row in rows()] == ["confirmed", "confirmed", "waitlisted"]
    assert mails()[-1][0] == "registration-promoted"


def test_more_seats_in_a_workshop_go_to_those_who_wait_for_it() -> None:
    event = plan(slug="treffen", items=[{"slug": "a", "capacity": 1}])
    for name in ("Ada", "Ben"):
        sign_up(event, name, items=("a",))
    assert item_states(rows()[1].id) == {"a": "waitlisted"}
    item = event.choices[0]
    wanted = {
        "slug": "a",
        "title": item.title,
        "starts_at": item.starts_at,
        "ends_at": item.ends_at,
        "room": None,
        "speakers": [],
        "capacity": 2,
        "choice_group": None,
    }
    change("treffen", clock.now(), programme=[wanted])
    assert item_states(rows()[1].id) == {"a": "confirmed"}
