"""Exceptions of the house: a code and values, no sentence; `errorpages.py` finds the words."""

from typing import Any, ClassVar


class Refused(Exception):
    """A rule said no. `code` names what happened, `field` the form field it belongs to."""

    code: ClassVar[str] = "refused"
    field: ClassVar[str | None] = None

    def __init__(self, **values: Any) -> None:
        super().__init__(self.code, values)
        self.values = values


class NotFound(Exception):
    """There is no such thing, or not for this reader."""


class Gone(Exception):
    """There was such a thing; its address has been withdrawn."""


class Busy(Exception):
    """A lock was not to be had within its time; nothing was changed."""


class TooMany(Exception):
    """There were too many attempts of late; the next is free in `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds
