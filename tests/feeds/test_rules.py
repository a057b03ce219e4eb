"""The window's edges and the tags, without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from eventapp.calendar_files import gzip_tag, matching_tag
from eventapp.feeds.rules import (
    Feed,
    Scope,
    State,
    Window,
    last_modified,
    midnight,
    tag,
    window,
)

FEED = Feed("/calendar/all.ics", Scope.ALL, "", "de")
STATE = State(7, datetime(2026, 8, 31, 9, 0, tzinfo=UTC))
TODAY = date(2026, 8, 31)


def test_window_of_whole_days() -> None:
    assert window(TODAY) == Window(
        first=date(2026, 7, 2), first_cancelled=date(2026, 8, 1), last=date(2028, 2, 29)
    )


@pytest.mark.parametrize(
    ("day", "utc"), [(date(2026, 7, 1), (30, 22)), (date(2026, 12, 1), (30, 23))]
)
def test_days_begin_at_midnight_in_berlin(day: date, utc: tuple[int, int]) -> None:
    instant = midnight(day).astimezone(UTC)
    assert (instant.day, instant.hour) == utc


def test_tag_follows_all_that_reaches_the_bytes() -> None:
    later = replace(STATE, revised_at=datetime(2026, 8, 31, 9, 0, 1, tzinfo=UTC))
    tags = {
        tag(FEED, STATE, TODAY, "site"),
        tag(replace(FEED, address="/calendar/all.ics?lang=en"), STATE, TODAY, "site"),
        tag(FEED, replace(STATE, revision=8), TODAY, "site"),
        tag(FEED, later, TODAY, "site"),
        tag(FEED, STATE, date(2026, 9, 1), "site"),
        tag(FEED, STATE, TODAY, "other site"),
    }
    assert len(tags) == 6
    assert tag(FEED, STATE, TODAY, "site") in tags


def test_the_day_moves_feeds_but_no_single_event() -> None:
    event = Feed("/events/treffen.ics", Scope.EVENT, "treffen", "de")
    tomorrow = date(2026, 9, 1)
    assert tag(event, STATE, TODAY, "site") == tag(event, STATE, tomorrow, "site")
    assert last_modified(event, STATE, tomorrow) == STATE.revised_at
    assert last_modified(FEED, STATE, TODAY) == STATE.revised_at
    assert last_modified(FEED, STATE, tomorrow) == midnight(tomorrow)


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ('"x"', "x"),
        ('"x-gz"', "x-gz"),
        ('W/"x"', "x"),
        ('"a", W/"x-gz" , "b"', "x-gz"),
        ('"x-gz", "x"', "x"),
        ('"y"', None),
        ("*", None),
        ("", None),
    ],
)
def test_matching_tag(header: str, known: str | None) -> None:
    assert gzip_tag("x") == "x-gz"
    assert matching_tag(header, "x") == known
