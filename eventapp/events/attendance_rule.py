"""What an event asks for before somebody counts as having taken part. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class AttendanceRule:
    """All that is set has to be fulfilled; nothing set means: there at all."""

    least_dates: int | None = None  # of a course; None: one
    # A date counts from so long on: in minutes, or in per cent of its time.
    least_minutes: int | None = None
    least_percent: int | None = None
    total_minutes: int | None = None  # over all dates
    items: tuple[str, ...] = ()  # slugs of programme items to be in, all of them
    for_funder: bool = False  # minutes are noted although the rule needs none

    @property
    def counts_minutes(self) -> bool:
        """Whether it is noted how long people were there; nobody notes that without need."""
        asked = (self.least_minutes, self.least_percent, self.total_minutes)
        return self.for_funder or any(each is not None for each in asked)

    def as_json(self) -> dict[str, Any]:
        """Only what is set."""
        values = {**asdict(self), "items": list(self.items)}
        return {name: value for name, value in values.items() if value}


def from_json(data: Mapping[str, Any] | None) -> AttendanceRule | None:
    return AttendanceRule(**{**data, "items": tuple(data.get("items", ()))}) if data else None
