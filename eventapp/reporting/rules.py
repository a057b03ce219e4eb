"""What a report is, when it may be shown, and how many pictures it takes. Pure."""

from dataclasses import dataclass
from datetime import datetime

from eventapp.errors import Refused
from eventapp.pictures import Picture, TooManyPixels, Unreadable, redrawn

MOST_PICTURES = 20
MOST_BYTES = 10_000_000  # of a picture as it comes from a camera
MOST_PIXELS = 1600  # of the longer side of what is kept
MB = 1_000_000


class ReportChanged(Refused):
    code = "report-changed"


class ReportEmpty(Refused):
    code = "report-empty"
    field = "text"


class TooManyPictures(Refused):
    code = "too-many-pictures"
    field = "picture"


class PictureTooLarge(Refused):
    code = "picture-too-large"
    field = "picture"


class PictureUnreadable(Refused):
    code = "picture-unreadable"
    field = "picture"


class PictureThere(Refused):
    code = "picture-there"
    field = "picture"


@dataclass(frozen=True)
class Shown:
    """A picture without its bytes."""

    id: int
    position: int
    alt: str
    caption: str
    digest: str
    width: int
    height: int


@dataclass(frozen=True)
class Told:
    """A report with its pictures in their order."""

    title: str
    text: str
    results: str
    revision: int
    published_at: datetime | None
    pictures: tuple[Shown, ...]

    @property
    def is_public(self) -> bool:
        return self.published_at is not None


def read_picture(data: bytes) -> Picture:
    """Raises `PictureTooLarge`, `PictureUnreadable`."""
    if len(data) > MOST_BYTES:
        raise PictureTooLarge(most=MOST_BYTES // MB)
    try:
        return redrawn(data, MOST_PIXELS)
    except TooManyPixels:
        raise PictureTooLarge(most=MOST_BYTES // MB) from None
    except Unreadable:
        raise PictureUnreadable from None
