"""Presence (noted at the online door), HandEntry (what the office says), AttendanceReport with its
lines (what a meeting platform says): facts "was there".

Scans are facts too and stay where they are; `ledger_rules` says what all of them come to.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base

_OF_DATE = text("programme_item_id IS NULL")
_OF_ITEM = text("programme_item_id IS NOT NULL")


class Presence(Base):
    """Recorded once per registration, date and source."""

    __tablename__ = "presence"
    __table_args__ = (UniqueConstraint("registration_id", "event_date_id", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    event_date_id: Mapped[int] = mapped_column(ForeignKey("event_date.id"), index=True)
    source: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]


class HandEntry(Base):
    """What somebody of the office wrote down of one person: at a date, or in a programme item.

    One for each; it holds against all other sources. Taken back, it is deleted: the log keeps it.
    """

    __tablename__ = "hand_entry"
    __table_args__ = (
        Index(
            "uq_hand_entry_date",
            "registration_id",
            "event_date_id",
            unique=True,
            sqlite_where=_OF_DATE,
            postgresql_where=_OF_DATE,
        ),
        Index(
            "uq_hand_entry_item",
            "registration_id",
            "programme_item_id",
            unique=True,
            sqlite_where=_OF_ITEM,
            postgresql_where=_OF_ITEM,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    event_date_id: Mapped[int] = mapped_column(ForeignKey("event_date.id"), index=True)
    programme_item_id: Mapped[int | None] = mapped_column(
        ForeignKey("programme_item.id"), index=True
    )
    was_there: Mapped[bool]
    minutes: Mapped[int | None]  # only where the event asks for them
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int]  # as in the log: a pseudonym once the account has gone
    created_at: Mapped[datetime]


class AttendanceReport(Base):
    """A report of a meeting platform about one date. Until somebody has settled its doubts it is
    kept sealed, for a day; then only what it says of people who are registered stays."""

    __tablename__ = "attendance_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    event_date_id: Mapped[int] = mapped_column(ForeignKey("event_date.id"), index=True)
    platform: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    account_id: Mapped[int]  # as in the log: a pseudonym once the account has gone
    created_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]  # its lines count since


class ReportLine(Base):
    """One person was in the meeting; with times only where the event asks for minutes."""

    __tablename__ = "report_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("attendance_report.id"), index=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    joined_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
