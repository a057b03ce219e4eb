"""The only place that asks for the time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")

_shift = timedelta()


def shift(seconds: float) -> None:
    """Move the clock of this process (setting CLOCK_SHIFT, for tests and demonstrations)."""
    global _shift
    _shift = timedelta(seconds=seconds)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC) + _shift


def berlin_day(instant: datetime) -> date:
    """The day it is in Berlin at this instant."""
    return instant.astimezone(BERLIN).date()
