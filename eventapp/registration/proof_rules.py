"""Until when an address has to be proved, what comes of it, and which mail says so. Pure."""

from datetime import date, datetime, time, timedelta

from eventapp.clock import BERLIN
from eventapp.events.definition import EventDefinition
from eventapp.registration.models import RegistrationStatus

PROOF_HOLDS = timedelta(hours=48)


def decide_proved(event: EventDefinition, status: str) -> RegistrationStatus:
    """What comes of a proved address: a place that was held is theirs, whatever the event has come
    to want since."""
    if status == RegistrationStatus.PENDING:
        return RegistrationStatus.CONFIRMED
    return RegistrationStatus.RECEIVED if event.approval else RegistrationStatus.WAITLISTED


def proof_until(event: EventDefinition, now: datetime) -> datetime:
    """Until when an address has to be proved: two days, at most until the event is over."""
    return min(now + PROOF_HOLDS, event.ends_at or _end_of_day(event.last_day))


def _end_of_day(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, BERLIN)


def first_mail(status: str) -> str:
    """The mail that tells somebody new, or at a new address, how they stand."""
    return {
        RegistrationStatus.CONFIRMED: "registration-confirmed",
        RegistrationStatus.WAITLISTED: "registration-waitlisted",
        RegistrationStatus.OFFERED: "registration-offered",
        RegistrationStatus.RECEIVED: "registration-received",
    }.get(RegistrationStatus(status), "registration-confirm-email")
