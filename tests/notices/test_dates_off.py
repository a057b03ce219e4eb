"""One date of a course is called off alone: everybody learns which, and the others stay."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from eventapp.attendance.rules import online_door
from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.planning import actions as planning
from eventapp.planning.rules import LastDate
from eventapp.registration import queries
from eventapp.registration.holder import Holder
from eventapp.reminders.moments import list_planned
from tests.factories import ORIGIN, at, in_days
from tests.feeds.subscriber import events
from tests.feeds.test_own import make_feed
from tests.notices.changing import calendars, deliver, notices, owe, text
from tests.registration.test_actions import NOW, event_of, plan, rows, sign_up
from tests.registration.test_holder_pages import address_of

DAYS = (30, 37, 44)
SOON = timedelta(minutes=20)


def course(days: Sequence[int] = DAYS, **values: object) -> EventDefinition:
    spans = [(at(in_days(day), 17), at(in_days(day), 19)) for day in days]
    return plan(slug="kurs", title="Kurs", dates=spans, **values)


def set_date(n: int, now: datetime, *, is_off: bool = True) -> bool:
    """The date of this number, from 0, called off or brought back."""
    date_id = event_of("kurs").dates[n].id
    with transaction() as session:
        return planning.set_date(session, "kurs", date_id, is_off=is_off, origin=ORIGIN, now=now)


def holder() -> Holder:
    with reading() as connection:
        return queries.get_holder(connection, rows()[0].id)


@pytest.mark.usefixtures("app")
def test_the_mail_takes_that_date_back_and_keeps_the_others() -> None:
    sign_up(course())
    before = holder()
    deliver()
    assert set_date(1, NOW + SOON)
    assert owe(NOW + 2 * SOON) == 1
    [mail] = deliver()["event-changed"]
    assert mail["Subject"] == "Ein Termin fällt aus: Kurs"
    assert "Die anderen Termine finden statt." in text(mail)
    assert "abgesagt:" in text(mail)
    acts = {}
    for found in calendars(mail):
        [entry] = found.walk("VEVENT")
        acts[str(entry["UID"])] = (str(found["METHOD"]), str(entry["STATUS"]), entry["SEQUENCE"])
    first, gone, last = (before.uids[each.id] for each in before.event.dates)
    number = before.event.sequence + before.sequence + 1
    assert acts == {
        first: ("REQUEST", "CONFIRMED", number),
        gone: ("CANCEL", "CANCELLED", number),
        last: ("REQUEST", "CONFIRMED", number),
    }


@pytest.mark.usefixtures("app")
def test_who_comes_later_is_asked_for_what_takes_place() -> None:
    event = course()
    set_date(0, NOW)
    sign_up(event_of("kurs"), now=NOW + SOON)
    [mail] = deliver()["registration-confirmed"]
    assert "abgesagt:" in text(mail)
    asked = {str(each.walk("VEVENT")[0]["UID"]) for each in calendars(mail)}
    assert asked == {holder().uids[each.id] for each in event.dates[1:]}


@pytest.mark.usefixtures("app")
def test_taken_back_in_time_nobody_is_told() -> None:
    sign_up(course())
    deliver()
    set_date(1, NOW + SOON)
    assert len(notices()) == 1
    assert set_date(1, NOW + SOON, is_off=False)
    assert notices() == []
    assert not event_of("kurs").dates[1].is_off


def test_feeds_and_pages_show_it(client: FlaskClient) -> None:
    sign_up(course())
    own = make_feed(client)
    set_date(1, NOW)
    for path in ("/events/kurs.ics", "/calendar/all.ics", own):
        found = [(str(each["SUMMARY"]), str(each["STATUS"])) for each in events(client.get(path))]
        assert found == [
            ("Kurs", "CONFIRMED"),
            ("Abgesagt: Kurs", "CANCELLED"),
            ("Kurs", "CONFIRMED"),
        ]
    for path in ("/events/kurs", address_of(rows()[0])):
        assert "bgesagt" in client.get(path).text


@pytest.mark.usefixtures("app")
def test_nothing_reminds_of_it_and_no_online_door_opens_for_it() -> None:
    course((1, 8), has_online=True, join_url="https://meet.example.org/1")
    first, second = event_of("kurs").dates
    assert first.starts_at
    near = first.starts_at - timedelta(hours=2)
    with reading() as connection:
        assert first.uid in {due.date_uid for due in list_planned(connection, near)}
    set_date(0, NOW)
    with reading() as connection:
        assert first.uid not in {due.date_uid for due in list_planned(connection, near)}
    door = online_door(event_of("kurs"), first.starts_at, has_room=True)
    assert (door.state, door.date and door.date.id) == ("early", second.id)


@pytest.mark.usefixtures("app")
def test_the_last_one_is_calling_off_the_event() -> None:
    course(DAYS[:2])
    set_date(0, NOW)
    with pytest.raises(LastDate):
        set_date(1, NOW)
    assert not set_date(0, NOW), "is so already"


@pytest.mark.usefixtures("app")
def test_it_stays_so_when_the_event_is_edited_and_is_not_copied() -> None:
    course()
    set_date(2, NOW)
    with transaction() as session:
        event = event_of("kurs")
        values = {"title": "Kurs im Herbst"}
        planning.change_event(
            session,
            "kurs",
            seen=event.revision,
            origin=ORIGIN,
            now=NOW,
            values=values,  # type: ignore[arg-type]
        )
    assert [each.is_off for each in event_of("kurs").dates] == [False, False, True]
    with transaction() as session:
        slug = planning.copy_event(
            session, event_of("kurs"), title="Neu", by=timedelta(weeks=52), origin=ORIGIN, now=NOW
        )
    assert not any(each.is_off for each in event_of(slug).dates)
