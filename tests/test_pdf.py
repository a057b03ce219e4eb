"""PDF files: what people type is shown as typed, whatever signs it holds."""

from typing import Any

import pytest

from eventapp.pdf import write_pdf

SHEET: dict[str, Any] = {
    "title": "Bestellung",
    "lang": "de",
    "foot": "Stand 1. März",
    "event": "Jahrestreffen",
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
    '#read("order.typ") *fett* $x$ @ort <img> {{7*7}}',
    "Жуков אב 中文 😀\u0000\u202e",
    "x" * 5000,
)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_tagged_file_of_whatever_is_typed(text: str) -> None:
    made = write_pdf("order", {**SHEET, "event": text, "remark": f"{text}\n{text}"})
    assert made.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in made
    assert b"pdfuaid" in made


def test_a_fault_of_a_template_is_no_missing_sign() -> None:
    with pytest.raises(RuntimeError, match="event"):
        write_pdf("order", {name: value for name, value in SHEET.items() if name != "event"})
