"""What devices send is made of, and what is wrong with it."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, Field, ValidationError

SentId = Annotated[str, Field(pattern=r"^[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$")]
"""A UUID; compared without case (RFC 9562, 4)."""

# Shifting a scan's time must not leave the calendar.
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
Instant = Annotated[AwareDatetime, Field(ge=_FIRST, lt=_LAST)]


def problems(error: ValidationError) -> dict[str, str]:
    """What is wrong, by field."""
    return {
        ".".join(str(part) for part in each["loc"]) or "body": each["msg"]
        for each in error.errors(include_url=False)
    }
