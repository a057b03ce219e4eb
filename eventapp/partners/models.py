"""Partner, EventPlace."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class Partner(Base):
    """A link to complete one event. The link is shown again, so it is kept as hash and sealed."""

    __tablename__ = "event_partner"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    token_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]  # when something was last saved with it
    revoked_at: Mapped[datetime | None]
    is_replaced: Mapped[bool] = mapped_column(
        default=False
    )  # a new link stands in a row of its own


class EventPlace(Base):
    """An event that was made from a pattern for one place of a list. `key` says which place and day
    that was, whatever its partner has changed since: the list read in again makes nothing new."""

    __tablename__ = "event_place"
    __table_args__ = (UniqueConstraint("pattern_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pattern_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), unique=True)
    key: Mapped[str] = mapped_column(Text)
