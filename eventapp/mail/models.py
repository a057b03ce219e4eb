"""Outbox rows hold ids, never text: erasing a person leaves nothing behind."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class MailState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    DROPPED = "dropped"


class OutboxMail(Base):
    """One mail to be sent. `due_at` is the next attempt of a pending row, the end of the lease of a
    row that is being sent."""

    __tablename__ = "outbox_mail"
    __table_args__ = (
        Index("ix_outbox_mail_due", "state", "due_at"),
        Index(
            "ix_outbox_mail_batch",
            "batch",
            "state",
            sqlite_where=text("batch IS NOT NULL"),
            postgresql_where=text("batch IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    ids: Mapped[dict[str, int]] = mapped_column(JSON)
    dedupe_key: Mapped[str] = mapped_column(Text, unique=True)
    batch: Mapped[str | None] = mapped_column(Text)  # the act that owed it along with many others
    message_id: Mapped[str] = mapped_column(Text, index=True)
    recipient_hash: Mapped[bytes | None] = mapped_column(LargeBinary)  # of whom it was last for
    state: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime]
    lease: Mapped[str | None] = mapped_column(Text)  # names the claim that holds the row
    attempts: Mapped[int] = mapped_column(default=0)
    data_at: Mapped[datetime | None]  # committed before the message is handed over
    interrupted: Mapped[int] = mapped_column(default=0)  # times it may have left, unanswered
    last_answer: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]  # a report says that it was not delivered
    bounce_status: Mapped[str | None] = mapped_column(Text)  # "5.1.1" (RFC 3463)
