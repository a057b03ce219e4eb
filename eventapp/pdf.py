"""PDF files from the typst templates in `templates/pdf/`: tagged, PDF/UA-1, read by screen readers.

What is typed by people is data and never markup. `page.typ` there is the sheet that all share.
"""

import json
import re
import struct
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from eventapp import clock

_HERE = Path(__file__).resolve().parent
_TEMPLATES = _HERE.parent / "templates" / "pdf"
_FONTS = tuple(_HERE / "static" / "vendor" / name for name in ("fira-sans-pdf", "noto-sans"))

_HIDDEN = {"Cc", "Cf", "Cs"}  # categories of signs that control, turn or hide text
_KEPT = "\n\u200b\u200c\u200d\u00ad"  # where lines break; what joins or parts letters
_ENDLESS = re.compile(r"\S{60}")  # a word wider than the page may break
_LARGE = 150_000  # bytes of a file that took more memory than may stay
_REMEMBERED = 10  # compilations after which typst drops what it kept of one
_STAND_IN = "\N{WHITE SQUARE}"


class Verbatim(str):
    """No text to read, such as the bytes of a picture: it reaches the template as it is."""


def write_pdf(template: str, data: Mapping[str, Any], *, at: datetime | None = None) -> bytes:
    """The file that `<template>.typ` makes of the data, which it finds as `sys.inputs.data` (JSON).

    It says that it was made now, or `at` an instant: the same data then make the same bytes.

    Signs that turn or hide text are left out; those that no font has appear as a white square. Long
    tables take about 14 KB of memory for each cell and 10,000 lines some seconds: nothing for a
    transaction.
    """
    clean, made_at = _each_text(_visible, data), at or clock.now()
    try:
        return _compile(template, clean, made_at)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
    return _compile(template, _each_text(_drawable, clean), made_at)


def _compile(template: str, data: Any, made_at: datetime) -> bytes:
    file = pages(template, data).compile(
        format="pdf", pdf_standards="ua-1", timestamp=int(made_at.timestamp())
    )
    if not isinstance(file, bytes):
        raise TypeError("typst gave no single file")
    if len(file) > _LARGE:
        _forget()
    return file


def _forget() -> None:
    """Let typst give back what it keeps in case the same is asked again: hundreds of megabytes for
    a long table, else held until ten more files are written."""
    for _ in range(_REMEMBERED + 1):
        empty = typst.Compiler(b"", font_paths=_fonts(), ignore_system_fonts=True)
        empty.compile(format="pdf")


def pages(template: str, data: Any) -> typst.Compiler:
    """Ready to be written; also as pictures."""
    return typst.Compiler(
        str(_TEMPLATES / f"{template}.typ"),
        root=str(_TEMPLATES),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )


@cache
def _fonts() -> typst.Fonts:
    """Not the machine's: the same file everywhere."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(folder) for folder in _FONTS])


def _each_text(change: Any, value: Any) -> Any:
    if isinstance(value, str):
        return value if isinstance(value, Verbatim) else change(value)
    if isinstance(value, Mapping):
        return {name: _each_text(change, each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_each_text(change, each) for each in value]
    return value


def _visible(text: str) -> str:
    if not (text.isascii() and text.isprintable()):  # else nothing in it hides
        text = unicodedata.normalize("NFC", text)
        if not _drawn().issuperset(text):  # only then is a look at each letter due
            text = "".join(each for each in text if each in _KEPT or _category(each) not in _HIDDEN)
    return _ENDLESS.sub("\\g<0>\u200b", text)


def _drawable(text: str) -> str:
    return "".join(each if each in _drawn() else _STAND_IN for each in text)


_category = unicodedata.category


@cache
def _drawn() -> frozenset[str]:
    """What our own fonts can draw; those within typst know more, but not which."""
    paths = [path for folder in _FONTS for path in folder.glob("*-400.ttf")]
    letters = {chr(code) for path in paths for code in _codes(path)}
    return frozenset({*_KEPT, *(each for each in letters if _category(each) not in _HIDDEN)})


def _codes(path: Path) -> Iterator[int]:
    """The characters of a font's `cmap` table, format 4 (OpenType, cmap: Segment mapping)."""
    font = path.read_bytes()
    [count] = struct.unpack_from(">H", font, 4)
    tables = struct.iter_unpack(">4sIII", font[12 : 12 + 16 * count])
    start = next(offset for tag, _sum, offset, _length in tables if tag == b"cmap")
    [count] = struct.unpack_from(">H", font, start + 2)
    records = struct.iter_unpack(">HHI", font[start + 4 : start + 4 + 8 * count])
    for _platform, _encoding, offset in records:
        form, _length, _language, doubled = struct.unpack_from(">4H", font, start + offset)
        if form == 4:
            ends = struct.unpack_from(f">{doubled // 2}H", font, start + offset + 14)
            starts = struct.unpack_from(f">{doubled // 2}H", font, start + offset + 16 + doubled)
            for first, last in zip(starts, ends, strict=True):
                yield from range(first, min(last, 0xFFFE) + 1)
