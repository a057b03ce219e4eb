"""Need (what became of it), NeedsVisit (who looked last), OrderSheet."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class Need(Base):
    """How far the need of one person is settled; without a row it is open.

    What is needed stands, sealed, with the registration.
    """

    __tablename__ = "need"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    state: Mapped[str] = mapped_column(Text)
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    sentence_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # to the person, by mail
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None]  # an account's number; it may be gone


class NeedsVisit(Base):
    """When an account looked at the needs of an event; what came after `new_since` is new to it."""

    __tablename__ = "needs_visit"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)
    seen_at: Mapped[datetime]
    new_since: Mapped[datetime | None]  # None: all is new


class OrderSheet(Base):
    """What the caterer is told beside the numbers, which are counted each time."""

    __tablename__ = "order_sheet"
    __table_args__ = (CheckConstraint("reserve >= 0", name="reserve"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    due_on: Mapped[date | None]  # until when numbers are ordered
    reserve: Mapped[int] = mapped_column(default=0)
    remark: Mapped[str] = mapped_column(Text, default="")
