"""What is true of one entry of the register, and what is refused. Pure."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from eventapp.errors import Refused
from eventapp.names import sort_key
from eventapp.networks.queries import NetworkNode

UPLOAD_KEPT = timedelta(hours=24)
MOST_CONTACTS = 20
SLUG_AT_MOST = 80

VALUES = (  # of an organisation, as forms, lists and files have them
    "name",
    "type",
    "district",
    "contact_email",
    "website",
    "street",
    "address_addition",
    "postal_code",
    "city",
    "country",
    "delegate_quota",
    "notes",
)
ADDRESS = ("street", "address_addition", "postal_code", "city", "country")
OF_CONTACT = ("name", "function", "email", "phone", "salutation")


class OrganisationChanged(Refused):
    code = "organisation-changed"
    field = "name"


class OrganisationInUse(Refused):
    code = "organisation-in-use"


@dataclass(frozen=True)
class ContactRow:
    """One contact; without an id not stored yet."""

    id: int | None = None
    name: str | None = None
    function: str | None = None
    email: str | None = None
    phone: str | None = None
    salutation: str | None = None

    @property
    def label(self) -> str:
        """What it is called where there is room for one word."""
        return self.name or self.function or self.email or self.phone or ""


@dataclass(frozen=True)
class Registered:
    """An organisation with all that hangs on it; of its networks those that the reader may see."""

    id: int
    slug: str
    name: str
    type: str
    district: str | None
    contact_email: str | None
    website: str | None
    street: str | None
    address_addition: str | None
    postal_code: str | None
    city: str | None
    country: str | None
    delegate_quota: int | None
    notes: str | None
    contacts: tuple[ContactRow, ...] = ()
    network_ids: frozenset[int] = frozenset()

    @property
    def first_contact(self) -> ContactRow | None:
        return self.contacts[0] if self.contacts else None

    @property
    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in VALUES}

    @property
    def digest(self) -> str:
        """Changes with everything that the form of it shows."""
        seen = [self.values, [asdict(each) for each in self.contacts], sorted(self.network_ids)]
        return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Reach:
    """Of which networks an account reads the organisations, and of which it may edit them."""

    networks: tuple[tuple[NetworkNode, int], ...]  # with their depth, as the tree goes
    editable: frozenset[int]
    reads_all: bool  # also what is in no network
    edits_all: bool

    @property
    def ids(self) -> list[int]:
        return [node.id for node, _depth in self.networks]

    @property
    def edited(self) -> list[tuple[NetworkNode, int]]:
        return [(node, depth) for node, depth in self.networks if node.id in self.editable]

    def may_edit(self, organisation: Registered) -> bool:
        return self.edits_all or bool(organisation.network_ids & self.editable)

    def names(self, network_ids: Collection[int]) -> list[str]:
        return [node.name for node, _depth in self.networks if node.id in network_ids]


def is_empty(contact: ContactRow) -> bool:
    return not any(getattr(contact, name) for name in OF_CONTACT)


def spelled_as_used(text: str, used: Iterable[str]) -> str:
    """The word as the register spells it already: one type is one type in every figure."""
    known = {sort_key(each): each for each in used}
    return text if text in known.values() else known.get(sort_key(text), text)


def new_slug(name: str, taken: Collection[str]) -> str:
    """Of the name's letters and digits, with a number where others have it."""
    plain = unicodedata.normalize("NFD", sort_key(name)).encode("ascii", "ignore").decode()
    base = "-".join(re.findall(r"[a-z0-9]+", plain)) or "organisation"
    if len(base) > SLUG_AT_MOST - 6:  # room for the number
        base = base[: SLUG_AT_MOST - 6].strip("-")
    numbered = (f"{base}-{n}" for n in range(2, len(taken) + 3))
    return next(slug for slug in (base, *numbered) if slug not in taken)
