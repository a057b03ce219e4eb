"""Announcement, and the addresses it has gone to."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class Announcement(Base):
    """One sending of the date of an event; gone when it is taken back."""

    __tablename__ = "announcement"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    created_at: Mapped[datetime]
    leaves_at: Mapped[datetime]  # may be taken back until then
    stopped_at: Mapped[datetime | None]


class Told(Base):
    """An address that an announcement goes to: once for an event, unless the office repeats it."""

    __tablename__ = "announcement_told"
    __table_args__ = (UniqueConstraint("announcement_id", "email_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcement.id", ondelete="CASCADE"))
    email_hash: Mapped[bytes] = mapped_column(LargeBinary)
