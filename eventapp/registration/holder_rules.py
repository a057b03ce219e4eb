"""What a holder may still do with a registration, and until when. Pure."""

from datetime import datetime

from eventapp.events.definition import EventDefinition
from eventapp.events.models import EventStatus
from eventapp.registration.holder import Holder
from eventapp.registration.models import RegistrationStatus
from eventapp.registration.rules import RegistrationClosed, is_over

CONFIRMED, WAITLISTED, CANCELLED = (
    RegistrationStatus.CONFIRMED,
    RegistrationStatus.WAITLISTED,
    RegistrationStatus.CANCELLED,
)


class ChangeClosed(RegistrationClosed):
    """The event has begun or is cancelled, or the registration stands on no list."""

    code = "change-closed"


class SubstituteClosed(RegistrationClosed):
    """Only a place can be handed on, and only until the event is over."""

    code = "substitute-closed"


def can_substitute(event: EventDefinition, status: str, now: datetime) -> bool:
    """Whoever waits has no place to hand on: nobody brings another into the line."""
    return status == CONFIRMED and can_cancel(event, status, now)


def is_offered(holder: Holder, now: datetime) -> bool:
    """Whether there is a place to be taken."""
    event, ends = holder.event, holder.offer_ends_at
    is_held = holder.status == RegistrationStatus.OFFERED and event.status != EventStatus.CANCELLED
    return is_held and ends is not None and now < min(ends, event.start)


def can_cancel(event: EventDefinition, status: str, now: datetime) -> bool:
    """Whether there is still something to give back: until the event is over."""
    return status != CANCELLED and event.status != EventStatus.CANCELLED and not is_over(event, now)


def can_change(event: EventDefinition, status: str, now: datetime) -> bool:
    """Own data can be changed until the event begins, by whoever stands on a list."""
    is_open = event.status != EventStatus.CANCELLED and now < event.start
    return status in (CONFIRMED, WAITLISTED) and is_open
