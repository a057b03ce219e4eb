"""What Chromium's fake camera shows: codes with empty pictures between them, over and over."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import qrcode
from PIL import Image

SIZE = (640, 480)
A_SECOND = 30  # pictures


def write_film(path: Path, scenes: Sequence[tuple[str, float]]) -> Path:
    """MJPEG of (text or nothing, seconds); Chromium plays it in a loop."""
    with path.open("wb") as film:
        for text, seconds in scenes:
            film.write(_picture(text) * round(seconds * A_SECOND))
    return path


def _picture(text: str) -> bytes:
    canvas = Image.new("RGB", SIZE, "#777777")
    if text:
        code = qrcode.make(text, box_size=10, border=4).get_image().convert("RGB")
        canvas.paste(code, ((SIZE[0] - code.width) // 2, (SIZE[1] - code.height) // 2))
    out = BytesIO()
    canvas.save(out, "JPEG", quality=80)
    return out.getvalue()
