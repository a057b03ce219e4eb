"""Paper for a crowd: what its template is given, its file, and how it looks."""

import io
from typing import Any

import zxingcpp
from PIL import Image

from eventapp import pdf
from eventapp.events.definition import EventDefinition
from eventapp.languages import in_language
from eventapp.paper import making
from eventapp.paper.queries import Printed
from eventapp.paper.rules import Paper


def data_of(
    event: EventDefinition, people: list[Printed], paper: Paper, **options: Any
) -> dict[str, Any]:
    with in_language("de"):
        content = making.Content(event, people, [])
        return making.sheet_data(content, paper, options, "de", lambda _done, _total: None)


def pictures(paper: Paper, data: dict[str, Any], ppi: int) -> list[Image.Image]:
    """Of each page."""
    compiler: Any = pdf.pages(paper.value, data)
    made = compiler.compile(format="png", ppi=ppi)
    return [Image.open(io.BytesIO(each)).convert("L") for each in made]


def codes_on(picture: Image.Image) -> list[str]:
    """From left to right and line by line."""
    read = zxingcpp.read_barcodes(picture, try_rotate=False, try_downscale=False)
    return [
        code.text
        for code in sorted(
            read, key=lambda code: (round(code.position.top_left.y / 50), code.position.top_left.x)
        )
    ]
