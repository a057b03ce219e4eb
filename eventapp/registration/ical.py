"""A registration's calendar entries: one per date, under UIDs of their own."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from typing import Protocol

from eventapp.calendar_files import Body
from eventapp.events.definition import EventDefinition, ItemDefinition
from eventapp.events.ical import (
    CANCELLED_PREFIX,
    CalendarEntry,
    Head,
    Status,
    calendar,
    entry_for,
    vevent,
)
from eventapp.events.models import Attendance, EventStatus
from eventapp.registration.holder import Holder
from eventapp.registration.models import RegistrationStatus

# Of a place that was given up, while the event takes place all the same.
_LEFT_PREFIX = "Nicht angemeldet: "


class Entered(Protocol):
    """What of a registration shows in a calendar; `Holder` knows it, too."""

    @property
    def event(self) -> EventDefinition: ...
    @property
    def status(self) -> str: ...
    @property
    def attendance(self) -> str: ...
    @property
    def uids(self) -> Mapping[int, str]: ...  # by id of the event's date
    @property
    def sequence(self) -> int: ...
    @property
    def revised_at(self) -> datetime: ...


def entries(holder: Entered, *, public_url: str, attendee: str | None) -> list[CalendarEntry]:
    """The entries of all dates as they stand now; SEQUENCE counts event and registration."""
    event = holder.event
    found = []
    for date in event.dates:
        public = entry_for(event, date, public_url=public_url)
        status, title = _standing(holder, public, event.title)
        found.append(
            replace(
                public,
                uid=holder.uids[date.id],
                sequence=event.sequence + holder.sequence,
                revised_at=max(event.revised_at, holder.revised_at),
                title=title,
                location=_location(holder),
                status=status,
                attendee=attendee,
            )
        )
    return found


def is_gone(holder: Entered) -> bool:
    """Whether the entries are those of something cancelled, by whoever."""
    cancelled = holder.event.status == EventStatus.CANCELLED
    return cancelled or holder.status == RegistrationStatus.CANCELLED


def _standing(holder: Entered, public: CalendarEntry, title: str) -> tuple[Status, str]:
    """(status, title), which says who called off what: the office, or only this person."""
    if public.status == "CANCELLED":
        return "CANCELLED", f"{CANCELLED_PREFIX}{title}"
    if is_gone(holder):
        return "CANCELLED", f"{_LEFT_PREFIX}{title}"
    return public.status, title


def item_entry(
    holder: Entered, item: ItemDefinition, uid: str, *, public_url: str
) -> CalendarEntry:
    """That of a chosen item of the programme, with its room; in the person's own feed only."""
    event = holder.event
    public = entry_for(event, event.date_of(item), public_url=public_url)
    status, title = _standing(holder, public, item.title)
    said = (event.title, ", ".join(item.speakers), public.url)
    place = _location(holder)
    on_site = holder.attendance != Attendance.ONLINE
    return replace(
        public,
        uid=uid,
        sequence=event.sequence + holder.sequence + item.sequence,
        revised_at=max(event.revised_at, holder.revised_at),
        title=title,
        description="\n\n".join(filter(None, said)),
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        starts_on=None,
        ends_on=None,
        location=", ".join(filter(None, (item.room, place))) if on_site else place,
        status=status,
        transparent=False,
    )


def _location(holder: Entered) -> str:
    """Where this person goes, whatever else the event offers."""
    if holder.attendance == Attendance.ONLINE:
        return "Online"
    return holder.event.venue.one_line if holder.event.venue else ""


def download(holder: Holder, *, public_url: str) -> Body:
    """All dates as one file for the holder's calendar."""
    found = entries(holder, public_url=public_url, attendee=None)
    head = Head(holder.event.title, is_download=True)
    plain = calendar([vevent(entry) for entry in found], method="PUBLISH", head=head)
    tag = blake2b(plain, digest_size=16).hexdigest()
    return Body(tag, max(holder.event.revised_at, holder.revised_at), plain)
