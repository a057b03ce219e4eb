"""The only place that asks for the time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
YEARS = range(1900, 2200)
"""What is outside is a slip, and its neighbours overflow."""

_shift = timedelta()


def shift(seconds: float) -> None:
    """Move the clock of this process (setting CLOCK_SHIFT, for tests and demonstrations)."""
    global _shift
    _shift = timedelta(seconds=seconds)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC) + _shift


def instants_of(wall: datetime) -> tuple[datetime, ...]:
    """The instants at which Berlin's clocks show this time without a zone: one as a rule, none and
    two in the nights when they are changed."""
    found = [wall.replace(tzinfo=BERLIN, fold=fold).astimezone(UTC) for fold in (0, 1)]
    shown = [each.astimezone(BERLIN).replace(tzinfo=None) for each in found]
    return tuple(
        dict.fromkeys(each for each, seen in zip(found, shown, strict=True) if seen == wall)
    )


def berlin_day(instant: datetime) -> date:
    """The day it is in Berlin at this instant."""
    return instant.astimezone(BERLIN).date()
