"""When the online door is open. Pure."""

from dataclasses import dataclass
from datetime import datetime

from eventapp.events.definition import DateDefinition, EventDefinition
from eventapp.events.models import EventStatus
from eventapp.registration.rules import door_opens_at

SOONEST, LATEST = 5, 300  # seconds until a page without script looks again
ROOM_MISSING = 30


@dataclass(frozen=True)
class Door:
    """The online door at one moment: `unknown` (the time is open), `early`, `missing` (nobody has
    entered the room yet), `open`, `over` or `off` (it does not take place)."""

    state: str
    date: DateDefinition | None  # the one it leads to
    opens_at: datetime | None
    dial_in: str | None
    seconds_left: int  # until it opens
    refresh_seconds: int | None  # until the page should look again


def online_door(event: EventDefinition, now: datetime, *, has_room: bool) -> Door:
    """The door of the event's next date that is not over: late-comers find it open to the end."""
    date = event.next_date(now)
    if event.status == EventStatus.CANCELLED:
        return Door("off", None, None, None, 0, None)
    if date is None:
        return Door("over", None, None, None, 0, None)
    if date.starts_at is None:
        return Door("unknown", date, None, event.dial_in, 0, None)
    opens_at = door_opens_at(event, date.starts_at)
    left = int((opens_at - now).total_seconds())
    if now < opens_at:
        refresh = min(max(left, SOONEST), LATEST)
        return Door("early", date, opens_at, event.dial_in, left, refresh)
    state, refresh_seconds = ("open", None) if has_room else ("missing", ROOM_MISSING)
    return Door(state, date, opens_at, event.dial_in, 0, refresh_seconds)
