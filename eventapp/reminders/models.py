"""OpeningWish: an address that wants to know when sign-up opens."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class OpeningWish(Base):
    """One address and one event. Counts once confirmed; deleted with its one mail."""

    __tablename__ = "opening_wish"
    __table_args__ = (UniqueConstraint("event_id", "email_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    email: Mapped[str] = mapped_column(Text)
    email_key: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    token_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime]  # the last mail that asks for the confirmation
    confirmed_at: Mapped[datetime | None]
    owed_at: Mapped[datetime | None]  # sign-up is open and the mail is on its way
