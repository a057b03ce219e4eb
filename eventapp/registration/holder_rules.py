"""What a holder may still do with a registration, and until when. Pure."""

from datetime import datetime

from eventapp.events.definition import EventDefinition
from eventapp.events.models import Attendance, EventStatus
from eventapp.registration.holder import Holder
from eventapp.registration.models import RegistrationStatus
from eventapp.registration.places import Places
from eventapp.registration.refusals import RegistrationClosed
from eventapp.registration.rules import closes_at, is_over

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
    is_own = holder.status == RegistrationStatus.OFFERED and holder.main_id is None
    is_held = is_own and event.status != EventStatus.CANCELLED
    return is_held and ends is not None and now < min(ends, event.start)


def other_attendance(event: EventDefinition, attendance: str) -> str | None:
    """The way to take part that is offered beside this one."""
    return next((each for each in event.attendances if each != attendance), None)


def can_switch(event: EventDefinition, status: str, attendance: str, now: datetime) -> bool:
    """Whether who is registered may still change to this way: into the room while sign-up for it
    is open, which may hang on numbers for the kitchen; online until the end."""
    if status not in (CONFIRMED, WAITLISTED) or attendance not in event.attendances:
        return False
    is_in_time = attendance == Attendance.ONLINE or now < min(
        closes_at(event, attendance), event.start
    )
    return is_in_time and can_cancel(event, status, now)


def wishes(holder: Holder) -> bool:
    """Whether they have a place and wait for one of the other kind."""
    return holder.status == CONFIRMED and holder.waits_for is not None


def may_switch(holder: Holder, now: datetime) -> bool:
    """Whether there is another way for them, or a wish to be taken back."""
    event = holder.event
    if holder.main_id is not None:  # goes where the person goes who is assisted
        return False
    other = other_attendance(event, holder.attendance)
    is_open = other is not None and can_switch(event, holder.status, other, now)
    return is_open or (wishes(holder) and can_cancel(event, holder.status, now))


def at_once(holder: Holder, places: Places) -> str | None:
    """The other way, where a place is free there: nothing has to be asked before they change."""
    other = other_attendance(holder.event, holder.attendance)
    is_free = other is not None and not wishes(holder) and places[other].is_open
    return other if is_free else None


def can_cancel(event: EventDefinition, status: str, now: datetime) -> bool:
    """Whether there is still something to give back: until the event is over."""
    return status != CANCELLED and event.status != EventStatus.CANCELLED and not is_over(event, now)


def can_change(event: EventDefinition, status: str, now: datetime) -> bool:
    """Own data can be changed until the event begins, by whoever stands on a list."""
    is_open = event.status != EventStatus.CANCELLED and now < event.start
    return status in (CONFIRMED, WAITLISTED) and is_open
