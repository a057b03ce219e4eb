"""How a message stands, what can be done with it, and who gets it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from eventapp.errors import Refused
from eventapp.mail.models import MailState
from eventapp.registration.models import RegistrationStatus

UNDO = timedelta(minutes=5)
KEPT = timedelta(days=365)  # after the last change, as long as the log
WRITES_TO = (
    RegistrationStatus.CONFIRMED,
    RegistrationStatus.WAITLISTED,
    RegistrationStatus.OFFERED,
    RegistrationStatus.RECEIVED,
)


class MessageChanged(Refused):
    """Somebody else saved or sent it since the page was opened."""

    code = "message-changed"


class MessageLeaving(Refused):
    """It is no draft any more."""

    code = "message-leaving"


class NobodyToWriteTo(Refused):
    code = "nobody-to-write-to"


class TooLateToUndo(Refused):
    code = "too-late-to-undo"


class State(StrEnum):
    DRAFT = "draft"
    WAITING = "waiting"  # may be taken back
    SENDING = "sending"
    STOPPED = "stopped"
    SENT = "sent"  # each mail is settled, one way or another


@dataclass(frozen=True)
class Progress:
    """What has become of the mails of one message."""

    by_state: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.by_state.values())

    @property
    def sent(self) -> int:
        return self.by_state.get(MailState.SENT, 0)

    @property
    def failed(self) -> int:
        return self.by_state.get(MailState.FAILED, 0)

    @property
    def unknown(self) -> int:
        return self.by_state.get(MailState.UNKNOWN, 0)

    @property
    def dropped(self) -> int:
        return self.by_state.get(MailState.DROPPED, 0)

    @property
    def open(self) -> int:
        """Not settled yet."""
        return sum(self.by_state.get(each, 0) for each in (MailState.PENDING, MailState.SENDING))


def state(
    leaves_at: datetime | None, stopped_at: datetime | None, progress: Progress, now: datetime
) -> State:
    if leaves_at is None:
        return State.DRAFT
    if stopped_at is not None:
        return State.STOPPED
    if now < leaves_at:
        return State.WAITING
    return State.SENDING if progress.open else State.SENT


def minutes_left(leaves_at: datetime, now: datetime) -> int:
    """To take it back, begun ones counted."""
    return -((now - leaves_at) // timedelta(minutes=1))


@dataclass(frozen=True)
class Audience:
    """Whom a filter finds: who gets the message, and who is left out for which reason."""

    found: int
    recipients: int
    addresses: int  # of the recipients; couples share one
    in_english: int  # of the recipients
    cancelled: int
    pending: int  # not confirmed yet
    refused: int
    without_address: int
