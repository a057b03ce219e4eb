"""The demo: dated events as the real documents give them, and examples that say so."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from eventapp.checkin.rules import valid_from
from eventapp.clock import BERLIN
from eventapp.db import reading
from eventapp.events.models import Event, WalkIns
from eventapp.importing.demo import demo_texts, example_days
from eventapp.ops import demo as ops_demo
from tests.importing.files import NOW, everything, load
from tests.stored import stored


@pytest.fixture
def demo(app: Flask) -> None:  # noqa: ARG001  on an empty database
    for text in demo_texts(date(2026, 11, 23)):
        load(text)


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("slug", "title", "starts_at"),
    [
        (
            "junge-wilde-2024",
            "Junge Wilde: Räume schaffen für das Engagement junger Menschen",
            datetime(2024, 9, 11, 11, 30, tzinfo=UTC),
        ),
        (
            "engagementstrategien-2024",
            "Wieso, weshalb, warum? Engagementstrategien auf kommunaler Ebene",
            datetime(2024, 11, 13, 12, 30, tzinfo=UTC),
        ),
    ],
)
def test_the_dated_seminars(slug: str, title: str, starts_at: datetime) -> None:
    event = stored(slug)
    assert (event.title, event.starts_at) == (title, starts_at)
    assert event.ends_at == starts_at + timedelta(minutes=90)
    assert (event.network.slug, event.attendances) == ("dsee", ("online",))
    assert event.series is not None
    assert event.series.title == "Kommunal Engagiert"


@pytest.mark.usefixtures("demo")
def test_the_events_with_time_open() -> None:
    conference = stored("hauptamt-staerkt-ehrenamt-2024")
    assert (conference.starts_on, conference.ends_on) == (date(2024, 5, 13), date(2024, 5, 13))
    assert (conference.starts_at, conference.has_in_person, conference.has_online) == (
        None,
        True,
        True,
    )
    milestone = stored("engagementstrategie-nrw-beschluss")
    assert (milestone.starts_on, milestone.kind) == (date(2021, 2, 2), "milestone")
    assert milestone.attendances == ()


@pytest.mark.usefixtures("demo")
def test_examples_say_so_and_straddle_the_clock_change() -> None:
    with reading() as connection:
        titles = connection.scalars(select(Event.title).where(Event.last_day > date(2026, 1, 1)))
        assert all(title.endswith("(Beispiel)") for title in titles)
    september, november = (stored(f"kommunal-engagiert-{m}") for m in ("september", "november"))
    assert september.starts_at == datetime(2027, 9, 8, 11, 30, tzinfo=UTC)
    assert november.starts_at == datetime(2027, 11, 10, 12, 30, tzinfo=UTC)


def test_the_examples_lie_ahead_on_every_day_of_two_years() -> None:
    for number in range(730):
        today = date(2027, 1, 1) + timedelta(days=number)
        assert min(example_days(today).values()) > today


@pytest.mark.usefixtures("demo")
def test_one_event_is_under_way_and_lets_people_in() -> None:
    event = stored("einlass-beispiel")
    assert (event.first_day, event.last_day) == (date(2026, 11, 23), date(2026, 11, 29))
    assert valid_from(event) <= datetime(2026, 11, 23, 0, 0, tzinfo=BERLIN)
    assert event.registration_closes_at == datetime(2026, 11, 29, 18, tzinfo=BERLIN)
    assert event.names_at_door
    assert event.walk_ins == WalkIns.WHILE_FREE


def test_nobody_is_invited_for_christmas_or_good_friday() -> None:
    easter_2027, christmas_2026 = date(2027, 3, 28), date(2026, 12, 25)
    closed = {easter_2027 - timedelta(days=2), easter_2027 - timedelta(days=1)}
    closed |= {christmas_2026, christmas_2026 + timedelta(days=1), date(2027, 1, 1)}
    for number in range(365):
        days = example_days(date(2026, 10, 1) + timedelta(days=number))
        assert not closed & set(days.values())


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("today", [date(2027, 3, 1), date(2028, 2, 29), date(2027, 9, 8)])
def test_the_demo_loads_whenever_the_clocks_change(today: date) -> None:
    for text in demo_texts(today):
        load(text)


@pytest.mark.usefixtures("demo")
def test_the_demo_twice_changes_nothing() -> None:
    before = everything()
    for text in demo_texts(date(2026, 11, 23)):
        load(text, now=NOW.replace(year=2025))
    assert everything() == before


def test_the_door_is_named_while_there_is_one_to_try(
    app: Flask,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ops_demo, "now", lambda: datetime(2026, 11, 23, 12, tzinfo=UTC))
    assert not ops_demo.is_door_to_try()
    for text in demo_texts(date(2026, 11, 23)):
        load(text)
    assert ops_demo.is_door_to_try()
    monkeypatch.setattr(ops_demo, "now", lambda: datetime(2026, 12, 23, 12, tzinfo=UTC))
    assert not ops_demo.is_door_to_try()
