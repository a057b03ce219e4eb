"""ExportJob, a file that a worker makes, and ExportPart, a sealed piece of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class ExportState(StrEnum):
    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ExportJob(Base):
    """One file that an account asked for. `due_at` is when a worker may take it: of a waiting row
    at once, of one that is worked at the end of the lease."""

    __tablename__ = "export_job"
    __table_args__ = (
        Index("ix_export_job_due", "state", "due_at"),
        Index("ix_export_job_own", "account_id", "event_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    kind: Mapped[str] = mapped_column(Text, default="list", server_default="list")
    format: Mapped[str] = mapped_column(Text)
    columns: Mapped[list[str]] = mapped_column(JSON)
    filters: Mapped[dict[str, Any]] = mapped_column(JSON)
    options: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # of its kind
    language: Mapped[str] = mapped_column(Text)
    is_sensitive: Mapped[bool]
    # The contingent whose people it holds (`Contingent.as_json`); none: everybody's.
    within: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    state: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime]
    lease: Mapped[str | None] = mapped_column(Text)  # names the claim that holds the row
    attempts: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None] = mapped_column(Text)  # why it failed, as a code
    rows_total: Mapped[int]
    rows_done: Mapped[int] = mapped_column(default=0)
    size: Mapped[int | None]  # bytes
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class ExportPart(Base):
    """A piece of a finished file, sealed. In the database: web and workers may run on machines
    that share no disk, and a backup of the files would keep what is to last a day."""

    __tablename__ = "export_part"

    job_id: Mapped[int] = mapped_column(ForeignKey("export_job.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
