"""What has become of mails, in piles to look through, and who may do what with them. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from eventapp.errors import Refused
from eventapp.mail.models import MailState
from eventapp.networks.rules import Permission

PAUSE = timedelta(minutes=10)  # between two times of sending the same mail again


class Pile(StrEnum):
    """How a mail stands."""

    LOST = "lost"  # refused, come back, or nobody knows
    WAITING = "waiting"
    SENT = "sent"
    DROPPED = "dropped"


_PILES = {
    MailState.PENDING: Pile.WAITING,
    MailState.SENDING: Pile.WAITING,
    MailState.SENT: Pile.SENT,
    MailState.UNKNOWN: Pile.LOST,
    MailState.FAILED: Pile.LOST,
    MailState.DROPPED: Pile.DROPPED,
}


def pile_of(state: str, *, is_bounced: bool) -> Pile:
    return Pile.LOST if is_bounced else _PILES[MailState(state)]


# What one has to be allowed beside reading people, to read mails of these kinds.
_NEEDED = {
    "assistance-settled": Permission.NEEDS_READ,
    "organiser-message": Permission.MESSAGES_SEND,
    "invitation": Permission.INVITATIONS_SEND,
    "invitation-reminder": Permission.INVITATIONS_SEND,
    "invitation-moved": Permission.INVITATIONS_SEND,
    "invitation-cancelled": Permission.INVITATIONS_SEND,
    "save-the-date": Permission.INVITATIONS_SEND,
}


def may_open(kind: str, may: Collection[Permission]) -> bool:
    """Whether what such a mail says may be read."""
    return _NEEDED.get(kind, Permission.REGISTRATIONS_READ) in may


def can_repeat(pile: Pile) -> bool:
    """What waits leaves by itself, and what was dropped has no reason any more."""
    return pile in (Pile.SENT, Pile.LOST)


@dataclass(frozen=True)
class Choice:
    """What narrows the list."""

    q: str = ""
    pile: Pile | None = None
    kind: str | None = None


class MailUnderWay(Refused):
    """It waits to leave, or was sent again a moment ago."""

    code = "mail-under-way"


class MailHasNoReason(Refused):
    """What it told of does not hold any more."""

    code = "mail-has-no-reason"


def has_rested(last_at: datetime | None, now: datetime) -> bool:
    """Whether the mail may be sent once more; `last_at` is when that was asked for before."""
    return last_at is None or last_at + PAUSE <= now
