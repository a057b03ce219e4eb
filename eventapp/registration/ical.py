"""A registration's calendar entries: one per date, under UIDs of their own."""

from dataclasses import replace
from hashlib import blake2b

from eventapp.calendar_files import Body
from eventapp.events.ical import CalendarEntry, Head, calendar, entry_for, vevent
from eventapp.events.models import Attendance, EventStatus
from eventapp.registration.holder import Holder
from eventapp.registration.models import RegistrationStatus


def entries(holder: Holder, *, public_url: str, attendee: str | None) -> list[CalendarEntry]:
    """The entries of all dates as they stand now; SEQUENCE counts event and registration."""
    event = holder.event
    gone = holder.status == RegistrationStatus.CANCELLED or event.status == EventStatus.CANCELLED
    found = []
    for date in event.dates:
        public = entry_for(event, date, public_url=public_url)
        found.append(
            replace(
                public,
                uid=holder.uids[date.id],
                sequence=event.sequence + holder.sequence,
                revised_at=max(event.revised_at, holder.revised_at),
                location=_location(holder),
                status="CANCELLED" if gone else public.status,
                attendee=attendee,
            )
        )
    return found


def _location(holder: Holder) -> str:
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
