"""FunderTemplate: what a funder wants. EventFunding: what an event says to it. SignedSheet: a sheet
that was signed, scanned. PeopleDeleted: since when people of an event are missing."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class FunderTemplate(Base):
    """For the events of a network and of those below."""

    __tablename__ = "funder_template"
    __table_args__ = (UniqueConstraint("network_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    name: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text, default="")  # above, on the cover
    statement: Mapped[str] = mapped_column(Text, default="")  # what is signed; empty: the usual one
    parts: Mapped[list[str]] = mapped_column(JSON)  # `rules.Part`
    fields: Mapped[list[str]] = mapped_column(JSON)  # what is filled in, as the cover names it
    columns: Mapped[list[str] | None] = mapped_column(  # of the sheet to sign; None: the usual ones
        JSON(none_as_null=True)
    )


class EventFunding(Base):
    """Which template, and what was filled in. It is about the grant and stays."""

    __tablename__ = "event_funding"

    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    template_id: Mapped[int | None] = mapped_column(
        ForeignKey("funder_template.id", ondelete="SET NULL"), index=True
    )
    values: Mapped[dict[str, Any]] = mapped_column(JSON)  # by name of the field


class SignedSheet(Base):
    """Names and signatures: sealed, and deleted with the people."""

    __tablename__ = "signed_sheet"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    event_date_id: Mapped[int | None] = mapped_column(  # None: for all dates
        ForeignKey("event_date.id", ondelete="SET NULL"), index=True
    )
    file_name: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int]  # bytes
    digest: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime]


class SignedSheetPart(Base):
    """A piece of a scan."""

    __tablename__ = "signed_sheet_part"

    sheet_id: Mapped[int] = mapped_column(
        ForeignKey("signed_sheet.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class PeopleDeleted(Base):
    """When people of an event were deleted last."""

    __tablename__ = "people_deleted"

    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    last_on: Mapped[date]
