"""The QR code of a ticket: opaque black on white with its quiet zone, so that it always decodes."""

from io import BytesIO

import qrcode
from markupsafe import Markup
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M

BORDER = 4  # modules of white around the code (ISO/IEC 18004)
PIXELS = 10  # a module
_MASK = 3  # any mask is valid; finding the best one costs three quarters of the time


def ticket_url(public_url: str, ticket: str) -> str:
    """The code's text, in upper case: alphanumeric mode makes the code small."""
    return f"{public_url}/C/{ticket}".upper()


def _matrix(text: str) -> list[list[bool]]:
    """Row by row, True for black, the quiet zone included."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=BORDER, mask_pattern=_MASK)
    code.add_data(text)
    return code.get_matrix()


def png(text: str) -> bytes:
    """A PNG of one bit a pixel."""
    rows = _matrix(text)
    size = len(rows)
    modules = Image.frombytes("L", (size, size), bytes(not dark for row in rows for dark in row))
    picture = modules.point([0] + [255] * 255, "1").resize((size * PIXELS, size * PIXELS))
    buffer = BytesIO()
    picture.save(buffer, format="PNG")
    return buffer.getvalue()


def svg(text: str) -> Markup:
    """An inline SVG of one path, decorative for screen readers: its frame carries the name."""
    rows = _matrix(text)
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    size = len(rows)
    return Markup(
        f'<svg viewBox="0 0 {size} {size}" shape-rendering="crispEdges" aria-hidden="true">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path fill="#000" d="{path}"/></svg>'
    )
