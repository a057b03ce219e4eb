"""A logo as it was uploaded, decoded and encoded anew: only the picture itself is kept."""

import io
from dataclasses import dataclass
from hashlib import sha256

from PIL import Image, ImageOps, UnidentifiedImageError

from eventapp.errors import Refused

MOST_BYTES = 500_000
MOST_PIXELS = 800  # of the longer side
_MOST_DECODED = 30_000_000  # pixels; a picture can be large and yet short


class LogoTooLarge(Refused):
    code = "logo-too-large"
    field = "logo"


class LogoUnreadable(Refused):
    code = "logo-unreadable"
    field = "logo"


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


def read(data: bytes) -> Picture:
    """The picture, no larger than 800 pixels. Raises `LogoTooLarge` and `LogoUnreadable`."""
    if len(data) > MOST_BYTES:
        raise LogoTooLarge
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as found:
            if found.width * found.height > _MOST_DECODED:
                raise LogoTooLarge
            kind = found.format or "PNG"
            picture = ImageOps.exif_transpose(found)
            picture = picture.convert("RGB" if kind == "JPEG" else "RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise LogoUnreadable from None
    picture.thumbnail((MOST_PIXELS, MOST_PIXELS))
    picture.info.clear()  # camera, place and software stay behind
    out = io.BytesIO()
    picture.save(out, kind, optimize=True)
    return Picture(f"image/{kind.lower()}", picture.width, picture.height, out.getvalue())
