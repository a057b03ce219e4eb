"""What a report means in plain words, and when a declined calendar entry is a question. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

from eventapp.events.definition import EventDefinition
from eventapp.registration.holder_rules import can_cancel
from eventapp.registration.models import RegistrationStatus

PROVED_AFTER = timedelta(days=2)  # a later mail of which no report came: it was delivered
FORGOTTEN_AFTER = timedelta(days=180)


class Reason(StrEnum):
    """Why mail does not reach an address."""

    NO_MAILBOX = "no_mailbox"
    NO_SERVER = "no_server"
    DISABLED = "disabled"
    FULL = "full"
    TOO_LARGE = "too_large"
    SILENT = "silent"  # the server did not answer for days
    REFUSED = "refused"  # by a rule against spam, or of whom it takes mail from
    OTHER = "other"


_EXACT = {
    "5.1.2": Reason.NO_SERVER,  # RFC 3463, section 3.2
    "5.1.10": Reason.NO_MAILBOX,  # Exchange's; RFC 7505 has it for a domain that takes no mail
    "5.2.1": Reason.DISABLED,
    "5.2.2": Reason.FULL,
    "5.2.3": Reason.TOO_LARGE,
    "5.3.4": Reason.TOO_LARGE,
    "5.4.1": Reason.NO_MAILBOX,  # Exchange Online: "Recipient address rejected: Access denied"
    "5.4.4": Reason.NO_SERVER,
    "5.4.7": Reason.SILENT,
    "4.2.2": Reason.FULL,  # tried for days, in vain
}
_BY_SUBJECT = {
    "5.1": Reason.NO_MAILBOX,
    "5.7": Reason.REFUSED,
    "4.4": Reason.SILENT,
    "4.7": Reason.REFUSED,
}


def reason_of(status: str) -> Reason:
    """By the enhanced status code of a report (RFC 3463)."""
    subject = ".".join(status.split(".")[:2])
    return _EXACT.get(status) or _BY_SUBJECT.get(subject) or Reason.OTHER


def asks_to_free(
    event: EventDefinition, status: str, *, declined: int, present: int, now: datetime
) -> bool:
    """Whether the holder of a registration is asked about their place.

    `declined` is the SEQUENCE of what they declined, `present` the one that stands: whoever names a
    higher one has not had our entry. A lower one counts, for they may not have seen the newer.
    """
    may_free = status == RegistrationStatus.CONFIRMED and can_cancel(event, status, now)
    return may_free and 0 <= declined <= present
