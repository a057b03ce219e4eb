"""Door (has a link), Device (a paired phone or laptop), Scan (one look at one code), WalkIn, and
HeldWalkIn, about whom the office decides."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class Door(Base):
    """One door of an event, with a link that any number of devices are paired with.

    The link is shown again, so it is kept as hash and sealed. When it holds follows from the event.
    """

    __tablename__ = "door"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    programme_item_id: Mapped[int | None] = mapped_column(ForeignKey("programme_item.id"))
    event_date_id: Mapped[int | None] = mapped_column(ForeignKey("event_date.id"))
    direction: Mapped[str] = mapped_column(Text, server_default="in")
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    token_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Device(Base):
    """A device that may scan for one event, until a day after its end (`rules.valid_until`).

    On the home screen of some systems the scanner keeps what it knows apart from the browser: the
    same device then has a second token, handed over with a code that holds shortly and once.
    """

    __tablename__ = "device"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    door_id: Mapped[int | None] = mapped_column(ForeignKey("door.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]  # when whoever holds it promised confidentiality
    last_seen_at: Mapped[datetime | None]
    waiting: Mapped[int | None]  # scans that it had not sent yet when it was last seen
    home_token_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    handover_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    handover_until: Mapped[datetime | None]


class Scan(Base):
    """One scan. Who is there is derived from these rows, never counted beside them."""

    __tablename__ = "scan"
    __table_args__ = (Index("ix_scan_admission", "registration_id", "scanned_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scan_id: Mapped[str] = mapped_column(Text, unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"), index=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"))
    programme_item_id: Mapped[int | None] = mapped_column(ForeignKey("programme_item.id"))
    event_date_id: Mapped[int | None] = mapped_column(
        ForeignKey("event_date.id"), index=True
    )  # of an event with several dates: for which of them
    direction: Mapped[str] = mapped_column(Text)
    finding: Mapped[str] = mapped_column(Text)  # what the code was: ticket, unknown, wrong_event …
    undone_at: Mapped[datetime | None]  # taken back as a mistake; `finding` says so too
    let_in: Mapped[bool | None]  # what the door did without a network; None: the server decided
    held_as: Mapped[str | None] = mapped_column(Text)  # the finding it gets when it is accepted
    settled_at: Mapped[datetime | None]  # when the office was done with the conflict that it is
    scanned_at: Mapped[datetime]
    received_at: Mapped[datetime]


class WalkIn(Base):
    """Somebody registered at a door; `walk_in_id` is the device's, so that they come in once."""

    __tablename__ = "walk_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    walk_in_id: Mapped[str] = mapped_column(Text, unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"), index=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True)
    is_beyond: Mapped[bool]  # there was no place any more
    created_at: Mapped[datetime]


class HeldWalkIn(Base):
    """Somebody at a door whom the server did not register: the device may scan no longer, or the
    person was let in without a network and was refused. Kept until the office accepts it."""

    __tablename__ = "held_walk_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    walk_in_id: Mapped[str] = mapped_column(Text, unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"), index=True)
    first_name: Mapped[str] = mapped_column(Text)
    last_name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)  # empty where none was told
    email_key: Mapped[str] = mapped_column(Text, index=True)
    organisation: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)  # code of the refusal; None: of the device
    came_at: Mapped[datetime]
    received_at: Mapped[datetime]
    rejected_at: Mapped[datetime | None]
