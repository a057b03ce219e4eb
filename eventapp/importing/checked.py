"""An event entry over the event that it changes."""

from datetime import date
from typing import Any

from eventapp.clock import berlin_day
from eventapp.events.models import Attendance, Event
from eventapp.importing import document as shape
from eventapp.importing.source import Source

TIMES, DAYS = ("starts_at", "ends_at"), ("starts_on", "ends_on")


class Check:
    """The entry over what is stored: `value` is what will hold after the import."""

    def __init__(self, source: Source, entry: shape.Event, stored: Event | None) -> None:
        self.source = source
        self.entry = entry
        self.stored = stored

    def problem(self, message: str, *path: str | int) -> None:
        self.source.problem((*self.entry.place, *path), message)

    def names(self, key: str) -> bool:
        """Whether the entry says something about this, rightly or wrongly."""
        return key in self.entry.model_fields_set or key in self.entry.failed

    def value(self, key: str) -> Any:
        if self.names(key):
            return getattr(self.entry, key) if key not in self.entry.failed else None
        return getattr(self.stored, key, None)

    @property
    def attendance(self) -> list[Attendance]:
        if self.names("attendance"):
            return self.entry.attendance
        stored = self.stored
        offered = {
            Attendance.IN_PERSON: stored is not None and stored.has_in_person,
            Attendance.ONLINE: stored is not None and stored.has_online,
        }
        return [way for way, is_offered in offered.items() if is_offered]

    @property
    def days(self) -> tuple[date, date] | None:
        """First and last day as they will be, where both can be known."""
        entry, dates = self.entry, self.entry.dates
        if not entry.failed.isdisjoint((*TIMES, *DAYS, "dates")):
            return None
        if dates:
            return berlin_day(dates[0].starts_at), berlin_day(dates[-1].ends_at)
        if entry.starts_on:
            return entry.starts_on, entry.ends_on or entry.starts_on
        start, end = self.value("starts_at"), self.value("ends_at")
        first = berlin_day(start) if start else self.value("starts_on")
        last = berlin_day(end) if end else self.value("ends_on")
        return (first, last or first) if first else None
