"""EventNotice: a change or the calling off of one event, on its way to the people concerned."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class NoticeKind(StrEnum):
    CHANGED = "changed"
    CANCELLED = "cancelled"


_OPEN = text("kind = 'changed' AND sent_at IS NULL")


class EventNotice(Base):
    """What has become of an event. A change is collected until `due_at` and then owed as mails;
    the mails of a calling off are owed at once and leave at `due_at`. Nobody's name stands here."""

    __tablename__ = "event_notice"
    __table_args__ = (
        Index(
            "uq_event_notice_open",
            "event_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    states: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # see `rules.State`
    words: Mapped[str | None] = mapped_column(Text)  # what the office says to a calling off
    words_en: Mapped[str | None] = mapped_column(Text)  # the same to those who read English
    status_before: Mapped[str | None] = mapped_column(Text)  # an `EventStatus`, to go back to
    created_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]  # when the mails were owed; of a change, None: collected
