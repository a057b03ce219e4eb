"""When the online door is open. Pure."""

from dataclasses import dataclass
from datetime import datetime

from eventapp.events.definition import DateDefinition, EventDefinition
from eventapp.registration.rules import door_opens_at


@dataclass(frozen=True)
class Door:
    """The online door at one moment: `unknown` (the time is open), `early`, `open` or `over`."""

    state: str
    date: DateDefinition | None  # the one it leads to
    opens_at: datetime | None
    dial_in: str | None
    refresh_seconds: int | None  # until the page should look again


def online_door(event: EventDefinition, now: datetime) -> Door:
    """The door of the event's next date that is not over."""
    date = event.next_date(now)
    if date is None:
        return Door("over", None, None, event.dial_in, None)
    if date.starts_at is None:
        return Door("unknown", date, None, event.dial_in, None)
    opens_at = door_opens_at(date.starts_at)
    state = "open" if now >= opens_at else "early"
    wait = int((opens_at - now).total_seconds())
    return Door(state, date, opens_at, event.dial_in, min(max(wait, 5), 300))
