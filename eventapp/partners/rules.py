"""What a partner's link is good for."""

from datetime import datetime

from eventapp.errors import Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.models import EventStatus
from eventapp.registration.rules import is_over

MOST_PARTNERS = 50  # of one event


class TooManyPartners(Refused):
    code = "too-many-partners"
    field = "name"


def may_write(event: EventDefinition, now: datetime) -> bool:
    """Until the event is over or called off; after that the page only shows."""
    return event.status != EventStatus.CANCELLED and not is_over(event, now)
