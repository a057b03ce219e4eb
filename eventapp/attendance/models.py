"""Presence: one fact "was there" of one registration from one source."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class Presence(Base):
    """Recorded once per registration, date and source."""

    __tablename__ = "presence"
    __table_args__ = (UniqueConstraint("registration_id", "event_date_id", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    event_date_id: Mapped[int] = mapped_column(ForeignKey("event_date.id"), index=True)
    source: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
