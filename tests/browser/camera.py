"""What Chromium's fake camera shows: codes with empty pictures between them, over and over."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import qrcode
from PIL import Image, ImageDraw, ImageOps

SIZE = (640, 480)
A_SECOND = 30  # pictures
GREY = "#777777"
INK, DULL_PAPER = "#1c1c1c", "#4c4c4c"  # a print in a dark hall


@dataclass(frozen=True)
class Scene:
    """Codes side by side, and what makes them hard to read."""

    texts: tuple[str, ...]
    angle: float = 0  # degrees
    is_torn: bool = False
    is_dark: bool = False


def write_film(path: Path, scenes: Sequence[tuple[str | Scene, float]]) -> Path:
    """MJPEG of (text or scene or nothing, seconds); Chromium plays it in a loop."""
    with path.open("wb") as film:
        for shown, seconds in scenes:
            film.write(_picture(shown) * round(seconds * A_SECOND))
    return path


def _picture(shown: str | Scene) -> bytes:
    scene = Scene((shown,) if shown else ()) if isinstance(shown, str) else shown
    canvas = Image.new("RGB", SIZE, "#333333" if scene.is_dark else GREY)
    room = SIZE[0] // max(1, len(scene.texts))
    for number, text in enumerate(scene.texts):
        code = _code(text, scene, 10 if len(scene.texts) == 1 else 7)
        left = number * room + (room - code.width) // 2
        canvas.paste(code, (left, (SIZE[1] - code.height) // 2), code.getchannel("A"))
    out = BytesIO()
    canvas.save(out, "JPEG", quality=80)
    return out.getvalue()


def _code(text: str, scene: Scene, box_size: int) -> Image.Image:
    code = qrcode.make(text, box_size=box_size, border=4).get_image().convert("L")
    if scene.is_torn:  # a corner without a finder is gone, less than level M repairs
        edge = code.width - 4 * box_size
        torn = ImageDraw.Draw(code)
        torn.rectangle((edge - 6 * box_size, edge - 6 * box_size, edge, edge), fill=255)
    ends = (INK, DULL_PAPER) if scene.is_dark else ("black", "white")
    printed = ImageOps.colorize(code, *ends).convert("RGBA")
    return printed.rotate(scene.angle, Image.Resampling.BICUBIC, expand=True)
