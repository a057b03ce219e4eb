"""A logo as it was uploaded, as small as pages show it."""

from eventapp.errors import Refused
from eventapp.pictures import Picture, TooManyPixels, Unreadable, redrawn

__all__ = ["Picture", "read"]

MOST_BYTES = 500_000
MOST_PIXELS = 800  # of the longer side


class LogoTooLarge(Refused):
    code = "logo-too-large"
    field = "logo"


class LogoUnreadable(Refused):
    code = "logo-unreadable"
    field = "logo"


def read(data: bytes) -> Picture:
    """The picture, no larger than 800 pixels. Raises `LogoTooLarge` and `LogoUnreadable`."""
    if len(data) > MOST_BYTES:
        raise LogoTooLarge
    try:
        return redrawn(data, MOST_PIXELS)
    except TooManyPixels:
        raise LogoTooLarge from None
    except Unreadable:
        raise LogoUnreadable from None
