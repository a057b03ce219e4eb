"""Wording: what one network or one event says in one kind of mail."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class Wording(Base):
    """`live` is in the mails, `draft` is not yet; both by language and section, without what is
    empty."""

    __tablename__ = "wording"
    __table_args__ = (
        CheckConstraint("(event_id IS NULL) <> (network_id IS NULL)", name="scope"),
        UniqueConstraint("event_id", "kind"),
        UniqueConstraint("network_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    network_id: Mapped[int | None] = mapped_column(ForeignKey("network.id"))
    kind: Mapped[str] = mapped_column(Text)
    live: Mapped[dict[str, Any]] = mapped_column(JSON)
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    revision: Mapped[int]
    changed_at: Mapped[datetime]
