"""Unsubscription: an address that wants no more mails about one topic."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class Unsubscription(Base):
    """Of one event or of one network, as the topic has it."""

    __tablename__ = "unsubscription"
    __table_args__ = (
        CheckConstraint("(event_id IS NULL) <> (network_id IS NULL)", name="scope"),
        UniqueConstraint("event_id", "email_key", "topic"),
        UniqueConstraint("network_id", "email_key", "topic"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(Text)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    network_id: Mapped[int | None] = mapped_column(ForeignKey("network.id"))
    email_key: Mapped[str] = mapped_column(Text)
    refused_at: Mapped[datetime]
