"""Decisions about events that need nothing but their values."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from eventapp.clock import BERLIN

SIGN_UP_FIELDS = (
    "salutation",
    "title",
    "organisation",
    "role",
    "assistance",
    "door_note",
    "diet",
    "photo_consent",
    "list_consent",
)
"""What an organiser may switch on beside first name, last name and e-mail address."""

_TIME = {"starts_at", "ends_at", "starts_on", "ends_on", "dates"}
_PLACE = {"venue_name", "venue_street", "venue_postal_code", "venue_city"}
_ATTENDANCE = {"has_in_person", "has_online"}
_RESCHEDULES = _TIME | _PLACE | _ATTENDANCE | {"status"}


def raises_sequence(changed: Collection[str]) -> bool:
    """Whether SEQUENCE goes up: time, place, attendance or status (RFC 5545, 3.8.7.4)."""
    return not _RESCHEDULES.isdisjoint(changed)


def revised_at(now: datetime, before: datetime | None = None) -> datetime:
    """DTSTAMP of a revision: whole seconds, strictly later than the one before."""
    present = now.replace(microsecond=0)
    return present if before is None else max(present, before + timedelta(seconds=1))


def days(
    starts_at: datetime | None,
    ends_at: datetime | None,
    starts_on: date | None,
    ends_on: date | None,
) -> tuple[date, date]:
    """First and last day in Berlin; an end at midnight belongs to the day before."""
    if starts_at is not None and ends_at is not None:
        last = (ends_at - timedelta(microseconds=1)).astimezone(BERLIN).date()
        return starts_at.astimezone(BERLIN).date(), last
    if starts_on is None or ends_on is None:
        raise ValueError("an event has either both instants or both days")
    return starts_on, ends_on
