"""How one scalar of the file, always text, becomes the value of its field."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator

from eventapp.clock import YEARS, instants_of
from eventapp.events.rules import is_web_address

D = TypeVar("D", bound=date)

SLUG_AT_MOST = 80
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KEY = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\]+")


def slug_of(text: str) -> str:
    """The text, if it is one. Raises `ValueError`."""
    if not _SLUG.fullmatch(text) or len(text) > SLUG_AT_MOST:
        raise ValueError(
            f"must be small letters, digits and single hyphens, at most {SLUG_AT_MOST}"
        )
    return text


def _key(text: str) -> str:
    if not _KEY.fullmatch(text) or len(text) > SLUG_AT_MOST:
        raise ValueError("must be small letters and digits, joined by single hyphens or _")
    return text


def _line(text: str) -> str:
    if not text or not text.isprintable():
        raise ValueError("must be one line of text, not empty")
    return text


def _text(text: str) -> str:
    """Any number of lines; other control characters break PostgreSQL and calendars."""
    if not all(each.isprintable() or each in "\n\t" for each in text):
        raise ValueError("must be text without control characters")
    return text


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text) or len(text) > 254:
        raise ValueError("must be an e-mail address")
    return text


def _web_address(text: str) -> str:
    if not is_web_address(text):
        raise ValueError("must begin with https:// or http://")
    return text


def _day(text: Any) -> Any:
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        raise ValueError("must be a day like 2024-09-11")
    return _calendar(date.fromisoformat, text)


def _instant(text: Any) -> Any:
    """Berlin's wall time as an instant; not one that the change of clocks skips or repeats."""
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        raise ValueError("must be a local time like 2024-09-11T13:30, without offset")
    wall = _calendar(datetime.fromisoformat, text)
    instants = instants_of(wall)
    if not instants:
        raise ValueError("does not exist: clocks go forward from 02:00 to 03:00 that night")
    if len(instants) > 1:
        raise ValueError(
            "happens twice: clocks go back from 03:00 to 02:00 that night;"
            " choose a time before 02:00 or from 03:00"
        )
    return instants[0]


def _calendar(convert: Callable[[str], D], text: str) -> D:
    try:
        found = convert(text)
    except ValueError:
        raise ValueError("there is no such day or time") from None
    if found.year not in YEARS:
        raise ValueError(f"must lie between {YEARS[0]} and {YEARS[-1]}")
    return found


def _whole(text: Any) -> Any:
    if not isinstance(text, str) or not _WHOLE.fullmatch(text):
        raise ValueError("must be a whole number")
    return int(text)


def _yes_or_no(text: Any) -> Any:
    known = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
    if not isinstance(text, str) or text not in known:
        raise ValueError("must be true or false")
    return known[text]


def or_empty(value: Any) -> Any:
    """A list that is left blank is empty."""
    return [] if value is None else value


Slug = Annotated[str, AfterValidator(slug_of)]
Key = Annotated[str, AfterValidator(_key)]
Line = Annotated[str, AfterValidator(_line)]
Text = Annotated[str, AfterValidator(_text)]
Prose = Annotated[Text, BeforeValidator(lambda value: "" if value is None else value)]
Email = Annotated[Line, AfterValidator(_email)]
WebAddress = Annotated[Line, AfterValidator(_web_address)]
Day = Annotated[date, BeforeValidator(_day)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
Count = Annotated[int, BeforeValidator(_whole)]
Switch = Annotated[bool, BeforeValidator(_yes_or_no)]
Slugs = Annotated[list[Slug], BeforeValidator(or_empty)]
Lines = Annotated[list[Line], BeforeValidator(or_empty)]
