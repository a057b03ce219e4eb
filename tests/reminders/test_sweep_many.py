"""Follow-ups, two dates on one day, many at once, two schedulers at once. On both databases."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select

from eventapp.attendance.actions import ONLINE_DOOR, record_presence
from eventapp.base import table_of
from eventapp.checkin.actions import create_device
from eventapp.checkin.models import Device, Scan
from eventapp.db import reading, transaction
from eventapp.events.actions import update_event
from eventapp.events.definition import EventDefinition
from eventapp.mail import outbox
from eventapp.mail.models import OutboxMail
from eventapp.privacy.declarations import Subject
from eventapp.privacy.erasure import erase_rows
from eventapp.registration.models import Registration, RegistrationDate
from eventapp.reminders import plans, sweep
from eventapp.reminders.models import Group, ReminderClaim, ReminderRun, Side, Unit
from eventapp.reminders.rules import Step
from tests.factories import ORIGIN, at, in_days, make_event, make_network
from tests.registration.test_actions import cancel, event_of, plan, rows, sign_up
from tests.reminders.test_sweep import (
    DAY,
    DAY_BEFORE,
    HOUR,
    MINUTE,
    START,
    WEEK_BEFORE,
    add,
    claims,
    compose,
    owed,
    remind,
)
from tests.statements import counted

NEXT_DAY = START + HOUR + timedelta(minutes=30) + DAY  # the event ends at three


def after(group: Group) -> Step:
    return Step(Side.AFTER, 1, Unit.DAYS, group)


def was_scanned(event: EventDefinition, registration_id: int) -> None:
    with transaction() as session:
        create_device(session, event.id, "Tür", now=START)
        device = session.scalars(select(Device.id)).first()
        scan = {"scan_id": uuid4().hex, "direction": "in", "finding": "ticket"}
        times = {"scanned_at": START, "received_at": START}
        about = {"event_id": event.id, "device_id": device, "registration_id": registration_id}
        session.execute(insert(Scan).values(**scan, **times, **about))


def on_one_day(*hours: int, **values: Any) -> list[EventDefinition]:
    """Events of one network, in thirty days, at these hours."""
    slugs = [f"um-{hour}" for hour in hours]
    with transaction() as session:
        network = make_network(session)
        for slug, hour in zip(slugs, hours, strict=True):
            span = (at(in_days(30), hour), at(in_days(30), hour + 1))
            make_event(session, slug, network=network, dates=[span], **values)
    return [event_of(slug) for slug in slugs]


@pytest.mark.usefixtures("app")
class TestFollowUps:
    def test_thanks_for_those_who_came_and_a_word_for_those_who_did_not(self) -> None:
        event = plan(has_online=True)
        add(event, after(Group.ABSENT))
        add(event, after(Group.PRESENT))
        add(event, after(Group.PRESENT_ONLINE))
        for name in ("Ada", "Ben"):
            sign_up(event, name)
        sign_up(event, "Cleo", attendance="online")
        ada, ben, cleo = (row.id for row in rows())
        was_scanned(event, ada)
        with transaction() as session:
            record_presence(session, cleo, event.dates[0].id, ONLINE_DOOR, now=START)
        assert remind(NEXT_DAY - MINUTE) == 0
        assert remind(NEXT_DAY) == 3
        assert {each["registration_id"] for each in owed("event-follow-up")} == {ada, ben, cleo}
        drafts = [compose(NEXT_DAY, n, "event-follow-up") for n in range(3)]
        titles = {draft.recipient: draft.context["words"].title for draft in drafts if draft}
        assert titles == {
            "ada@example.org": "Danke, dass Sie da waren",
            "ben@example.org": "Schade, dass Sie nicht dabei waren",
            "cleo@example.org": "Danke, dass Sie dabei waren",
        }
        assert all(draft.unsubscribe_url for draft in drafts if draft)

    def test_nobody_was_absent_where_nobody_is_known_to_have_come(self) -> None:
        event = plan()
        add(event, after(Group.ABSENT))
        sign_up(event, "Ada")
        assert remind(NEXT_DAY) == 0

    def test_a_scan_that_arrives_late_drops_the_word_of_absence(self) -> None:
        event = plan()
        add(event, after(Group.ABSENT))
        sign_up(event, "Ada")
        sign_up(event, "Ben")
        was_scanned(event, rows()[0].id)
        assert remind(NEXT_DAY) == 1
        assert compose(NEXT_DAY, kind="event-follow-up") is not None
        was_scanned(event, rows()[1].id)
        assert compose(NEXT_DAY, kind="event-follow-up") is None


@pytest.mark.usefixtures("app")
class TestTogether:
    def test_two_seminars_on_a_day_are_one_mail_that_names_both(self) -> None:
        ten, two = on_one_day(10, 14)
        for event in (ten, two):
            sign_up(event, "Ada")
        sign_up(two, "Ben")
        remind(at(in_days(23), 18))
        assert remind(at(in_days(29), 10)) == 1
        draft = compose(at(in_days(29), 10))
        assert draft is not None
        assert [part.event.slug for part in draft.context["dates"]] == ["um-10", "um-14"]
        assert draft.context["words"].title.startswith("Ihre 2 Termine am")
        assert remind(at(in_days(29), 14)) == 1, "Ben alone"
        assert owed()[-1]["registration_id"] == rows()[-1].id

    def test_both_due_at_once(self) -> None:
        ten, two = on_one_day(10, 14)
        for event in (ten, two):
            sign_up(event, "Ada")
        assert remind(at(in_days(29), 18)) == 1
        draft = compose(at(in_days(29), 18))
        assert draft is not None
        assert len(draft.context["dates"]) == 2

    def test_one_cancelled_the_mail_names_the_other(self) -> None:
        ten, two = on_one_day(10, 14)
        for event in (ten, two):
            sign_up(event, "Ada")
        remind(at(in_days(29), 10))
        cancel(rows()[0].id)
        draft = compose(at(in_days(29), 10))
        assert draft is not None
        assert [part.event.slug for part in draft.context["dates"]] == ["um-14"]
        cancel(rows()[1].id)
        assert compose(at(in_days(29), 10)) is None

    def test_where_the_first_is_erased_before_it_left_the_other_is_reminded_on_its_own(
        self,
    ) -> None:
        ten, two = on_one_day(10, 14)
        for event in (ten, two):
            sign_up(event, "Ada")
        when = at(in_days(29), 10)
        assert remind(when) == 1
        first, second = rows()
        with transaction() as session:
            erase_rows(session, [Subject(first.id, ten.id, ())], now=when)
        [mail] = owed()
        assert mail["registration_id"] == second.id
        draft = compose(when)
        assert draft is not None
        assert [part.event.id for part in draft.context["dates"]] == [two.id]
        assert remind(when + HOUR) == 0

    def test_not_for_two_people_of_one_mailbox_nor_two_networks(self) -> None:
        ten, two = on_one_day(10, 14)
        sign_up(ten, "Ada")
        sign_up(two, "Ben")
        elsewhere = plan(dates=[(at(in_days(30), 11), at(in_days(30), 12))])
        sign_up(elsewhere, "Ada")
        assert remind(at(in_days(29), 18)) == 3

    def test_the_door_link_comes_an_hour_before_each(self) -> None:
        online = {"has_in_person": False, "has_online": True, "capacity_in_person": None}
        ten, two = on_one_day(10, 14, **online)
        for event in (ten, two):
            sign_up(event, "Ada", attendance="online")
        assert remind(at(in_days(30), 9)) == 1
        assert remind(at(in_days(30), 13)) == 1

    def test_two_dates_of_a_course_on_one_day(self) -> None:
        day = in_days(30)
        sign_up(plan(dates=[(at(day, 10), at(day, 12)), (at(day, 14), at(day, 16))]), "Ada")
        assert remind(at(in_days(29), 10)) == 1
        assert remind(at(in_days(29), 14)) == 0


def fill(event: EventDefinition, count: int) -> None:
    """So many guests, like the first."""
    sign_up(event, "Ada")
    first = rows()[-1]._mapping
    alike = {name: value for name, value in first.items() if name != "id"}
    more = [
        {
            **alike,
            "email": f"gast{n}@example.org",
            "email_key": f"gast{n}@example.org",
            "person_key": f"gast{n}",
            **{
                f"{each}_hash": uuid4().bytes for each in ("manage", "ticket", "join", "short_code")
            },
        }
        for n in range(count - 1)
    ]
    with transaction() as session:
        session.connection().execute(insert(table_of(Registration)), more)


@pytest.mark.usefixtures("app")
class TestCost:
    def test_three_thousand_people_are_a_handful_of_statements(self) -> None:
        fill(plan(capacity_in_person=None), 3000)
        with counted() as statements:
            assert remind(WEEK_BEFORE) == 3000
        assert len(statements) <= 12, statements

    def test_a_quiet_minute_costs_the_same_for_any_number_of_events(self) -> None:
        seen = []
        for _ in range(2):
            for _ in range(5):
                sign_up(plan(), f"Gast{uuid4().hex}")
            remind(WEEK_BEFORE)
            with counted() as statements:
                assert remind(WEEK_BEFORE + MINUTE) == 0
            seen.append(len(statements))
        assert seen[0] == seen[1] <= 4

    def test_a_busy_minute_costs_the_same_for_any_number_of_events(self) -> None:
        seen = []
        for number in (1, 20):
            with transaction() as session:
                network = make_network(session)
                slugs = [make_event(session, network=network).slug for _ in range(number)]
            for slug in slugs:
                sign_up(event_of(slug), f"Gast{uuid4().hex}")
            with counted() as statements:
                assert remind(WEEK_BEFORE) == number
            seen.append(len([each for each in statements if "SAVEPOINT" not in each]))
            with transaction() as session:
                for model in (ReminderClaim, ReminderRun):
                    session.execute(delete(model))
                session.execute(table_of(Registration).update().values(status="cancelled"))
        assert seen[1] <= seen[0] + 1, seen


def at_once(app: Flask, act: Callable[[], Any]) -> None:
    """Two schedulers at the same moment."""
    barrier, done = threading.Barrier(2), []

    def run() -> None:
        with app.app_context():
            barrier.wait(60)
            act()
            done.append(True)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(done) == 2


def mails_each() -> Counter[int]:
    return Counter(each["registration_id"] for each in owed())


def test_two_schedulers_at_once_remind_once(app: Flask) -> None:
    events = on_one_day(10, 11, 14)
    for event in events:
        for number in range(15):
            sign_up(event, f"Gast{number}")
    at_once(app, lambda: remind(at(in_days(29), 18)))
    assert sum(mails_each().values()) == 15, "one mail for three dates"
    at_once(app, lambda: remind(at(in_days(29), 19)))
    assert set(mails_each().values()) == {1}


def test_without_the_claim_two_schedulers_remind_twice(app: Flask) -> None:
    """The negative control: looking first and writing later is not enough."""
    event = plan()
    for number in range(5):
        sign_up(event, f"Gast{number}")
    looked = threading.Barrier(2)

    def naive() -> None:
        with reading() as connection:
            owing = connection.execute(select(Registration.id)).scalars().all()
            done = connection.execute(select(ReminderClaim.registration_id)).scalars().all()
        looked.wait(60)
        with transaction() as session:
            for each in set(owing) - set(done):
                ids = {"registration_id": each, "claim_id": 0}
                outbox.add(session, "event-reminder", uuid4().hex, WEEK_BEFORE, **ids)

    at_once(app, naive)
    assert set(mails_each().values()) == {2}


MOVES = st.sampled_from([-26, -5, -1, 0, 1, 6, 12])
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(1, 200)),  # hours
        st.tuples(st.just("move"), MOVES),  # days
        st.tuples(st.just("hour"), st.integers(-3, 3)),
        st.tuples(st.just("add"), st.integers(1, 10)),  # days before
        st.tuples(st.just("remove"), st.integers(0, 5)),
        st.tuples(st.just("come"), st.integers(0, 3)),
        st.tuples(st.just("defaults"), st.just(0)),
    ),
    min_size=3,
    max_size=14,
)


class Story:
    """One event in which things happen; the sweep runs after each and as time passes."""

    def __init__(self) -> None:
        self.slug = plan(has_online=True, capacity_in_person=None).slug
        self.now = START - 27 * DAY
        self.start = START
        self.come(0)

    @property
    def event(self) -> EventDefinition:
        return event_of(self.slug)

    def come(self, number: int) -> None:
        name = f"gast{number}{uuid4().hex[:6]}"
        sign_up(self.event, name, now=self.now, attendance=("in_person", "online")[number % 2])

    def wait(self, hours: int) -> None:
        for _ in range(0, hours, 5):
            self.now += 5 * HOUR
            remind(self.now)

    def shift(self, by: timedelta) -> None:
        if self.start + by <= self.now:
            return
        self.start += by
        with transaction() as session:
            times: Any = {"starts_at": self.start, "ends_at": self.start + HOUR}
            update_event(session, self.event.slug, origin=ORIGIN, now=self.now, **times)

    def act(self, what: str, number: int) -> None:
        if what == "wait":
            self.wait(number)
        elif what in ("move", "hour"):
            self.shift(number * (DAY if what == "move" else HOUR))
        elif what == "come":
            if self.now < self.start:
                self.come(number)
        else:
            self.plan(what, number)
        remind(self.now)

    def plan(self, what: str, number: int) -> None:
        with transaction() as session:
            steps = plans.get_plan(session.connection(), self.event.id).steps
            step = Step(Side.BEFORE, number, Unit.DAYS, Group.IN_PERSON)
            if what == "add" and step.key not in {each.key for each in steps}:
                plans.add_step(session, self.event.id, step, now=self.now)
            elif what == "remove" and number < len(steps):
                plans.remove_step(session, self.event.id, steps[number].key, now=self.now)
            elif what == "defaults":
                plans.take_defaults(session, self.event.id, now=self.now)

    def check(self) -> None:
        found = claims()
        keys = [(each.registration_id, each.date_uid, each.step, each.day) for each in found]
        assert len(keys) == len(set(keys))
        mailed = [each["claim_id"] for each in owed()]
        assert len(mailed) == len(set(mailed))
        assert set(mailed) <= {each.id for each in found}
        came = {row.id: row.confirmed_at for row in rows()}
        for each in found:
            assert came[each.registration_id] <= each.due_at <= each.claimed_at
        moments = Counter((each.registration_id, each.claimed_at) for each in found)
        assert set(moments.values()) <= {1}, "two steps at one moment"


@pytest.mark.usefixtures("app")
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=ACTS)
def test_whatever_happens_nobody_gets_a_step_twice(acts: Sequence[Any]) -> None:
    with transaction() as session:
        for model in (ReminderClaim, ReminderRun, OutboxMail, RegistrationDate, Registration):
            session.execute(delete(model))
    story = Story()
    for what, number in acts:
        story.act(what, number)
    story.check()


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(("month", "wall"), [(3, "12:30"), (10, "14:30")])
def test_over_the_change_of_clocks_each_once_at_the_right_time(month: int, wall: str) -> None:
    """24 hours and one hour before 13:30, the sweep running every minute around them."""
    start = at(next_change_of_clocks(month), 13, 30)
    event = plan(has_online=True, dates=[(start, start + HOUR)])
    for key in ("before-1-days-online", "before-7-days-in_person", "before-1-days-in_person"):
        with transaction() as session:
            plans.remove_step(session, event.id, key, now=START - 30 * DAY)
    add(event, Step(Side.BEFORE, 24, Unit.HOURS, Group.ONLINE), now=START - 30 * DAY)
    add(event, Step(Side.BEFORE, 1, Unit.DAYS, Group.IN_PERSON), now=START - 30 * DAY)
    sign_up(event, "Ada", attendance="online")
    sign_up(event, "Ben")
    sent = []
    moment = start.replace(hour=11, minute=0) - DAY
    while moment < start.replace(hour=14):
        if count := remind(moment):
            sent.append((moment.strftime("%d. %H:%M"), count))
        moment += 10 * MINUTE
    first, last = start - DAY, start
    assert sorted(sent) == sorted(
        [
            (f"{first:%d}. {wall}", 1),
            (f"{first:%d}. 13:30", 1),
            (f"{last:%d}. 12:30", 1),
        ]
    )


def next_change_of_clocks(month: int) -> date:
    """The last Sunday of March or October, after all that the plan has from its defaults."""
    soonest = in_days(40)
    ends = (date(year, month, 31) for year in (soonest.year, soonest.year + 1))
    sundays = (end - timedelta(days=end.isoweekday() % 7) for end in ends)
    return next(each for each in sundays if each >= soonest)


@pytest.mark.usefixtures("app")
def test_erasing_somebody_takes_their_claims_along() -> None:
    event = plan()
    sign_up(event, "Ada")
    text = Step(Side.BEFORE, 7, Unit.DAYS, Group.IN_PERSON, text="Auch Ada Beispiel kommt.")
    with transaction() as session:
        plans.change_step(session, event.id, text.key, text, seen=0, now=START - 30 * DAY)
    remind(WEEK_BEFORE)
    subject = Subject(rows()[0].id, event.id, ("Ada Beispiel",))
    with transaction() as session:
        erase_rows(session, [subject], now=DAY_BEFORE)
    assert claims() == []
    assert owed() == []
    with reading() as connection:
        found = plans.get_plan(connection, event.id).find(text.key)
    assert found is not None
    assert found.text == "Auch ••• kommt."


@pytest.mark.usefixtures("app")
def test_moments_of_long_ago_are_forgotten() -> None:
    sign_up(plan(), "Ada")
    remind(WEEK_BEFORE)
    with transaction() as session:
        sweep.forget_old(session, now=START + 80 * DAY)
        assert session.execute(select(ReminderRun.id)).first() is not None
        sweep.forget_old(session, now=START + 120 * DAY)
        assert session.execute(select(ReminderRun.id)).first() is None
