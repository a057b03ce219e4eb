"""Slugs from titles, days of copies, the wall times of Berlin."""

from datetime import UTC, date, datetime, timedelta

import pytest

from eventapp.clock import BERLIN, instants_of
from eventapp.networks.inherited import Deadlines
from eventapp.planning.rules import days_to_repeat, moved, new_slug, proposed_ends

TODAY = date(2026, 11, 24)
wall = datetime.fromisoformat


@pytest.mark.parametrize(
    ("title", "taken", "slug"),
    [
        ("Jahrestreffen", [], "jahrestreffen"),
        ("Straße & Bürger: Übung!", [], "strasse-buerger-uebung"),
        ("Café Zoë", [], "cafe-zoe"),
        ("Treffen", ["treffen"], "treffen-2027"),
        ("Treffen 2027", ["treffen-2027"], "treffen-2027-2"),
        ("Treffen", ["treffen", "treffen-2027", "treffen-2027-2"], "treffen-2027-3"),
        ("New", [], "new-2027"),
        ("日本", [], "veranstaltung"),
        ("a" * 200, [], "a" * 60),
        ("wort " * 40, [], "-".join(["wort"] * 12)),
    ],
)
def test_an_address_is_made_of_the_title(title: str, taken: list[str], slug: str) -> None:
    assert new_slug(title, 2027, taken) == slug


@pytest.mark.parametrize(
    ("first_day", "repeated"),
    [
        (date(2026, 9, 9), date(2027, 9, 8)),
        (date(2027, 2, 13), date(2028, 2, 12)),
        (date(2024, 2, 29), date(2027, 2, 25)),
        (date(2016, 9, 7), date(2027, 9, 8)),
        (date(2025, 11, 25), date(2027, 11, 23)),  # next year's would be today
    ],
)
def test_a_copy_falls_on_the_same_weekday(first_day: date, repeated: date) -> None:
    assert first_day + days_to_repeat(first_day, TODAY) == repeated
    assert first_day.weekday() == repeated.weekday()
    assert repeated > TODAY


def test_a_moved_time_stays_what_the_clock_showed() -> None:
    summer = datetime(2026, 7, 1, 10, tzinfo=BERLIN).astimezone(UTC)
    winter = moved(summer, timedelta(days=154))
    assert winter == datetime(2026, 12, 2, 10, tzinfo=BERLIN)
    assert winter - summer == timedelta(days=154, hours=1)
    skipped = moved(datetime(2026, 3, 28, 2, 30, tzinfo=BERLIN), timedelta(days=1))
    assert skipped == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_the_clock_shows_a_time_once_never_or_twice() -> None:
    assert instants_of(wall("2026-07-01T10:00")) == (datetime(2026, 7, 1, 8, tzinfo=UTC),)
    assert instants_of(wall("2026-03-29T02:30")) == ()
    twice = instants_of(wall("2026-10-25T02:30"))
    assert twice == (
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("days", "deadline", "closes"),
    [
        (Deadlines(), None, None),
        (Deadlines(0, 1), date(2027, 3, 28), datetime(2027, 3, 27, 22, 59, tzinfo=UTC)),
        (Deadlines(14, 14), date(2027, 3, 14), datetime(2027, 3, 14, 22, 59, tzinfo=UTC)),
        (Deadlines(21, 21), None, None),  # too late for it
    ],
)
def test_a_network_proposes_ends_that_still_lie_ahead(
    days: Deadlines, deadline: date | None, closes: datetime | None
) -> None:
    now = datetime(2027, 3, 14, 12, tzinfo=UTC)
    found = proposed_ends(date(2027, 3, 28), days, now)
    assert (found.assistance_deadline, found.registration_closes_at) == (deadline, closes)
