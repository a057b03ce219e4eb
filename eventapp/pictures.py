"""Pictures as they were uploaded, decoded and encoded anew: only the picture itself is kept."""

import io
from dataclasses import dataclass
from hashlib import sha256

from PIL import Image, ImageOps, UnidentifiedImageError

_MOST_DECODED = 30_000_000  # pixels; a file can be short and its picture large


class Unreadable(ValueError):
    """These bytes are no picture of a kind that is taken."""


class TooManyPixels(ValueError):
    """Decoding it would cost too much."""


@dataclass(frozen=True)
class Picture:
    """What is stored of it."""

    media_type: str
    width: int
    height: int
    data: bytes

    @property
    def digest(self) -> str:
        return sha256(self.data).hexdigest()[:16]


def redrawn(data: bytes, most_pixels: int) -> Picture:
    """The picture, its longer side at most so many pixels. Raises `Unreadable`, `TooManyPixels`."""
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as found:
            if found.width * found.height > _MOST_DECODED:
                raise TooManyPixels
            kind = found.format or "PNG"
            picture = ImageOps.exif_transpose(found)
            picture = picture.convert("RGB" if kind == "JPEG" else "RGBA")
    except TooManyPixels:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise Unreadable from None
    picture.thumbnail((most_pixels, most_pixels))
    picture.info.clear()  # camera, place and software stay behind
    out = io.BytesIO()
    picture.save(out, kind, optimize=True)
    return Picture(f"image/{kind.lower()}", picture.width, picture.height, out.getvalue())
