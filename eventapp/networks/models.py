"""Network and its logo, Organisation, Membership, and the roles granted on a network or event."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class Network(Base):
    """One network; its parent's sender, controller and so on hold where it has none of its own."""

    __tablename__ = "network"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("network.id"), index=True)
    lead_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    description: Mapped[str] = mapped_column(Text, default="")
    land: Mapped[str | None] = mapped_column(Text)  # "RP" (ISO 3166-2:DE): its holidays
    sender_name: Mapped[str | None] = mapped_column(Text)
    sender_email: Mapped[str | None] = mapped_column(Text)
    controller_name: Mapped[str | None] = mapped_column(Text)
    controller_address: Mapped[str | None] = mapped_column(Text)
    controller_email: Mapped[str | None] = mapped_column(Text)
    controller_phone: Mapped[str | None] = mapped_column(Text)
    controller_dpo: Mapped[str | None] = mapped_column(Text)
    controller_imprint: Mapped[str | None] = mapped_column(Text)
    # Whether the roles of the network above may read its people; means something only beside a
    # controller of its own.
    shows_people_above: Mapped[bool] = mapped_column(default=False)
    accessibility_state: Mapped[str | None] = mapped_column(Text)
    accessibility_barriers: Mapped[str | None] = mapped_column(Text)
    accessibility_on: Mapped[date | None]
    accessibility_contact: Mapped[str | None] = mapped_column(Text)
    accessibility_body: Mapped[str | None] = mapped_column(Text)
    assistance_days: Mapped[int | None]  # before an event's first day, as below
    closes_days: Mapped[int | None]
    door_minutes: Mapped[int | None]  # the online door opens so long before each date
    brand: Mapped[str | None] = mapped_column(Text)  # colours as "#1d2a5e"
    copper: Mapped[str | None] = mapped_column(Text)
    copper_line: Mapped[str | None] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)


class NetworkLogo(Base):
    """A network's logo, small enough for the database: there may be several machines."""

    __tablename__ = "network_logo"

    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(Text)  # of the bytes; stands in the address
    alt: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    width: Mapped[int]
    height: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary)


class Conformity(StrEnum):
    """How far pages keep to the rules of accessibility (Decision (EU) 2018/1523)."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


class Organisation(Base):
    """A body that belongs to networks, leads them or hosts events; with it its postal address."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    sort_key: Mapped[str] = mapped_column(Text, index=True)
    type: Mapped[str] = mapped_column(Text)
    district: Mapped[str | None] = mapped_column(Text)
    contact_email: Mapped[str | None] = mapped_column(Text)
    website: Mapped[str | None] = mapped_column(Text)
    street: Mapped[str | None] = mapped_column(Text)
    address_addition: Mapped[str | None] = mapped_column(Text)
    postal_code: Mapped[str | None] = mapped_column(Text)
    city: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(Text)  # None: Germany
    delegate_quota: Mapped[int | None]
    notes: Mapped[str | None] = mapped_column(Text)


class Contact(Base):
    """Whom one writes to at an organisation; letters go to the first by `position`."""

    __tablename__ = "organisation_contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    position: Mapped[int]
    name: Mapped[str | None] = mapped_column(Text)
    function: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    salutation: Mapped[str | None] = mapped_column(Text)  # "Sehr geehrte Frau Dr. Berg,"


class Membership(Base):
    """An organisation's place in a network."""

    __tablename__ = "membership"

    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), primary_key=True, index=True
    )


class Role(StrEnum):
    """What a person may be; `rules.permissions` says what each may do."""

    OWNER = "owner"
    ORGANISER = "organiser"
    ASSISTANCE = "assistance"
    DOOR = "door"
    VIEWER = "viewer"
    AUDITOR = "auditor"


class Scope(StrEnum):
    """Where a grant holds: everywhere, in a network and below, or in one event."""

    INSTALLATION = "installation"
    NETWORK = "network"
    EVENT = "event"


class Grant(Base):
    """A role of one account in one scope; `scope_id` is 0 for the whole installation."""

    __tablename__ = "grant"
    __table_args__ = (
        UniqueConstraint("account_id", "role", "scope", "scope_id"),
        CheckConstraint("(scope = 'installation') = (scope_id = 0)", name="scope_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str] = mapped_column(Text)
    scope: Mapped[str] = mapped_column(Text)
    scope_id: Mapped[int]
    granted_at: Mapped[datetime]
