"""Device (a paired phone or laptop) and Scan (one look at one code)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class Device(Base):
    """A device that may scan for one event until `valid_until`."""

    __tablename__ = "device"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    valid_until: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


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
    direction: Mapped[str] = mapped_column(Text)
    finding: Mapped[str] = mapped_column(Text)  # what the code was: ticket, unknown, wrong_event …
    scanned_at: Mapped[datetime]
    received_at: Mapped[datetime]
