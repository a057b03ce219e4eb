"""The QR code of a ticket: opaque black on white with its quiet zone, so that it always decodes."""

import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO

import qrcode
from markupsafe import Markup
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q

BORDER = 4  # modules of white around the code (ISO/IEC 18004)
PIXELS = 10  # a module
_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]+")
_DARK = re.compile(b"\x01+")
_MASK = 3  # any mask is valid; finding the best one costs three quarters of the time


def ticket_url(public_url: str, ticket: str) -> str:
    """The code's text, in upper case: alphanumeric mode makes the code small."""
    return f"{public_url}/C/{ticket}".upper()


def _matrix(text: str, level: int = ERROR_CORRECT_M) -> list[list[bool]]:
    """Row by row, True for black, the quiet zone included."""
    code = qrcode.QRCode(error_correction=level, border=BORDER, mask_pattern=_MASK)
    if _ALPHANUMERIC.fullmatch(text):
        code.version = _version(len(text), level)
        code.add_data(text, optimize=0)
        code.make(fit=False)
    else:
        code.add_data(text)
    return code.get_matrix()


@cache
def _version(length: int, level: int) -> int:
    """The smallest that holds so many signs of that mode; finding it costs as much as drawing."""
    code = qrcode.QRCode(error_correction=level)
    code.add_data("A" * length, optimize=0)
    return code.best_fit()


def png(text: str) -> bytes:
    """A PNG of one bit a pixel."""
    rows = _matrix(text)
    size = len(rows)
    modules = Image.frombytes("L", (size, size), bytes(not dark for row in rows for dark in row))
    picture = modules.point([0] + [255] * 255, "1").resize((size * PIXELS, size * PIXELS))
    buffer = BytesIO()
    picture.save(buffer, format="PNG")
    return buffer.getvalue()


def print_svg(text: str) -> str:
    """A picture of its own for letters, which get folds and stains: level Q."""
    return _svg(_matrix(text, ERROR_CORRECT_Q), 'xmlns="http://www.w3.org/2000/svg"')


def svg(text: str) -> Markup:
    """An inline SVG of one path, decorative for screen readers: its frame carries the name."""
    return Markup(_svg(_matrix(text), 'aria-hidden="true"'))


def _svg(rows: list[list[bool]], attribute: str) -> str:
    path, size = " ".join(_strokes(rows)), len(rows)
    return (
        f'<svg viewBox="0 0 {size} {size}" shape-rendering="crispEdges" {attribute}>'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path fill="#000" d="{path}"/></svg>'
    )


def _strokes(rows: list[list[bool]]) -> Iterator[str]:
    """Of the path: each run of dark modules in a row, as a rectangle."""
    for y, row in enumerate(rows):
        for found in _DARK.finditer(bytes(row)):
            start, end = found.span()
            yield f"M{start} {y}h{end - start}v1h-{end - start}z"
