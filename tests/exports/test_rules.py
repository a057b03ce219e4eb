"""How a table fits on paper; what is large; how a job stands."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from eventapp.clock import now
from eventapp.exports import layout
from eventapp.exports.layout import LONGEST, breakable, lay_out, shortened
from eventapp.exports.models import ExportState
from eventapp.exports.rules import (
    KEPT,
    MOST_PDF_CELLS,
    Format,
    PdfTooLong,
    Shown,
    check_size,
    is_large,
    shown,
)


def test_few_columns_stand_upright_and_many_lie_across_in_smaller_type() -> None:
    few = lay_out(["Nachname", "Vorname"], [["Müller", "Zoë"]] * 3)
    assert (few.is_across, few.size) == (False, 10)
    many = lay_out(["Organisation"] * 12, [["Engagement der Länder"] * 12] * 3)
    assert many.is_across
    assert many.size < few.size
    for each, width in ((few, layout.UPRIGHT), (many, layout.ACROSS)):
        assert sum(each.shares) == pytest.approx(width)
    assert not lay_out(["Nachname"], []).is_across


def test_one_long_cell_does_not_rule_the_table() -> None:
    rows = [["x" * 5000, "y"], *([["Kurz", "Bündnis für Engagement"]] * 40)]
    short, long = lay_out(["A", "B"], rows).letters
    assert short < long


def test_only_words_wider_than_the_column_may_break() -> None:
    assert breakable("Bündnis für Engagement", 11) == "Bündnis für Engagement"
    assert breakable("a " + "x" * 9, 8) == "a xxxx\u200bxxxx\u200bx"


def test_a_pdf_takes_so_many_cells_and_says_how_many_people_that_is() -> None:
    check_size(Format.PDF, MOST_PDF_CELLS // 10, 10)
    check_size(Format.CSV, MOST_PDF_CELLS, 10)
    with pytest.raises(PdfTooLong) as refused:
        check_size(Format.PDF, MOST_PDF_CELLS // 10 + 1, 10)
    assert refused.value.values == {"rows": MOST_PDF_CELLS // 10, "columns": 10}


@pytest.mark.parametrize(("form", "rows"), [("csv", 1000), ("xlsx", 1000), ("pdf", 200)])
def test_large_ones_are_made_by_a_worker(form: Format, rows: int) -> None:
    assert not is_large(Format(form), rows)
    assert is_large(Format(form), rows + 1)


def test_a_file_is_there_for_a_day() -> None:
    moment = now()
    job = SimpleNamespace(state=ExportState.DONE, done_at=moment)
    assert shown(job, moment + KEPT - timedelta(seconds=1)) is Shown.READY
    assert shown(job, moment + KEPT) is Shown.EXPIRED
    assert shown(SimpleNamespace(state=ExportState.FAILED), moment) is Shown.FAILED


def test_paper_shows_the_beginning_of_a_text_without_end() -> None:
    assert shortened("W" * LONGEST) == "W" * LONGEST
    assert shortened("W" * 5000) == "W" * (LONGEST - 1) + "…"
