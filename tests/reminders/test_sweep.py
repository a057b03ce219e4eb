"""Who is owed which reminder when, and that nobody gets one twice. On both databases."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from eventapp.base import table_of
from eventapp.db import reading, transaction
from eventapp.events.actions import update_event
from eventapp.events.definition import EventDefinition
from eventapp.mail import kinds
from eventapp.mail.kinds import Draft
from eventapp.mail.models import OutboxMail
from eventapp.registration.following import follow
from eventapp.reminders import plans, sweep
from eventapp.reminders.models import Group, ReminderClaim, Side, Unit
from eventapp.reminders.rules import Step
from eventapp.unsubscribing.actions import refuse
from eventapp.unsubscribing.rules import Topic
from tests.factories import ORIGIN, at, in_days
from tests.registration.test_actions import cancel, plan, rows, sign_up

START = at(in_days(30), 13, 30)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
WEEK_BEFORE, DAY_BEFORE = at(in_days(23), 13, 30), at(in_days(29), 13, 30)


def remind(now: datetime) -> int:
    with transaction() as session:
        return sweep.remind(session, now=now)


def owed(kind: str = "event-reminder") -> list[dict[str, int]]:
    with reading() as connection:
        found = select(OutboxMail.ids).where(OutboxMail.kind == kind).order_by(OutboxMail.id)
        return list(connection.execute(found).scalars())


def claims() -> list[Any]:
    with reading() as connection:
        table = table_of(ReminderClaim)
        return list(connection.execute(select(table).order_by(table.c.id)))


def compose(now: datetime, number: int = -1, kind: str = "event-reminder") -> Draft | None:
    """The mail as it would leave at that moment."""
    with time_machine.travel(now, tick=False), reading() as connection:
        return kinds.compose(connection, kind, owed(kind)[number])


def add(event: EventDefinition, step: Step, now: datetime = START - 30 * DAY) -> None:
    with transaction() as session:
        plans.add_step(session, event.id, step, now=now)


def move(event: EventDefinition, by: timedelta, now: datetime) -> None:
    with transaction() as session:
        times: Any = {"starts_at": START + by, "ends_at": START + by + HOUR}
        update_event(session, event.slug, origin=ORIGIN, now=now, **times)
        follow(session, event.id, now=now)


def refuse_reminders(event: EventDefinition, email: str) -> None:
    with transaction() as session:
        network = event.network.id
        refuse(session, Topic.REMINDERS, event.id, network, email, now=START - 30 * DAY)


def change(event: EventDefinition, **values: Any) -> None:
    with transaction() as session:
        update_event(session, event.slug, origin=ORIGIN, now=START - 30 * DAY, **values)


@pytest.mark.usefixtures("app")
class TestDefaults:
    def test_in_person_a_week_and_a_day_before_without_anybody_doing_anything(self) -> None:
        sign_up(plan(), "Ada")
        assert remind(WEEK_BEFORE - MINUTE) == 0
        assert remind(WEEK_BEFORE) == 1
        assert remind(WEEK_BEFORE + MINUTE) == 0
        assert remind(DAY_BEFORE - MINUTE) == 0
        assert remind(DAY_BEFORE) == 1
        assert remind(START - HOUR) == 0
        assert [each.step for each in claims()] == [
            "before-7-days-in_person",
            "before-1-days-in_person",
        ]

    def test_online_a_day_and_an_hour_before_with_the_door(self) -> None:
        event = plan(has_online=True, join_url="https://raum.example/geheim")
        sign_up(event, "Ada", attendance="online")
        assert remind(WEEK_BEFORE) == 0
        assert remind(DAY_BEFORE) == 1
        assert remind(START - HOUR) == 1
        draft = compose(START - HOUR)
        assert draft is not None
        assert draft.context["dates"][0].join_url.startswith("https://events.example/join/")
        assert draft.unsubscribe_url
        assert draft.calendar == ()

    def test_nobody_who_waits_cancelled_or_refused(self) -> None:
        event = plan(capacity_in_person=3)
        for name in ("Ada", "Ben", "Cleo", "Dora"):
            sign_up(event, name)
        refuse_reminders(event, "cleo@example.org")
        cancel(rows()[1].id)  # Dora moves up, long before
        assert remind(WEEK_BEFORE) == 2
        assert [each["registration_id"] for each in owed()] == [rows()[0].id, rows()[3].id]

    def test_late_registrants_get_no_past_step(self) -> None:
        event = plan()
        sign_up(event, "Ada", now=WEEK_BEFORE + MINUTE)
        assert remind(WEEK_BEFORE + 2 * MINUTE) == 0
        assert remind(DAY_BEFORE) == 1

    def test_with_the_time_open_at_nine_in_the_morning(self) -> None:
        day = in_days(30)
        sign_up(plan(dates=[(day, day)]), "Ada")
        assert remind(at(in_days(23), 9) - MINUTE) == 0
        assert remind(at(in_days(23), 9)) == 1

    def test_a_course_reminds_before_each_date(self) -> None:
        days = [(at(in_days(n), 10), at(in_days(n), 12)) for n in (30, 40)]
        sign_up(plan(dates=days), "Ada")
        sent = [n for n in range(20, 41) if remind(at(in_days(n), 10))]
        assert sent == [23, 29, 33, 39]


@pytest.mark.usefixtures("app")
class TestCatchingUp:
    def test_only_the_latest_and_none_once_it_has_begun(self) -> None:
        sign_up(plan(), "Ada")
        assert remind(DAY_BEFORE + HOUR) == 1
        assert [each.step for each in claims()] == ["before-1-days-in_person"]
        sign_up(plan(), "Ben")
        assert remind(START) == 0

    def test_an_earlier_one_that_has_not_left_is_dropped(self) -> None:
        sign_up(plan(), "Ada")
        remind(WEEK_BEFORE)
        assert compose(WEEK_BEFORE) is not None
        remind(DAY_BEFORE)
        assert compose(DAY_BEFORE, 0) is None
        assert compose(DAY_BEFORE, 1) is not None


@pytest.mark.usefixtures("app")
class TestMoving:
    def test_steps_move_along_and_hold_anew_for_another_day(self) -> None:
        event = plan()
        sign_up(event, "Ada")
        assert remind(WEEK_BEFORE) == 1
        move(event, 14 * DAY, WEEK_BEFORE + HOUR)
        assert compose(WEEK_BEFORE + HOUR) is None, "not for the day of before"
        assert remind(DAY_BEFORE) == 0
        assert remind(WEEK_BEFORE + 14 * DAY) == 1
        assert compose(WEEK_BEFORE + 14 * DAY) is not None

    def test_not_again_for_another_hour_of_the_same_day(self) -> None:
        event = plan()
        sign_up(event, "Ada")
        assert remind(WEEK_BEFORE) == 1
        move(event, HOUR, WEEK_BEFORE + MINUTE)
        assert remind(WEEK_BEFORE + HOUR) == 0
        assert remind(WEEK_BEFORE + 2 * HOUR) == 0

    def test_moved_nearer_nothing_is_made_up_for(self) -> None:
        event = plan()
        sign_up(event, "Ada")
        nearer = START - 27 * DAY  # in three days
        move(event, -27 * DAY, nearer - 3 * DAY + MINUTE)
        assert remind(nearer - 2 * DAY) == 0
        assert remind(at(in_days(2), 13, 30)) == 1
        assert [each.step for each in claims()] == ["before-1-days-in_person"]

    def test_a_cancelled_event_reminds_nobody(self) -> None:
        event = plan()
        sign_up(event, "Ada")
        assert remind(WEEK_BEFORE) == 1
        change(event, status="cancelled")
        assert compose(WEEK_BEFORE) is None
        assert remind(DAY_BEFORE) == 0

    def test_dropped_once_the_place_is_given_back(self) -> None:
        sign_up(plan(), "Ada")
        remind(WEEK_BEFORE)
        cancel(rows()[0].id)
        assert compose(WEEK_BEFORE) is None


@pytest.mark.usefixtures("app")
class TestOwnSteps:
    def test_those_who_wait_hear_how_they_stand(self) -> None:
        event = plan(capacity_in_person=1)
        add(event, Step(Side.BEFORE, 3, Unit.DAYS, Group.WAITING))
        sign_up(event, "Ada")
        sign_up(event, "Ben")
        assert remind(at(in_days(27), 13, 30)) == 2, "the week before is made up for, too"
        draft = compose(at(in_days(27), 13, 30))
        assert draft is not None
        assert draft.recipient == "ben@example.org"
        assert ("Warteliste", "Platz 1") in draft.context["dates"][0].facts

    def test_a_step_added_late_is_not_made_up_for(self) -> None:
        event = plan()
        sign_up(event, "Ada")
        add(event, Step(Side.BEFORE, 10, Unit.DAYS, Group.IN_PERSON), now=START - 9 * DAY)
        assert remind(START - 9 * DAY + MINUTE) == 0

    def test_a_step_that_was_taken_out_is_dropped(self) -> None:
        event = plan()
        sign_up(event, "Ada")
        remind(WEEK_BEFORE)
        with transaction() as session:
            assert plans.remove_step(session, event.id, "before-7-days-in_person", now=WEEK_BEFORE)
        assert compose(WEEK_BEFORE) is None

    def test_none_at_all(self) -> None:
        event = plan()
        sign_up(event, "Ada")
        for step in ("before-7-days-in_person", "before-1-days-in_person"):
            with transaction() as session:
                plans.remove_step(session, event.id, step, now=START - 30 * DAY)
        for key in ("before-1-days-online", "before-1-hours-online"):
            with transaction() as session:
                plans.remove_step(session, event.id, key, now=START - 30 * DAY)
        assert remind(WEEK_BEFORE) == 0

    def test_the_text_is_the_organisers_with_english_where_there_is_one(self) -> None:
        event = plan()
        sign_up(event, "Ada", language="en")
        key = "before-7-days-in_person"
        text = Step(
            Side.BEFORE, 7, Unit.DAYS, Group.IN_PERSON, "Hallo **{vorname}**", "Hi **{vorname}**"
        )
        with transaction() as session:
            plans.change_step(session, event.id, key, text, seen=0, now=START - 20 * DAY)
        remind(WEEK_BEFORE)
        draft = compose(WEEK_BEFORE)
        assert draft is not None
        assert draft.language == "en"
        assert "Hi <strong>Ada</strong>" in draft.context["dates"][0].html

    def test_the_question_whether_one_comes_reminds_as_well(self) -> None:
        event = plan(ask_coming="in_person")
        sign_up(event, "Ada")
        assert remind(WEEK_BEFORE) == 1
        assert remind(DAY_BEFORE) == 0
