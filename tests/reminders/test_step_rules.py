"""When steps are due: days on Berlin's clocks, hours as they pass. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from eventapp.clock import BERLIN
from eventapp.reminders.models import Group, Side, Unit
from eventapp.reminders.rules import (
    DEFAULTS,
    REMINDERS,
    Due,
    Step,
    due_at,
    goes_along,
    in_order,
    plan_date,
    speaking,
)


@dataclass(frozen=True)
class Dated:
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    starts_on: date | None = None
    ends_on: date | None = None


def before(amount: int, unit: Unit, group: Group = Group.IN_PERSON) -> Step:
    return Step(Side.BEFORE, amount, unit, group)


def at(day: str, hour: int, minute: int = 0) -> Dated:
    start = datetime.fromisoformat(day).replace(hour=hour, minute=minute, tzinfo=BERLIN)
    return Dated(start.astimezone(UTC), start.astimezone(UTC) + timedelta(hours=1))


def wall(step: Step, dated: Dated) -> str:
    due = due_at(step, dated)
    assert due is not None
    return due.astimezone(BERLIN).strftime("%d.%m. %H:%M %z")


@pytest.mark.parametrize(
    ("step", "dated", "expected"),
    [
        # The clocks go forward on 28 March 2027 at two and back on 31 October at three.
        (before(1, Unit.DAYS), at("2027-03-28", 13, 30), "27.03. 13:30 +0100"),
        (before(24, Unit.HOURS), at("2027-03-28", 13, 30), "27.03. 12:30 +0100"),
        (before(1, Unit.HOURS), at("2027-03-28", 13, 30), "28.03. 12:30 +0200"),
        (before(1, Unit.HOURS), at("2027-03-28", 3, 0), "28.03. 01:00 +0100"),
        (before(7, Unit.DAYS), at("2027-04-01", 13, 30), "25.03. 13:30 +0100"),
        (before(1, Unit.DAYS), at("2027-03-29", 2, 30), "28.03. 03:30 +0200"),  # there is no 2:30
        (before(1, Unit.DAYS), at("2027-10-31", 13, 30), "30.10. 13:30 +0200"),
        (before(24, Unit.HOURS), at("2027-10-31", 13, 30), "30.10. 14:30 +0200"),
        (before(1, Unit.HOURS), at("2027-10-31", 13, 30), "31.10. 12:30 +0100"),
        (before(1, Unit.HOURS), at("2027-10-31", 3, 0), "31.10. 02:00 +0100"),  # the second two
        (before(1, Unit.DAYS), at("2027-11-01", 2, 30), "31.10. 02:30 +0200"),  # the first of two
        (before(7, Unit.DAYS), at("2027-11-04", 13, 30), "28.10. 13:30 +0200"),
        (Step(Side.AFTER, 1, Unit.DAYS, Group.ABSENT), at("2027-10-30", 13), "31.10. 14:00 +0100"),
        (
            Step(Side.AFTER, 24, Unit.HOURS, Group.ABSENT),
            at("2027-10-30", 13),
            "31.10. 13:00 +0100",
        ),
    ],
)
def test_wall_time_over_both_changes_of_clocks(step: Step, dated: Dated, expected: str) -> None:
    assert wall(step, dated) == expected


def test_with_the_time_open_at_nine_and_no_hours() -> None:
    whole_day = Dated(starts_on=date(2027, 3, 29), ends_on=date(2027, 3, 30))
    assert wall(before(1, Unit.DAYS), whole_day) == "28.03. 09:00 +0200"
    assert wall(Step(Side.AFTER, 1, Unit.DAYS, Group.PRESENT), whole_day) == "31.03. 09:00 +0200"
    assert due_at(before(1, Unit.HOURS), whole_day) is None


def planned(dated: Dated, *steps: Step, moved_at: datetime | None = None) -> list[Due]:
    return list(plan_date(1, 1, "e-1@x", dated, steps, moved_at=moved_at, is_last=True))


def test_never_once_it_has_begun_and_follow_ups_for_a_week() -> None:
    dated = at("2027-06-10", 13)
    [reminder] = planned(dated, before(1, Unit.DAYS))
    assert dated.starts_at is not None
    assert reminder.is_due(reminder.due_at)
    assert reminder.is_due(dated.starts_at - timedelta(seconds=1))
    assert not reminder.is_due(reminder.due_at - timedelta(seconds=1))
    assert not reminder.is_due(dated.starts_at)
    [follow_up] = planned(dated, Step(Side.AFTER, 1, Unit.DAYS, Group.PRESENT))
    assert follow_up.is_due(follow_up.due_at + timedelta(days=6))
    assert not follow_up.is_due(follow_up.due_at + timedelta(days=7))
    [morning] = planned(Dated(starts_on=date(2027, 6, 10), ends_on=date(2027, 6, 10)), DEFAULTS[1])
    assert not morning.is_due(datetime(2027, 6, 9, 22, tzinfo=UTC)), "midnight in Berlin"


def test_what_was_due_before_it_was_planned_or_moved_is_held_back() -> None:
    dated = at("2027-06-10", 13)
    [late] = planned(dated, before(7, Unit.DAYS), moved_at=datetime(2027, 6, 5, tzinfo=UTC))
    assert late.is_held_back
    [soon] = planned(dated, before(1, Unit.DAYS), moved_at=datetime(2027, 6, 5, tzinfo=UTC))
    assert not soon.is_held_back
    added = Step(Side.BEFORE, 7, Unit.DAYS, Group.IN_PERSON, since=datetime(2027, 6, 4, tzinfo=UTC))
    [each] = planned(dated, added)
    assert each.is_held_back


def test_of_several_the_latest_speaks_for_each_group() -> None:
    steps = (*REMINDERS, Step(Side.AFTER, 1, Unit.DAYS, Group.PRESENT))
    found = speaking(planned(at("2027-06-10", 13), *steps))
    assert {each.step.key for each in found} == {
        "before-1-days-in_person",
        "before-1-hours-online",
        "after-1-days-present",
    }


def test_two_dates_on_one_day_go_together() -> None:
    def of(dated: Dated, step: Step, uid: str, network: int = 1) -> Due:
        [due] = plan_date(1, network, uid, dated, [step], moved_at=None, is_last=True)
        return due

    ten, two, next_day = at("2027-06-10", 10), at("2027-06-10", 14), at("2027-06-11", 10)
    day, hour = before(1, Unit.DAYS), before(1, Unit.HOURS, Group.ONLINE)

    def goes(lead: Due, other: Due) -> bool:
        return goes_along(lead, other, lead.due_at)

    assert goes(of(ten, day, "a"), of(two, day, "b"))
    assert not goes(of(ten, before(7, Unit.DAYS), "a"), of(two, day, "b"))
    assert not goes(of(ten, day, "a"), of(next_day, day, "b"))
    assert not goes(of(ten, day, "a"), of(two, day, "b", network=2))
    assert not goes(of(ten, hour, "a"), of(two, hour, "b")), "four hours too early"
    assert goes(of(ten, hour, "a"), of(at("2027-06-10", 11), hour, "b"))


def test_steps_come_in_the_order_of_time() -> None:
    assert [step.key for step in in_order(reversed(DEFAULTS))] == [
        "before-7-days-in_person",
        "before-1-days-in_person",
        "before-1-days-online",
        "before-1-hours-online",
        "after-1-days-present",
        "after-1-days-present_online",
        "after-1-days-absent",
        "after-1-days-waiting",
    ]
