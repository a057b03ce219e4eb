"""A file from an office program as lines of text: XLSX, or CSV in the encodings that occur."""

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from eventapp.errors import Refused
from eventapp.forms import many_lines
from eventapp.spreadsheets import plain
from eventapp.zips import UNREADABLE

MOST_BYTES = 2_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 60
MOST_UNPACKED = 40_000_000  # bytes; what a file of ours unpacks to is a hundredth
MOST_CELL = 2_000  # characters
MOST_ABOVE = 10  # lines of title above the headings, at most
_DELIMITERS = ";,\t"
_ZIP, _UTF16 = b"PK\x03\x04", (b"\xff\xfe", b"\xfe\xff")
_OTHERS = ("workbook.bin", "content.xml")  # XLSB and ODS, whose cells nobody has looked at
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)(\d+)["']""")

Lines = list[list[str]]


class FileUnreadable(Refused):
    code = "file-unreadable"
    field = "file"


class FileTooLarge(Refused):
    code = "file-too-large"
    field = "file"


class TooManyRows(Refused):
    code = "too-many-rows"
    field = "file"


class NothingInFile(Refused):
    code = "nothing-in-file"
    field = "file"


def read(content: bytes) -> Lines:
    """All lines, each as long as the longest; among the first are the headings.

    Raises `FileTooLarge`, `FileUnreadable`, `TooManyRows`, `NothingInFile`.
    """
    if len(content) > MOST_BYTES:
        raise FileTooLarge(most=MOST_BYTES // 1_000_000)
    raw = _of_workbook(content) if is_workbook(content) else _of_text(content)
    lines = [[_cell(value) for value in row] for row in raw]
    while lines and not any(lines[-1]):
        lines.pop()
    filled = sum(any(line) for line in lines)
    if filled > MOST_ROWS + MOST_ABOVE:
        raise TooManyRows(most=MOST_ROWS)
    width = max((len(line) for line in lines), default=0)
    if filled < 2 or width > MOST_COLUMNS:
        raise NothingInFile if filled < 2 else FileUnreadable
    return [line + [""] * (width - len(line)) for line in lines]


def is_workbook(content: bytes) -> bool:
    """Whether it is an XLSX, or another file of parts."""
    return content.startswith(_ZIP)


def _cell(value: Any) -> str:
    """As people read it: `1067.0` is a number that somebody typed as 1067."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        value = value.date()
    text = value.isoformat() if isinstance(value, date) else str(value)
    return plain(many_lines(text[:MOST_CELL]) or "")


def _of_workbook(content: bytes) -> Sequence[Sequence[Any]]:
    """The first sheet with anything in it."""
    _check_size(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for number in range(len(book.sheet_names)):
            rows = book.get_sheet_by_index(number).to_python(skip_empty_area=False)
            if any(any(row) for row in rows):
                return rows
    except CalamineError as error:
        raise FileUnreadable from error
    raise NothingInFile


def _check_size(content: bytes) -> None:
    """A small file may unpack to a large one, or name one cell far away so that all between is
    made room for: both are looked at before anything is made of them."""
    left = MOST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if any(each.casefold().endswith(_OTHERS) for each in parts.namelist()):
                raise FileUnreadable
            if sum(each.file_size for each in parts.infolist()) > MOST_UNPACKED:
                raise FileTooLarge(most=MOST_BYTES // 1_000_000)
            for part in parts.infolist():
                text = parts.read(part)  # what is longer than it says fails here by its checksum
                left -= len(text)
                if b"sheetData" in text:
                    _check_places(text)
    except UNREADABLE as error:
        raise FileUnreadable from error
    if left < 0:
        raise FileTooLarge(most=MOST_BYTES // 1_000_000)


def _check_places(text: bytes) -> None:
    for letters, number in _PLACE.findall(text):
        if len(number) > 7 or int(number) > MOST_ROWS + 100:
            raise TooManyRows(most=MOST_ROWS)
        if len(letters) > 2:  # beyond column ZZ, the 702nd
            raise FileUnreadable


def _of_text(content: bytes) -> Sequence[Sequence[Any]]:
    text = decoded(content)
    delimiter = _delimiter(text)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise FileUnreadable from error


def decoded(content: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, else the encoding of Western Windows."""
    encoding = "utf-16" if content.startswith(_UTF16) else "utf-8-sig"
    for each in (encoding, "cp1252"):
        try:
            text = content.decode(each)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
        break
    raise FileUnreadable


def _delimiter(text: str) -> str:
    """The one that makes most columns, the same number in most of the first lines."""

    def columns(delimiter: str) -> tuple[int, int]:
        lines = []
        try:
            for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
                lines.append(len(line))
                if len(lines) == 20:
                    break
        except csv.Error:
            return 0, 0
        usual = max(set(lines), key=lines.count, default=0)
        return (lines.count(usual) if usual > 1 else 0), usual

    return max(_DELIMITERS, key=columns)
