"""Tables as files that office programs open, CSV and XLSX; in neither is any cell a formula.

Cells are whatever `shown` knows; numbers and instants stay such where the format has some.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from xlsxwriter import Workbook

from eventapp.clock import BERLIN
from eventapp.forms import without_controls
from eventapp.languages import gettext as _

BOM = "\ufeff"  # tells Excel that it is UTF-8
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_IN_CELL = 32_767  # characters, Excel's limit

_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # also in full width
_BLANKS = ("\t", "\r")

Rows = Iterable[Sequence[Any]]


def shown(value: Any) -> str:
    """A stored value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    if isinstance(value, datetime):
        return value.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, list | tuple):
        return ", ".join(shown(each) for each in value)
    return str(value)


def inert(text: str) -> str:
    """An apostrophe before what a program may take for a formula (OWASP, CSV Injection); no sign
    that turns or hides text, and none before the look at what the text begins with."""
    clean = without_controls(text)
    is_formula = _may_be_formula(clean) or text.startswith(_BLANKS)
    return f"'{clean}" if is_formula else clean


def plain(text: str) -> str:
    """What `inert` was given, read back."""
    return text[1:] if text.startswith("'") and _may_be_formula(text[1:]) else text


def _may_be_formula(text: str) -> bool:
    return text.lstrip().startswith(_FORMULA)


def write_csv(headings: Sequence[str], rows: Rows) -> str:
    """UTF-8 with a mark at its start, semicolons, CRLF."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow([inert(heading) for heading in headings])
    writer.writerows([inert(shown(cell)) for cell in row] for row in rows)
    return BOM + file.getvalue()


def write_xlsx(sheet: str, headings: Sequence[str], rows: Rows) -> bytes:
    """One sheet, its heading kept in view; `sheet` is at most 31 characters.

    A text that looks like a formula is marked as text (`quotePrefix`, ECMA-376 18.8.45): it
    does not become one when somebody edits the cell.
    """
    file = io.BytesIO()
    book = Workbook(file, {"in_memory": True, "strings_to_formulas": False})
    page, bold = book.add_worksheet(sheet), book.add_format({"bold": True})
    quoted = book.add_format({"quote_prefix": True})
    dated = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for column, heading in enumerate(headings):
        page.write_string(0, column, _cell(heading), bold)
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, int | float) and not isinstance(value, bool):
                page.write_number(number, column, value)
            elif isinstance(value, datetime):  # a date to reckon with; Excel knows no time zone
                wall_time = value.astimezone(BERLIN).replace(tzinfo=None)
                page.write_datetime(number, column, wall_time, dated)
            elif text := _cell(shown(value)):
                page.write_string(number, column, text, quoted if _may_be_formula(text) else None)
    page.freeze_panes(1, 0)
    page.autofit(max_width=400)
    book.close()
    return file.getvalue()


def _cell(text: str) -> str:
    return without_controls(text)[:MOST_IN_CELL]
