"""Weeks, comparison, and what replaces what was kept."""

from datetime import date

from eventapp.figures.rules import (
    MOST_WEEKS,
    Figures,
    compare,
    from_json,
    weeks,
    worth_keeping,
)


def test_weeks_have_no_gaps_and_the_oldest_are_summed() -> None:
    days = {"2026-12-31": 2, "2027-01-03": 1, "2027-01-18": 4}
    shown, earlier = weeks(days, date(2027, 1, 20))
    assert [(week.isocalendar().week, n) for week, n in shown] == [(53, 3), (1, 0), (2, 0), (3, 4)]
    assert earlier == 0
    shown, earlier = weeks({"2026-01-01": 5, **days}, date(2027, 1, 20))
    assert len(shown) == MOST_WEEKS
    assert earlier == 5
    assert weeks({}, date(2027, 1, 1)) == ([], 0)


def test_two_events_are_compared_at_the_same_distance() -> None:
    mine = {"2027-08-01": 10, "2027-08-20": 5}
    other = {"2026-07-01": 8, "2026-08-20": 4, "2026-09-01": 20}
    first, other_first = date(2027, 9, 8), date(2026, 9, 9)
    found = compare(mine, first, other, other_first, date(2027, 8, 20))
    assert (found.days, found.now, found.then, found.end) == (19, 15, 12, 32)


def test_figures_are_kept_until_fewer_are_counted() -> None:
    many, few = Figures(statuses={"confirmed": 9}), Figures(statuses={"confirmed": 8})
    assert worth_keeping(many, None)
    assert worth_keeping(many, few)
    assert not worth_keeping(few, many)
    assert not worth_keeping(Figures(), None)
    assert from_json(many.as_json()) == many
