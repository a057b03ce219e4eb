"""What an event asks for, and what is missing of it, without a database."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventapp.attendance.ledger_rules import Fact, Source, tell
from eventapp.attendance.standing_rules import Standing, State, stand
from eventapp.events.attendance_rule import AttendanceRule, from_json
from eventapp.events.definition import DateDefinition, EventDefinition
from tests.registration.test_actions import plan

pytestmark = pytest.mark.usefixtures("app")

HOUR = timedelta(hours=1)


@pytest.fixture
def course() -> EventDefinition:
    """Four dates of two hours on four days, a workshop at the second."""
    from tests.factories import at, in_days

    days = [in_days(day) for day in (2, 3, 4, 5)]
    dates = [(at(day, 10), at(day, 12)) for day in days]
    hours = {"starts_at": at(days[1], 11), "ends_at": at(days[1], 12)}
    return plan(dates=dates, items=[{"slug": "werkstatt", **hours}])


def asking(event: EventDefinition, **rule: Any) -> EventDefinition:
    return replace(event, attendance_rule=AttendanceRule(**rule))


def came(date: DateDefinition, late: int = 0, item_id: int | None = None) -> Fact:
    """At this date, so many minutes after its start."""
    assert date.starts_at
    source = Source.WORKSHOP if item_id else Source.SCAN
    return Fact(source, date.id, date.starts_at + timedelta(minutes=late), item_id=item_id)


def after(event: EventDefinition, number: int) -> datetime:
    """When so many of its dates are over."""
    first, last = event.dates[0].starts_at, event.dates[number - 1].ends_at
    assert first
    assert last
    return last + HOUR if number else first - HOUR


def standing(event: EventDefinition, *facts: Fact, over: int = 4) -> Standing:
    told = tell(event.dates, facts, with_minutes=event.counts_minutes)
    return stand(event, told, after(event, over))


def test_without_a_rule_once_is_enough(course: EventDefinition) -> None:
    assert standing(course, over=0).state == State.OPEN
    assert standing(course, came(course.dates[3])).state == State.MET
    assert standing(course).state == State.MISSED


@pytest.mark.parametrize(
    ("there", "over", "state", "lacks"),
    [
        (0, 0, State.OPEN, 3),
        (2, 2, State.OPEN, 1),
        (2, 3, State.OPEN, 1),
        (2, 4, State.MISSED, 1),
        (3, 3, State.MET, 0),
        (4, 4, State.MET, 0),
        (0, 1, State.OPEN, 3),
        (0, 2, State.MISSED, 3),
    ],
)
def test_three_of_four_dates(
    course: EventDefinition, there: int, over: int, state: State, lacks: int
) -> None:
    found = standing(asking(course, least_dates=3), *map(came, course.dates[:there]), over=over)
    assert (found.state, found.lacks_dates) == (state, lacks)


def test_the_missed_date_is_named(course: EventDefinition) -> None:
    three = [came(date) for date in course.dates if date != course.dates[2]]
    found = standing(asking(course, least_dates=4), *three)
    assert [each.date for each in found.missed] == [course.dates[2]]


def test_of_a_date_called_off_nothing_is_asked(course: EventDefinition) -> None:
    off = replace(course.dates[1], is_off=True)
    event = replace(course, dates=(course.dates[0], off, *course.dates[2:]))
    event = asking(event, least_dates=4, items=("werkstatt",))
    found = standing(event, *(came(date) for date in event.dates_on))
    assert (found.state, found.needed, found.lacks_items) == (State.MET, 3, ())


@pytest.mark.parametrize(
    ("rule", "late", "counts"),
    [
        ({"least_percent": 75}, 30, True),
        ({"least_percent": 75}, 31, False),
        ({"least_minutes": 60}, 60, True),
        ({"least_minutes": 60}, 61, False),
        ({"least_minutes": 600}, 0, True),  # never more than there is
    ],
)
def test_a_date_counts_from_so_long_on(
    course: EventDefinition, rule: dict[str, int], late: int, counts: bool
) -> None:
    found = standing(asking(course, **rule), came(course.dates[0], late))
    assert found.dates[0].counts is counts
    assert found.dates[0].is_short is not counts
    assert found.is_met is counts


def test_nobody_knows_how_long_somebody_was_online(course: EventDefinition) -> None:
    date = course.dates[0]
    assert date.starts_at
    online = Fact(Source.ONLINE_DOOR, date.id, date.starts_at)
    found = standing(asking(course, least_percent=50), online)
    assert (found.dates[0].counts, found.state) == (None, State.MISSED)


def test_hours_in_total(course: EventDefinition) -> None:
    event = asking(course, total_minutes=300)
    two = list(map(came, course.dates[:2]))
    assert standing(event, *two, over=2).state == State.OPEN
    assert standing(event, *two).lacks_minutes == 60
    assert standing(event, *two).state == State.MISSED
    assert standing(event, *two, came(course.dates[2], 60)).state == State.MET


def test_named_workshops(course: EventDefinition) -> None:
    event = asking(course, items=("werkstatt", "gibt-es-nicht-mehr"))
    [item] = course.programme
    there = [came(date) for date in course.dates]
    assert standing(event, *there, over=1).state == State.OPEN
    assert standing(event, *there).lacks_items == (item,)
    assert standing(event, *there).state == State.MISSED
    assert standing(event, came(course.dates[1], 60, item.id)).state == State.MET


def test_minutes_are_counted_only_where_something_asks_for_them() -> None:
    assert not AttendanceRule(least_dates=3, items=("a",)).counts_minutes
    for rule in ({"least_minutes": 1}, {"least_percent": 1}, {"total_minutes": 1}):
        assert AttendanceRule(**rule).counts_minutes  # type: ignore[arg-type]
    assert AttendanceRule(for_funder=True).counts_minutes


numbers = st.none() | st.integers(1, 400)
rules = st.builds(
    AttendanceRule,
    least_dates=st.none() | st.integers(1, 9),
    least_percent=st.none() | st.integers(1, 100),
    total_minutes=numbers,
    items=st.lists(st.sampled_from(["werkstatt", "weg"]), unique=True).map(tuple),
    for_funder=st.booleans(),
)


@given(rules)
def test_a_rule_is_stored_as_it_is(rule: AttendanceRule) -> None:
    assert (from_json(rule.as_json()) or AttendanceRule()) == rule


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_more_presence_never_harms_and_time_never_helps(
    course: EventDefinition, data: st.DataObject
) -> None:
    """What is met stays met, what is missed stays missed; nothing is missing of what is met."""
    event = replace(course, attendance_rule=data.draw(rules))
    item = course.programme[0]
    every = [came(date, late) for date in course.dates for late in (0, 30, 90)]
    every.append(came(course.dates[1], 60, item.id))
    some = data.draw(st.lists(st.sampled_from(every)))
    more = some + data.draw(st.lists(st.sampled_from(every)))
    over = data.draw(st.integers(0, 3))
    now, later = standing(event, *some, over=over), standing(event, *some, over=over + 1)
    if now.is_met:
        assert standing(event, *more, over=over).is_met
        assert later.is_met
        assert (now.lacks_dates, now.lacks_minutes, now.lacks_items) == (0, 0, ())
    if now.state == State.MISSED:
        assert later.state == State.MISSED
    assert standing(event, *every).is_met or now.state != State.MET
