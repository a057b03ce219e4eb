"""Whom paper is for, and how many at once."""

from datetime import timedelta

import pytest

from eventapp.paper.rules import (
    MOST_PEOPLE,
    Badge,
    NobodyOnPaper,
    TooManyOnPaper,
    check_count,
    expected,
    is_due,
)
from eventapp.participants.selection import Sort, Wanted
from tests.registration.test_actions import NOW


def test_the_selection_is_narrowed_to_whoever_is_expected() -> None:
    wanted = expected(Wanted(q="berg", statuses=("confirmed", "pending"), sort=Sort.NEWEST))
    assert (wanted.q, wanted.statuses, wanted.attendance) == ("berg", ("confirmed",), "in_person")
    assert wanted.sort == Sort.NAME


def test_who_is_due_a_badge() -> None:
    made = Badge(b"Ada", NOW)
    assert is_due(b"Ada", None)
    assert is_due(b"Ada Berg", made)
    assert not is_due(b"Ada", made)
    assert is_due(b"Ada", made, NOW)  # made for this very order
    assert not is_due(b"Ada", made, NOW + timedelta(minutes=1))


def test_nobody_and_too_many() -> None:
    for wanted in (Wanted(attendance="online"), Wanted(statuses=("waitlisted",))):
        with pytest.raises(NobodyOnPaper):
            expected(wanted)
    with pytest.raises(NobodyOnPaper):
        check_count(0)
    check_count(MOST_PEOPLE)
    with pytest.raises(TooManyOnPaper):
        check_count(MOST_PEOPLE + 1)
