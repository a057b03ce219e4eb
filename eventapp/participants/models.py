"""SavedView (a filter with a name) and BulkAct (what was done to many at once)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class SavedView(Base):
    """A filter of the list, for its maker or for everybody who reads the people of the event."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("event_id", "account_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    is_shared: Mapped[bool]
    name: Mapped[str] = mapped_column(Text)
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON)  # as `wanted.as_parameters` has them
    created_at: Mapped[datetime]


class BulkAct(Base):
    """One confirmed act on many; the same form again finds this row and does nothing."""

    __tablename__ = "bulk_act"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    account_id: Mapped[int]  # as in the log: a pseudonym once the account has gone
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    act: Mapped[str] = mapped_column(Text)
    options: Mapped[dict[str, Any]] = mapped_column(JSON)
    ids: Mapped[list[int]] = mapped_column(JSON)  # of the registrations it was done to
    left: Mapped[dict[str, list[int]]] = mapped_column(JSON)  # by reason, who was left out
    created_at: Mapped[datetime]
