"""Outbox rows hold ids, never text: erasing a person leaves nothing behind.

After their time they shrink to the fact that something was sent; see `keeping.py`.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

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


class AboutMixin:
    """Whom a mail is about, taken out of its ids so that it is found."""

    registration_id: Mapped[int | None] = mapped_column(index=True)
    signup_id: Mapped[int | None] = mapped_column(index=True)
    event_id: Mapped[int | None] = mapped_column(index=True)  # of an event, not of its people


# Refused, perhaps lost, or come back: few of many, so those who miss a mail are found by them.
_TROUBLED = text("state IN ('failed', 'unknown') OR bounced_at IS NOT NULL")
_ONLY_TROUBLED: dict[str, Any] = {"sqlite_where": _TROUBLED, "postgresql_where": _TROUBLED}


class OutboxMail(AboutMixin, Base):
    """One mail to be sent. `due_at` is the next attempt of a pending row, the end of the lease of a
    row that is being sent; `waits_since` when it could first have left."""

    __tablename__ = "outbox_mail"
    __table_args__ = (
        Index("ix_outbox_mail_due", "state", "due_at"),
        Index("ix_outbox_mail_troubled", "registration_id", **_ONLY_TROUBLED),
        Index("ix_outbox_mail_troubled_signup", "signup_id", **_ONLY_TROUBLED),
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
    waits_since: Mapped[datetime]
    lease: Mapped[str | None] = mapped_column(Text)  # names the claim that holds the row
    attempts: Mapped[int] = mapped_column(default=0)
    data_at: Mapped[datetime | None]  # committed before the message is handed over
    interrupted: Mapped[int] = mapped_column(default=0)  # times it may have left, unanswered
    last_answer: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]  # a report says that it was not delivered
    bounce_status: Mapped[str | None] = mapped_column(Text)  # "5.1.1" (RFC 3463)


class PastMail(AboutMixin, Base):
    """What stays of a settled mail about somebody's registration, or about an event, when its row
    has had its time: that it was sent, when, and what became of it."""

    __tablename__ = "past_mail"
    __table_args__ = (
        Index(
            "ix_past_mail_batch",
            "batch",
            sqlite_where=text("batch IS NOT NULL"),
            postgresql_where=text("batch IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str] = mapped_column(Text)
    ids: Mapped[dict[str, int]] = mapped_column(JSON)
    batch: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    interrupted: Mapped[int]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime]
    bounced_at: Mapped[datetime | None]
    bounce_status: Mapped[str | None] = mapped_column(Text)
