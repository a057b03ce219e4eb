"""The QR code of a ticket: opaque black on white with its quiet zone, so that it always decodes."""

from io import BytesIO
from typing import Any

import qrcode
from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.pil import PilImage

BORDER = 4  # modules of white around the code (ISO/IEC 18004)
PIXELS = 10  # a module
_MASK = 3  # any mask is valid; finding the best one costs three quarters of the time


def ticket_url(public_url: str, ticket: str) -> str:
    """The code's text, in upper case: alphanumeric mode makes the code small."""
    return f"{public_url}/C/{ticket}".upper()


def _code(text: str) -> Any:
    code: Any = qrcode.QRCode(
        error_correction=ERROR_CORRECT_M, box_size=PIXELS, border=BORDER, mask_pattern=_MASK
    )
    code.add_data(text)
    code.make(fit=True)
    return code


def png(text: str) -> bytes:
    """A PNG of one bit a pixel."""
    buffer = BytesIO()
    _code(text).make_image(image_factory=PilImage).save(buffer, format="PNG")
    return buffer.getvalue()


def svg(text: str) -> Markup:
    """An inline SVG of one path, decorative for screen readers: its frame carries the name."""
    rows = _code(text).get_matrix()  # quiet zone included
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    size = len(rows)
    return Markup(
        f'<svg viewBox="0 0 {size} {size}" shape-rendering="crispEdges" aria-hidden="true">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path fill="#000" d="{path}"/></svg>'
    )
