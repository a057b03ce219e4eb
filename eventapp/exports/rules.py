"""What is made at once and what by a worker, how long it is kept, how it stands. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from eventapp.errors import Refused
from eventapp.exports.models import ExportState


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"
    ZIP = "zip"  # of kinds that hold several files


AT_ONCE = {Format.CSV: 1_000, Format.XLSX: 1_000, Format.PDF: 200}  # rows
MOST_PDF_CELLS = 60_000  # typst takes about 14 KB of memory for each
MOST_OPEN = 5  # files of one account that are waited for
KEPT = timedelta(hours=24)
LISTED = timedelta(days=7)  # without the file
LEASE = timedelta(minutes=2)  # renewed with every step of the progress
MOST_ATTEMPTS = 3


class PdfTooLong(Refused):
    code = "pdf-too-long"
    field = "format"


class TooManyExports(Refused):
    code = "too-many-exports"


@dataclass(frozen=True)
class Order:
    """What file about the people of an event is asked for."""

    format: Format
    columns: tuple[str, ...]
    filters: dict[str, Any]  # as parameters of an address
    language: str
    is_sensitive: bool
    within: dict[str, list[int]] | None = None  # the contingent, for whoever sees no more
    kind: str = "list"
    options: dict[str, Any] | None = None  # what else that kind asks


class Shown(StrEnum):
    """How a job stands for its owner."""

    WAITING = "waiting"
    WORKING = "working"
    READY = "ready"
    EXPIRED = "expired"
    FAILED = "failed"
    CANCELLED = "cancelled"


def check_size(format_: Format, rows: int, columns: int) -> None:
    """Raises `PdfTooLong`, which says how many rows are possible with so many columns."""
    if format_ is Format.PDF and rows * columns > MOST_PDF_CELLS:
        raise PdfTooLong(rows=MOST_PDF_CELLS // columns, columns=columns)


def is_large(format_: Format, rows: int) -> bool:
    """Whether a worker makes it."""
    return rows > AT_ONCE[format_]


def expires_at(job: Any) -> datetime | None:
    """When a finished file is no longer to be had."""
    return job.done_at + KEPT if job.done_at else None


def shown(job: Any, now: datetime) -> Shown:
    if job.state != ExportState.DONE:
        return Shown(job.state)
    return Shown.READY if now < job.done_at + KEPT else Shown.EXPIRED


def is_open(state: str) -> bool:
    """Whether it can still be cancelled."""
    return state in (ExportState.WAITING, ExportState.WORKING)
