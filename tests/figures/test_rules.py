"""Weeks, comparison, and cells that say too much."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.figures.rules import (
    LEAST_SHOWN,
    MOST_WEEKS,
    Figures,
    compare,
    from_json,
    hide_guests,
    hide_small,
    weeks,
    worth_keeping,
)


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ({"a": 10, "b": 7}, {"a": 10, "b": 7}),
        ({"a": 10, "b": 7, "c": 4}, {"a": 10, "b": None, "c": None}),
        ({"a": 10, "b": 3, "c": 2}, {"a": 10, "b": None, "c": None}),
        ({"a": 4}, {"a": None}),
        ({"a": 9, "b": 0}, {"a": 9, "b": 0}),
        ({}, {}),
    ],
)
def test_small_cells_are_hidden(cells: dict[str, int], shown: dict[str, int | None]) -> None:
    assert hide_small(cells) == shown
    assert hide_small(hide_small(cells)) == shown


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 30), max_size=8))
def test_no_hidden_cell_follows_from_the_sum(cells: dict[str, int]) -> None:
    shown = hide_small(cells)
    hidden = [name for name, n in shown.items() if n is None]
    assert all(n == 0 or n >= LEAST_SHOWN for n in shown.values() if n is not None)
    others = [n for name, n in cells.items() if n and name not in hidden]
    assert len(hidden) != 1 or not others


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


def test_of_invitations_only_people_are_hidden() -> None:
    counted = {"invited": 3, "answered": 2, "represented": 1, "guests_invited": 4, "guests": 0}
    shown = hide_guests(counted)
    assert shown == {**counted, "guests_invited": None}
