"""What came back: addresses that mail does not reach, and declined calendar entries that were asked
about."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class Undeliverable(Base):
    """An address that a mail about this event did not reach.

    By event, so that no controller learns from another's mails; by address, so that another address
    is good at once, and people who share a mailbox are told alike.
    """

    __tablename__ = "undeliverable"

    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    email_key: Mapped[str] = mapped_column(Text, primary_key=True)
    status: Mapped[str] = mapped_column(Text)  # "5.1.1" (RFC 3463)
    reported_at: Mapped[datetime]


class CalendarDecline(Base):
    """Somebody's calendar said that they do not come to what stood at this SEQUENCE; they were
    asked about their place, once."""

    __tablename__ = "calendar_decline"

    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True
    )
    sequence: Mapped[int] = mapped_column(primary_key=True)  # of the entry as it stands here
    declined_at: Mapped[datetime]
