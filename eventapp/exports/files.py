"""A table about people as the bytes of a file, in each format."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from eventapp import spreadsheets
from eventapp.exports.layout import breakable, lay_out, shortened
from eventapp.exports.rules import Format
from eventapp.forms import without_controls
from eventapp.languages import gettext as _
from eventapp.pdf import write_pdf
from eventapp.spreadsheets import shown


@dataclass(frozen=True)
class Heading:
    """What stands above the table on paper."""

    title: str
    lines: Sequence[str]  # when, whom of them, how many
    foot: str
    language: str


def write(
    format_: Format, heading: Heading, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> bytes:
    """Takes seconds for thousands of rows: nothing for a transaction."""
    match format_:
        case Format.CSV:
            return spreadsheets.write_csv(columns, rows).encode()
        case Format.XLSX:
            return spreadsheets.write_xlsx(_("Teilnehmende"), columns, rows)
        case Format.PDF:
            return write_pdf("people", paper(heading, columns, rows))
        case Format.ZIP:
            raise ValueError("a table is one file")


def paper(
    heading: Heading, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> dict[str, Any]:
    """What the template of the PDF is given."""
    texts = [[shortened(without_controls(shown(cell))) for cell in row] for row in rows]
    layout = lay_out(columns, texts)
    return {
        "title": heading.title,
        "lines": heading.lines,
        "foot": heading.foot,
        "lang": heading.language,
        "page_words": _("Seite %(page)s von %(pages)s", page="{page}", pages="{pages}"),
        "flipped": layout.is_across,
        "size": layout.size,
        "widths": layout.shares,
        "headings": _breakable(columns, layout.letters),
        "rows": [_breakable(row, layout.letters) for row in texts],
    }


def _breakable(texts: Sequence[str], letters: Sequence[float]) -> list[str]:
    return [breakable(text, most) for text, most in zip(texts, letters, strict=True)]
