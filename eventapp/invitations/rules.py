"""What an invitation is good for, in which pile its answer lies, and who is written to. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from eventapp.errors import Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Audience, EventStatus
from eventapp.invitations.models import Answer
from eventapp.names import full_name
from eventapp.registration.rules import Access, is_over


class InvitationUnknown(Refused):
    """No such code, of another event, or withdrawn."""

    code = "invitation-unknown"


class DelegatesStand(Refused):
    """An organisation that has somebody registered comes."""

    code = "delegates-stand"


class RoundClosed(Refused):
    """Nobody is invited to what the public does not see, or what is over."""

    code = "round-closed"


class NothingToSend(Refused):
    """Everybody has been written to, or today already."""

    code = "nothing-to-send"


class InvitationUsed(Refused):
    """A personal invitation is for one person, who is signed up already."""

    code = "invitation-used"


class OrganisationMissing(Refused):
    """Members say which organisation they belong to."""

    code = "organisation-missing"
    field = "organisation_slug"


@dataclass(frozen=True)
class Member:
    """An organisation that can be chosen at sign-up."""

    id: int
    slug: str
    name: str


@dataclass(frozen=True)
class Invited:
    """Whose invitation it is: an organisation's, or one person's by right."""

    id: int
    event_id: int
    organisation_id: int | None
    organisation: str | None  # its name, or what stands beside the person's
    salutation: str | None = None
    title: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None

    @property
    def is_personal(self) -> bool:
        return self.organisation_id is None

    @property
    def access(self) -> Access:
        return Access.BY_RIGHT if self.is_personal else Access.INVITED

    @property
    def name(self) -> str:
        """What the invitation is called in lists."""
        if not self.is_personal:
            return self.organisation or ""
        return full_name(self.title, self.first_name or "", self.last_name or "")


def access_of(invited: Invited | None) -> Access:
    return invited.access if invited else Access.ANYBODY


def plain_code(text: str) -> str:
    """A code as it is stored, however somebody typed it: `k7m4-px2d …` as `K7M4PX2D…`."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())[:40]


def shown_code(code: str) -> str:
    """In groups of four, for reading and typing."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def short_url(public_url: str, code: str) -> str:
    """The link for letters: short enough to type."""
    return f"{public_url}/i/{shown_code(code)}"


def qr_text(public_url: str, code: str) -> str:
    """The link for QR codes: upper case is alphanumeric, which keeps the code small."""
    return f"{public_url}/I/{code}".upper()


def asks_organisation(event: EventDefinition) -> bool:
    """Whether the form offers the organisations of the network: for members, and to count by."""
    return event.audience == Audience.MEMBERS or event.delegates_per_organisation is not None


def needs_organisation(event: EventDefinition) -> bool:
    """Whether nobody comes without one."""
    return event.audience == Audience.MEMBERS


class Pile(StrEnum):
    """Where an invitation lies, as offices sort their answers."""

    COMING = "coming"
    NOT_COMING = "not_coming"
    SILENT = "silent"


REMINDED_AGAIN = timedelta(hours=24)


def pile_of(answer: str | None, standing: int) -> Pile:
    """Who has somebody registered comes, whatever was said before."""
    if standing or answer == Answer.COMING:
        return Pile.COMING
    return Pile.NOT_COMING if answer == Answer.NOT_COMING else Pile.SILENT


def quota_of(event: EventDefinition, own: int | None) -> int | None:
    """How many an organisation may send: the event's number, else its own; None is no limit, as in
    public events without a number."""
    return event.delegates_per_organisation or (own if event.has_caps else None)


def is_open(event: EventDefinition, now: datetime) -> bool:
    """Whether the round may still be written to."""
    return event.status in (EventStatus.PUBLISHED, EventStatus.ANNOUNCED) and not is_over(
        event, now
    )


@dataclass(frozen=True)
class Touched:
    """When somebody was last written to; None: never."""

    mailed_at: datetime | None
    printed_at: datetime | None
    reminded_at: datetime | None

    @property
    def last_at(self) -> datetime | None:
        known = (self.mailed_at, self.printed_at, self.reminded_at)
        return max((each for each in known if each), default=None)

    def may_remind(self, pile: Pile, now: datetime) -> bool:
        """Only the silent, only after an invitation, and never twice within a day."""
        last = self.last_at
        return pile == Pile.SILENT and last is not None and last <= now - REMINDED_AGAIN
