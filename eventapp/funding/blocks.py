"""What papers for a funder are made of, as `funding.typ` takes it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from eventapp import pdf
from eventapp.events.definition import EventDefinition
from eventapp.formatting import when
from eventapp.languages import gettext as _
from eventapp.languages import present_language
from eventapp.networks.printed import printed_logo

Block = dict[str, Any]


def write(
    event: EventDefinition, title: str, parts: Iterable[Block], at: datetime | None = None
) -> bytes:
    """The file; with `at` the same blocks make the same bytes."""
    return pdf.write_pdf("funding", data(event, title, parts), at=at)


def data(event: EventDefinition, title: str, parts: Iterable[Block]) -> dict[str, Any]:
    return {
        "title": f"{title}: {event.title}",
        "lang": present_language(),
        "foot": event.network.name,
        "page_words": _("Seite %(page)s von %(pages)s", page="{page}", pages="{pages}"),
        "logo": printed_logo(event.network.inherited.logo),
        "lines": [when(event)],
        "blocks": list(parts),
    }


def heading(text: str) -> Block:
    return {"kind": "heading", "text": text}


def text(text: str) -> Block:
    """Paragraphs have a blank line between them."""
    return {"kind": "text", "paragraphs": [each for each in text.split("\n\n") if each.strip()]}


def facts(rows: Sequence[tuple[str, str]]) -> Block:
    return {"kind": "facts", "rows": rows}


def table(
    headings: Sequence[str],
    widths: Sequence[int],
    rows: Sequence[Sequence[str]],
    right: Sequence[int] = (),
) -> Block:
    return {
        "kind": "table",
        "headings": headings,
        "widths": widths,
        "rows": rows,
        "right": list(right),
    }


def together(*parts: Block) -> Block:
    """On one page."""
    return {"kind": "together", "blocks": parts}


def signing(*words: str) -> Block:
    return {"kind": "signing", "words": words}
