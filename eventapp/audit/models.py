"""AuditEntry."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class AuditEntry(Base):
    """One act. Ids without foreign keys: the log outlives what it tells of.

    Nobody's name stands here but in `before` and `after`, which erasing the subject empties; who
    acted is an account's number, a pseudonym once the account has gone. None: the command line.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_network", "network_id", "id"),
        Index("ix_audit_entry_event", "event_id", "id"),
        Index("ix_audit_entry_subject", "subject_type", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    account_id: Mapped[int | None] = mapped_column(index=True)
    act: Mapped[str] = mapped_column(Text)  # "event.published": what it was done to, and what
    network_id: Mapped[int | None]  # that answered for it then; None: the installation
    event_id: Mapped[int | None]
    subject_type: Mapped[str | None] = mapped_column(Text)
    subject_id: Mapped[int | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
