"""Material and the pieces of its file."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class MaterialKind(StrEnum):
    FILE = "file"
    LINK = "link"
    RECORDING = "recording"  # a link as well


class MaterialAudience(StrEnum):
    """Whom a material is for."""

    ALL = "all"
    REGISTERED = "registered"  # who holds a place
    ATTENDED = "attended"  # and was there


class MaterialAccess(StrEnum):
    """How somebody reads it who cannot see or hear it."""

    ACCESSIBLE = "accessible"
    TEXT = "text"  # by the text beside it
    ON_REQUEST = "on_request"


class Material(Base):
    """A file or a link of an event, or of one item of its programme. It goes with the event; that
    of an item which is taken from the programme stays with the event."""

    __tablename__ = "material"
    __table_args__ = (CheckConstraint("(url IS NULL) = (digest IS NOT NULL)", name="one_of_both"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    item_id: Mapped[int | None] = mapped_column(
        ForeignKey("programme_item.id", ondelete="SET NULL"), index=True
    )
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(Text)
    publishes_at: Mapped[datetime | None]  # None: at once
    withdrawn_at: Mapped[datetime | None]  # since when nobody sees it
    accessibility_state: Mapped[str] = mapped_column(Text)
    alternative: Mapped[str] = mapped_column(Text, default="")
    url: Mapped[str | None] = mapped_column(Text)
    file_name: Mapped[str | None] = mapped_column(Text)
    media_type: Mapped[str | None] = mapped_column(Text)
    size: Mapped[int | None]  # bytes
    digest: Mapped[str | None] = mapped_column(Text)  # of the file, the tag of its answers


class MaterialPart(Base):
    """A piece of a file: no statement carries the whole of a large one."""

    __tablename__ = "material_part"

    material_id: Mapped[int] = mapped_column(
        ForeignKey("material.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
