"""How dates and times read."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, render_template_string

from eventapp.formatting import NBSP, month, when
from eventapp.languages import in_language
from tests.factories import at

JANUARY = [date(2027, 1, 23), date(2027, 1, 30)]


def span(day: date, hour: int = 10, last: date | None = None) -> SimpleNamespace:
    return timed(at(day, hour), at(last or day, 16))


def timed(starts_at: Any, ends_at: Any) -> SimpleNamespace:
    return SimpleNamespace(starts_at=starts_at, ends_at=ends_at, is_off=False)


def open_day(day: date) -> SimpleNamespace:
    return SimpleNamespace(starts_at=None, ends_at=None, starts_on=day, ends_on=day, is_off=False)


def course(*dates: SimpleNamespace) -> SimpleNamespace:
    return SimpleNamespace(dates=dates)


CASES = [
    (span(JANUARY[0]), "Samstag, 23. Januar 2027, 10:00–16:00 Uhr"),
    (
        span(JANUARY[0], last=JANUARY[1]),
        "Samstag, 23. Januar 2027, 10:00 Uhr bis Samstag, 30. Januar 2027, 16:00 Uhr",
    ),
    (open_day(JANUARY[0]), "Samstag, 23. Januar 2027"),
    (
        course(*map(span, JANUARY)),
        "2 Termine: Sa 23. und Sa 30. Januar 2027, je 10:00–16:00 Uhr",
    ),
    (
        course(*map(span, [date(2026, 12, 19), date(2027, 1, 9), date(2027, 2, 6)])),
        "3 Termine: Sa 19. Dezember 2026, Sa 9. Januar und Sa 6. Februar 2027, je 10:00–16:00 Uhr",
    ),
    (
        course(span(JANUARY[0]), span(JANUARY[1], 9)),
        (
            "2 Termine: Samstag, 23. Januar 2027, 10:00–16:00 Uhr; "
            "Samstag, 30. Januar 2027, 09:00–16:00 Uhr"
        ),
    ),
    (course(*map(open_day, JANUARY)), "2 Termine: Sa 23. und Sa 30. Januar 2027"),
]


@pytest.mark.parametrize(("value", "text"), CASES)
def test_when(app: Flask, value: SimpleNamespace, text: str) -> None:
    with app.test_request_context():
        assert when(value).replace(NBSP, " ") == text


def test_when_in_english(app: Flask) -> None:
    with app.test_request_context(), in_language("en"):
        text = when(course(*map(span, JANUARY))).replace(NBSP, " ")
    assert text == "2 dates: Sat 23 and Sat 30 January 2027, 10:00–16:00 each"


def test_hours_stay_on_one_line(app: Flask) -> None:
    with app.test_request_context():
        html = render_template_string("{{ e|when }}", e=span(JANUARY[0]))
    assert f'<span class="nowrap">10:00–16:00{NBSP}Uhr</span>' in html


def test_months_fit_into_a_date_block(app: Flask) -> None:
    with app.test_request_context():
        names = [month(date(2027, number, 1)) for number in range(1, 13)]
    assert (names[0], names[8], names[11]) == ("Januar", "Sept.", "Dez.")
    assert max(map(len, names)) <= 7
