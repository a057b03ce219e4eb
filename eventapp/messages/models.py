"""Message."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class Message(Base):
    """One text to the people of an event. Whom it goes to stands in the outbox, from the moment of
    sending on; until then `filter` says whom it would go to."""

    __tablename__ = "message"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    filter: Mapped[dict[str, str | list[str]]] = mapped_column(
        JSON
    )  # as in the address of the list
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)  # Markdown with placeholders
    subject_en: Mapped[str | None] = mapped_column(Text)  # both, or neither
    text_en: Mapped[str | None] = mapped_column(Text)
    reply_to: Mapped[str | None] = mapped_column(Text)  # None: the event's contact
    revision: Mapped[int]  # of the draft; rises also when it is sent and taken back
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    leaves_at: Mapped[datetime | None]  # sent; may be taken back until then
    stopped_at: Mapped[datetime | None]
