"""How names fit: as large as possible, never below 24 points, broken and shortened by rule."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.paper.fitting import (
    LINE,
    POINTS,
    SMALLEST,
    SOFT,
    Fitted,
    Name,
    Room,
    fit_name,
    fit_text,
    text_width,
    with_soft_hyphens,
)
from tests.paper.crowd import LONG

ROOM = Room(width=82 * POINTS, height=40 * POINTS, full=29 * POINTS, narrow=61 * POINTS)


def fits(name: Fitted, room: Room) -> None:
    assert name.size >= SMALLEST
    assert name.height <= room.height + 0.01
    widths = room.widths(name.size, name.line)
    for number, line in enumerate(name.lines):
        assert text_width(line, name.size) * name.squeeze <= widths(number) + 0.01, line


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (Name("", "Zoë", "Müller-Lüdenscheidt"), ("Zoë", "Müller-Lüdenscheidt")),
        (Name("", "Şükrü", "Öğün"), ("Şükrü", "Öğün")),
        (Name("", "Nguyễn Thị", "Ánh"), ("Nguyễn Thị", "Ánh")),
        (Name("Dr.", "Ada", "Berg"), ("Dr. Ada", "Berg")),
        (
            Name("Dr.", "Maximiliane Katharina", "Leutheusser-Schnarrenberger"),
            ("Maximiliane Katharina", "Leutheusser-", "Schnarrenberger"),
        ),
        (
            Name("Prof. Dr.", "Anna Maria", LONG),
            (
                "Anna Maria",
                "Wolfeschlegelsteinhausen-",
                "Bergerdorffschwarzenberg-",
                "meierhausen",
            ),
        ),
        (
            Name("", "Karl-Theodor", "Freiherr von und zu Guttenberg"),
            ("Karl-Theodor", "Freiherr von und zu", "Guttenberg"),
        ),
        (Name("", "", "Berg"), ("Berg",)),
    ],
)
def test_names_in_lines(name: Name, lines: tuple[str, ...]) -> None:
    fitted = fit_name(name, [ROOM], 34)
    fits(fitted, ROOM)
    assert fitted.lines == lines


def test_short_names_are_large_and_rooms_for_the_long_ones_hold_them_whole() -> None:
    assert fit_name(Name("", "Kim", "Li"), [ROOM], 34).size == 34
    large = Room(width=92 * POINTS, height=80 * POINTS, full=80 * POINTS, narrow=92 * POINTS)
    fitted = fit_name(Name("", "Anna", LONG), [large], 48)
    assert fitted.is_whole
    assert "".join(fitted.lines[1:]).replace("-", "") == LONG.replace("-", "")


def test_small_words_of_a_surname_give_way_before_it_is_cut() -> None:
    low = Room(width=52 * POINTS, height=2 * SMALLEST * LINE, full=200, narrow=52 * POINTS)
    fitted = fit_name(Name("", "Karl", "Freiherr von und zu Bergenstein"), [low], 34)
    assert fitted.lines == ("Karl Freiherr v.", "u. z. Bergenstein")
    assert not fitted.is_whole


def test_a_line_less_is_worth_some_points() -> None:
    fitted = fit_name(Name("", "Zoë", "Müller-Lüdenscheidt"), [ROOM], 28)
    assert (fitted.lines, fitted.size) == (("Zoë", "Müller-Lüdenscheidt"), SMALLEST)


def test_the_room_with_the_organisation_is_left_before_a_word_is_broken() -> None:
    lower = replace(ROOM, height=2 * SMALLEST * LINE)
    name = Name("", "Anna", "Leutheusser-Schnarrenberger")
    assert fit_name(name, [lower, ROOM], 34).lines == ("Anna", "Leutheusser-", "Schnarrenberger")


def test_soft_hyphens_stand_where_syllables_seem_to_begin() -> None:
    assert with_soft_hyphens("Bergerdorff").split(SOFT) == ["Ber", "ger", "dorff"]


@given(
    st.text("abcdeÖŞ-nguyễ ", min_size=1, max_size=40),
    st.text("abcdeÖŞ-nguyễ ", min_size=1, max_size=90),
)
def test_whatever_the_name_it_stays_in_its_room(first: str, last: str) -> None:
    fits(fit_name(Name("Prof. Dr.", first.strip(), last.strip() or "x"), [ROOM], 34), ROOM)


def test_texts_end_where_their_lines_do() -> None:
    assert fit_text("Verein", 100, 11, 2) == ["Verein"]
    assert fit_text("Verein", 100, 11, 0) == []
    lines = fit_text("Landkreis Sächsische Schweiz-Osterzgebirge, Stabsstelle", 100, 11, 2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
