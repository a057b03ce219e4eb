"""When a date can be announced. Pure."""

from datetime import datetime

from eventapp.errors import Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.models import EventStatus

KIND = "save-the-date"


class NotAnnounced(Refused):
    """The event is a draft, open for sign-up, cancelled or over."""

    code = "not-announced"


def can_announce(event: EventDefinition, now: datetime) -> bool:
    """Whether the date is public and people cannot sign up yet."""
    return event.status == EventStatus.ANNOUNCED and now < event.start


def batch_of(announcement_id: int) -> str:
    """The batch of its mails."""
    return f"{KIND}:{announcement_id}"
