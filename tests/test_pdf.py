"""PDF files: what people type is shown as typed, whatever signs it holds."""

import os
import re
from pathlib import Path
from typing import Any

import pytest

from eventapp.pdf import write_pdf
from tests.pdfs import objects, text_of

SHEET: dict[str, Any] = {
    "title": "Bestellung",
    "lang": "de",
    "foot": "Stand 1. März",
    "facts": [["Ort", "Saal"]],
    "heading": "Essen",
    "columns": ["Kost", "Zahl"],
    "rows": [["Vegan", "3"]],
    "total": ["Zusammen", "3"],
    "notes": ["Ohne Namen."],
    "remark_heading": "Hinweis",
    "remark": "",
}
HOSTILE = (
    '=HYPERLINK("http://x.example")',
    "<img src=x onerror=alert(1)>",
    "{0.__class__}",
    "[hier](https://x.example)",
    "Name\r\nBcc: x@x.example",
    '#read("order.typ") *fett* $x$ @ort <img> {{7*7}}',
    "Жуков אב 中文 😀\u0000\u202e",
    "x" * 5000,
)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_tagged_file_of_whatever_is_typed(text: str) -> None:
    made = write_pdf("order", {**SHEET, "title": text, "remark": f"{text}\n{text}"})
    heads = "\n".join(head for head, _stream in objects(made).values())
    assert "/StructTreeRoot" in heads
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made
    assert not re.search("/(JavaScript|JS|Launch|URI|EmbeddedFile|AA|OpenAction)\\b", heads)


NAMES = ("Zoë Müller-Lüdenscheidt", "Şükrü Öğün", "Nguyễn Thị Ánh", "Олена Київ", "e\u0301=é")


def test_names_of_the_world_are_drawn_as_typed() -> None:
    rows = [[each, "1"] for each in (*NAMES, *HOSTILE[:4], "ა 漢 😀", "\u202eX\u200f\tY", "שלום")]
    text = "\n".join(text_of(write_pdf("order", {**SHEET, "rows": rows})))
    for name in (*NAMES[:4], "é=é", *HOSTILE[:4], "XY"):
        assert f"{name}\n" in text
    assert "".join(reversed("שלום")) in text  # as it stands on the paper
    assert text.count("\N{WHITE SQUARE}") == 3


def test_a_long_table_keeps_no_memory() -> None:
    """The first may: fonts, templates, what the allocator holds."""
    held = []
    for turn in "abc":
        write_pdf("order", {**SHEET, "rows": [[f"{turn}{n}" * 9, "1"] for n in range(3000)]})
        held.append(_resident())
    assert held[2] - held[0] < 100_000_000, held


def _resident() -> int:
    """Bytes of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_a_fault_of_a_template_is_no_missing_sign() -> None:
    with pytest.raises(RuntimeError, match="remark"):
        write_pdf("order", {name: value for name, value in SHEET.items() if name != "remark"})
