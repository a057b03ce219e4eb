"""When the online door is open. Pure."""

from dataclasses import dataclass
from datetime import datetime

from eventapp.events.definition import DateDefinition, EventDefinition
from eventapp.registration.rules import door_opens_at


@dataclass(frozen=True)
class Door:
    """The online door at one moment: `early`, `open` or `over`."""

    state: str
    date: DateDefinition | None  # the one it leads to
    opens_at: datetime | None
    dial_in: str | None
    refresh_seconds: int | None  # until the page should look again


def online_door(event: EventDefinition, now: datetime) -> Door:
    """The door of the event's next date that is not over."""
    for date in event.dates:
        if date.starts_at is None or date.ends_at is None or now >= date.ends_at:
            continue
        opens_at = door_opens_at(date.starts_at)
        state = "open" if now >= opens_at else "early"
        wait = int((opens_at - now).total_seconds())
        return Door(state, date, opens_at, event.dial_in, min(max(wait, 5), 300))
    return Door("over", None, None, event.dial_in, None)
