"""Files that office programs open: nothing in them calculates, and what was typed comes back."""

import csv
import io
import zipfile
from datetime import UTC, datetime

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from eventapp.forms import without_controls
from eventapp.spreadsheets import BOM, inert, plain, write_csv, write_xlsx

FORMULAS = ["=1+1", " =1+1", "+49 351 1", "-1", "@SUM(A1)", "\t=x", "\r=x", "\uff1d1", "\u202e=1"]
HARMLESS = ["", "Bündnis", "'s Büdle", "a=b", "01067"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_begins_a_formula(text: str) -> None:
    assert inert(text).startswith("'")
    assert plain(inert(text)) == without_controls(text)


def test_neither_does_one_begin_with_a_blank_that_programs_skip() -> None:
    assert [inert(f"{blank}1") for blank in "\t\r"] == ["' 1", "'\n1"]


@pytest.mark.parametrize("text", HARMLESS)
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert plain(inert(text)) == inert(text) == text


def test_signs_that_turn_or_hide_text_are_left_out() -> None:
    assert inert("a\u202eb\x00c") == "abc"


def test_both_formats_hold_the_same(app: Flask) -> None:
    rows = [["Bündnis", "01067", 7, None], ["=1+1", 'a;b\n"c"', 0, ["x", "y"]]]
    with app.test_request_context():
        text, book = write_csv(["A", "B", "=C", "D"], rows), write_xlsx("Blatt", list("ABCD"), rows)
    assert text.startswith(BOM)
    assert [*csv.reader(io.StringIO(text[1:]), delimiter=";")] == [
        ["A", "B", "'=C", "D"],
        ["Bündnis", "01067", "7", ""],
        ["'=1+1", 'a;b\n"c"', "0", "x, y"],
    ]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0)
    assert sheet.to_python()[1:] == [
        ["Bündnis", "01067", 7.0, ""],
        ["=1+1", 'a;b\n"c"', 0.0, "x, y"],
    ]
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
        assert b'quotePrefix="1"' in parts.read("xl/styles.xml")


def test_an_instant_is_a_date_of_berlin(app: Flask) -> None:
    moment = datetime(2027, 7, 1, 10, 30, tzinfo=UTC)
    with app.test_request_context():
        text, book = write_csv(["A"], [[moment]]), write_xlsx("Blatt", ["A"], [[moment]])
    assert text.endswith("2027-07-01 12:30\r\n")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0)
    assert str(sheet.to_python()[1][0]) == "2027-07-01 12:30:00"
