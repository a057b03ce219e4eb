"""Cells that say too much are hidden, and follow from nothing that is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.figures.hiding import LEAST_SHOWN, hide_groups, hide_guests, hide_small
from eventapp.figures.rules import Figures, from_json

CELLS = st.dictionaries(st.text(max_size=3), st.integers(0, 30), max_size=8)


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ({"a": 10, "b": 7}, {"a": 10, "b": 7}),
        ({"a": 10, "b": 7, "c": 4}, {"a": 10, "b": None, "c": None}),
        ({"a": 10, "b": 3, "c": 2}, {"a": 10, "b": None, "c": None}),
        ({"a": 10, "b": 7, "c": 1, "d": 1}, {"a": 10, "b": None, "c": None, "d": None}),
        ({"a": 4}, {"a": None}),
        ({"a": 3, "b": 0}, {"a": None, "b": None}),
        ({"a": 9, "b": 0}, {"a": 9, "b": 0}),
        ({}, {}),
    ],
)
def test_small_cells_are_hidden(cells: dict[str, int], shown: dict[str, int | None]) -> None:
    assert hide_small(cells) == shown
    assert hide_small(hide_small(cells)) == shown


@given(CELLS)
def test_no_hidden_cell_follows_from_the_sum(cells: dict[str, int]) -> None:
    check(cells, hide_small(cells))


@given(CELLS, st.data())
def test_who_came_tells_no_more_than_who_signed_up(
    cells: dict[str, int], data: st.DataObject
) -> None:
    came = {name: data.draw(st.integers(0, n)) for name, n in cells.items()}
    registered, there = hide_groups(cells, came)
    assert hide_groups(registered, there) == (registered, there)
    if 0 < sum(cells.values()) < LEAST_SHOWN:
        assert (registered, there) == ({}, {})
        return
    check(cells, registered)
    check(came, there)
    assert all(there[name] is None for name, n in registered.items() if n is None)


def check(cells: dict[str, int], shown: dict[str, int | None]) -> None:
    """Whoever knows the sum learns of several hidden cells only what they are together."""
    hidden = [name for name, n in shown.items() if n is None]
    assert all(n == 0 or n >= LEAST_SHOWN for n in shown.values() if n is not None)
    if hidden and len(hidden) < len(cells):
        assert len(hidden) > 1
        assert sum(cells[name] for name in hidden) >= LEAST_SHOWN


def test_what_was_kept_before_groups_were_counted_stays_readable() -> None:
    old = {
        "statuses": {"confirmed": 12},
        "types": {"Verein": 12},
        "districts": {"": None, "x": None},
    }
    figures = from_json(old)
    assert figures.without_small_cells() == figures
    assert (figures.registered, figures.there, figures.absent, figures.met) == (12, 0, None, None)


def test_hidden_figures_stay_as_they_are() -> None:
    figures = Figures(
        types={"a": 6, "b": 9},
        there_types={"a": 2, "b": 7},
        invitations={"invited": 3, "guests": 2},
    )
    hidden = figures.without_small_cells()
    assert hidden.there_types == {"a": None, "b": None}
    assert from_json(hidden.as_json()).without_small_cells() == hidden


def test_of_invitations_only_people_are_hidden() -> None:
    counted = {"invited": 3, "answered": 2, "represented": 1, "guests_invited": 4, "guests": 0}
    shown = hide_guests(counted)
    assert shown == {**counted, "guests_invited": None}
