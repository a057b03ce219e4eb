"""What an invitation is good for, in which pile its answer lies, and who is written to. Pure."""

import re
from dataclasses import dataclass

from eventapp.errors import Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Audience
from eventapp.names import full_name
from eventapp.registration.rules import Access


class InvitationUnknown(Refused):
    """No such code, of another event, or withdrawn."""

    code = "invitation-unknown"


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


def asks_organisation(event: EventDefinition) -> bool:
    """Whether the form offers the organisations of the network: for members, and to count by."""
    return event.audience == Audience.MEMBERS or event.delegates_per_organisation is not None


def needs_organisation(event: EventDefinition) -> bool:
    """Whether nobody comes without one."""
    return event.audience == Audience.MEMBERS
