"""Which days a rhythm falls on, what a date is when clocks are changed, what it is called."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.planning.recurrence import (
    LAST,
    MOST_DATES,
    Hours,
    Naming,
    Rhythm,
    Rule,
    TooManyDates,
    Trouble,
    base_title,
    days_of,
    new_date,
    nth_of,
    titles,
)

FIRST, END = date(2027, 1, 1), date(2027, 12, 31)


def rule(rhythm: Rhythm, **values: object) -> Rule:
    return Rule(**{"rhythm": rhythm, "first": FIRST, "last": END, **values})  # type: ignore[arg-type]


def test_every_week_and_every_other() -> None:
    weekly = days_of(rule(Rhythm.WEEKLY, weekday=1))
    assert (weekly[0], weekly[-1], len(weekly)) == (date(2027, 1, 5), date(2027, 12, 28), 52)
    assert days_of(rule(Rhythm.FORTNIGHTLY, weekday=1)) == weekly[::2]
    assert days_of(rule(Rhythm.WEEKLY, weekday=4))[0] == FIRST  # the first day counts


@pytest.mark.parametrize(
    ("nth", "first_three"),
    [
        (2, [date(2027, 1, 12), date(2027, 2, 9), date(2027, 3, 9)]),
        (LAST, [date(2027, 1, 26), date(2027, 2, 23), date(2027, 3, 30)]),
    ],
)
def test_every_month(nth: int, first_three: list[date]) -> None:
    found = days_of(rule(Rhythm.MONTHLY, weekday=1, nth=nth))
    assert (found[:3], len(found)) == (first_three, 12)
    assert days_of(rule(Rhythm.MONTHLY, weekday=1, nth=nth, first=date(2027, 1, 27))) == found[1:]


def test_days_by_hand_and_days_left_out() -> None:
    listed = (date(2027, 3, 9), date(2027, 2, 1), date(2027, 3, 9))
    assert days_of(rule(Rhythm.LISTED, listed=listed)) == [date(2027, 2, 1), date(2027, 3, 9)]
    without = frozenset({date(2027, 1, 12)})
    assert date(2027, 1, 12) not in days_of(rule(Rhythm.WEEKLY, weekday=1, without=without))


def test_no_more_than_can_be_looked_through() -> None:
    with pytest.raises(TooManyDates):
        days_of(rule(Rhythm.WEEKLY, last=date(2199, 1, 1)))


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 6), st.sampled_from([1, 4, -1]))
def test_a_rhythm_keeps_its_weekday_and_its_place(first: date, weekday: int, nth: int) -> None:
    last = first + timedelta(days=400)
    for rhythm in (Rhythm.WEEKLY, Rhythm.MONTHLY):
        found = days_of(rule(rhythm, first=first, last=last, weekday=weekday, nth=nth))
        assert found == sorted(set(found))
        assert len(found) <= MOST_DATES
        assert all(day.weekday() == weekday and first <= day <= last for day in found)
        if rhythm is Rhythm.MONTHLY:
            assert all((nth_of(day) == nth or nth == LAST) for day in found)
            assert len({(day.year, day.month) for day in found}) == len(found)


def test_hours_that_a_day_lacks_or_has_twice() -> None:
    night = Hours(time(2, 30), time(4))
    never = new_date(date(2027, 3, 28), "Nacht", night)
    assert (never.trouble, never.starts_at) == (Trouble.NEVER, None)
    first, second = (new_date(date(2027, 10, 31), "", night, second=each) for each in (False, True))
    assert first.trouble is second.trouble is Trouble.TWICE
    assert first.starts_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert second.starts_at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    summer = new_date(date(2027, 7, 6), "", Hours(time(18), time(1), later=1))
    assert (summer.trouble, summer.starts_at) == (None, datetime(2027, 7, 6, 16, tzinfo=UTC))
    assert (summer.span.first_day, summer.span.last_day) == (date(2027, 7, 6), date(2027, 7, 7))


@pytest.mark.parametrize(
    ("title", "base"),
    [("Stammtisch 3", "Stammtisch"), ("Treffen 2027", "Treffen 2027"), ("12", "12")],
)
def test_a_number_behind_the_title_goes(title: str, base: str) -> None:
    assert base_title(title) == base


def test_what_the_dates_are_called() -> None:
    days = [date(2027, 1, 12), date(2027, 2, 9)]
    assert titles("Runde", Naming.SAME, days, 1) == ["Runde", "Runde"]
    assert titles("Runde", Naming.NUMBER, days, 4) == ["Runde 4", "Runde 5"]
    assert titles("Runde", Naming.DATE, days, 1)[1] == "Runde am 9. Februar 2027"
