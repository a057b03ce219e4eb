"""Making a file: read, put in columns, written; no transaction is open meanwhile."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import ngettext
from sqlalchemy import Connection
from werkzeug.exceptions import HTTPException

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.errors import NotFound
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import load_definitions
from eventapp.events.permitted import people_for
from eventapp.exports import actions, files
from eventapp.exports.rules import Format, PdfTooLong, check_size
from eventapp.exports.words import filter_words
from eventapp.formatting import clock_time, full_date, when
from eventapp.languages import gettext as _
from eventapp.languages import in_language
from eventapp.networks.rules import Permission
from eventapp.participants.export import Column, Line, cells_of, columns_of, read_lines
from eventapp.participants.queries import find_organisation_name
from eventapp.participants.selection import Wanted
from eventapp.participants.wanted import read_wanted
from eventapp.tokens import keyring

log = logging.getLogger(__name__)

STEP = 500  # rows between two looks at whether the file is still wanted
PART = 256 * 1024  # bytes

Progress = Callable[[int, int], None]  # rows done, of so many


class NotOurs(Exception):
    """The job was cancelled, or its lease has run out and another worker has it."""


@dataclass(frozen=True)
class Table:
    """People in columns, not yet a file."""

    event: EventDefinition
    columns: Sequence[Column]
    lines: Sequence[Line]
    words: Sequence[str]  # of the filter


def read_table(
    connection: Connection,
    event: EventDefinition,
    permissions: frozenset[Permission],
    wanted: Wanted,
    keys: Sequence[str],
) -> Table:
    """The people wanted, with the columns named; those that there are no more are left out."""
    offered = columns_of(event, with_needs=Permission.NEEDS_READ in permissions)
    columns = [column for column in offered if column.key in keys]
    return Table(
        event=event,
        columns=columns,
        lines=read_lines(connection, event, wanted, columns),
        words=filter_words(event, wanted, permissions, find_organisation_name(connection, wanted)),
    )


def write_table(
    table: Table, format_: Format, language: str, progress: Progress | None = None
) -> bytes:
    """The file, in the present language."""
    rows = cells_of(table.columns, table.lines)
    if progress:
        rows = _told(rows, len(table.lines), progress)
    headings = [column.heading for column in table.columns]
    return files.write(format_, _heading(table, language), headings, rows)


def _heading(table: Table, language: str) -> files.Heading:
    now = clock.now()
    return files.Heading(
        title=_("Teilnehmende: %(title)s", title=table.event.title),
        lines=[
            when(table.event),
            *([_("Auswahl: %(words)s", words="; ".join(table.words))] if table.words else []),
            ngettext("%(num)d Person", "%(num)d Personen", len(table.lines)),
        ],
        foot=_("Stand %(day)s, %(time)s", day=full_date(now), time=clock_time(now)),
        language=language,
    )


def _told(rows: Iterator[list[Any]], total: int, progress: Progress) -> Iterator[list[Any]]:
    for number, row in enumerate(rows):
        if number % STEP == 0:
            progress(number, total)
        yield row
    progress(total, total)


def make_next() -> bool:
    """Make the file that has waited longest; False where none is due."""
    with transaction() as session:
        job = actions.claim(session, now=clock.now())
    if job is None:
        return False
    try:
        with in_language(job.language):
            _keep(job, _make(job))
    except NotOurs:
        log.info("export %s was cancelled or is another's", job.id)
    except (NotFound, HTTPException):  # what it asks for is no more there, or not for this account
        _fail(job, "not-allowed")
    except PdfTooLong:
        _fail(job, PdfTooLong.code)
    except Exception:
        log.exception("export %s cannot be made", job.id)
        _fail(job, "failed")
    return True


def _make(job: Any) -> bytes:
    """Asks again what the account may do: much may have changed since it asked for the file."""
    format_ = Format(job.format)
    with reading() as connection:
        [event] = load_definitions(connection, [job.event_id])
        permissions, within = people_for(connection, job.account_id, event)
        if not _asked_for(job) <= permissions:
            raise NotFound
        if within is not None and within.as_json != job.within:
            raise NotFound
        wanted = read_wanted(event, permissions, job.filters, within)
        table = read_table(connection, event, permissions, wanted, job.columns)
    check_size(format_, len(table.lines), len(table.columns))
    return write_table(table, format_, job.language, lambda done, total: _advance(job, done, total))


def _asked_for(job: Any) -> set[Permission]:
    sensitive = {Permission.NEEDS_READ} if job.is_sensitive else set()
    return {Permission.REGISTRATIONS_READ, *sensitive}


def _advance(job: Any, done: int, total: int) -> None:
    with transaction() as session:
        if not actions.advance(session, job.lease, done=done, total=total, now=clock.now()):
            raise NotOurs


def _keep(job: Any, file: bytes) -> None:
    pieces = [file[start : start + PART] for start in range(0, len(file), PART)]
    sealed = [keyring().seal_bytes(piece) for piece in pieces]
    with transaction() as session:
        if not actions.finish(session, job.lease, job.id, sealed, size=len(file), now=clock.now()):
            raise NotOurs


def _fail(job: Any, problem: str) -> None:
    with transaction() as session:
        actions.fail(session, job.lease, problem)
