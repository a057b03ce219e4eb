"""PrintedBadge: whose badge was made, and of what. SavedColumns: what a funder wants of a sheet."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class PrintedBadge(Base):
    """`look` tells whether the badge would be another one today; `printed_at` is when this one was
    made for the first time."""

    __tablename__ = "printed_badge"

    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True
    )
    look: Mapped[bytes] = mapped_column(LargeBinary)  # a hash with the ticket in it: not guessable
    printed_at: Mapped[datetime]


class SavedColumns(Base):
    """Columns of the sheet to sign under a name, for the events of a network and of those below."""

    __tablename__ = "saved_columns"
    __table_args__ = (UniqueConstraint("network_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    name: Mapped[str] = mapped_column(Text)
    columns: Mapped[list[str]] = mapped_column(JSON)  # keys of `columns.offered`
    free: Mapped[list[str]] = mapped_column(JSON)  # headings
