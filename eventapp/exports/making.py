"""Making a file: read, put in columns, written; no transaction is open meanwhile."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import ngettext
from sqlalchemy import Connection
from werkzeug.exceptions import HTTPException

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.errors import NotFound, Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import load_definitions
from eventapp.events.permitted import people_for
from eventapp.exports import actions, files
from eventapp.exports.kinds import LIST, Kind, Progress, kind_of, register
from eventapp.exports.rules import Format, check_size
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
    kind = kind_of(job)
    try:
        with in_language(job.language):
            content = _read(job, kind)
            file = kind.write(content, job, lambda done, total: _advance(job, done, total))
        _keep(job, kind, content, file)
    except NotOurs:
        log.info("export %s was cancelled or is another's", job.id)
    except (NotFound, HTTPException):  # what it asks for is no more there, or not for this account
        _fail(job, "not-allowed")
    except Refused as refusal:
        _fail(job, refusal.code)
    except Exception:
        log.exception("export %s cannot be made", job.id)
        _fail(job, "failed")
    return True


def _read(job: Any, kind: Kind) -> Any:
    """Asks again what the account may do: much may have changed since it asked for the file."""
    with reading() as connection:
        [event] = load_definitions(connection, [job.event_id])
        permissions, within = people_for(connection, job.account_id, event)
        if not _asked_for(job, kind) <= permissions:
            raise NotFound
        if within is not None and within.as_json != job.within:
            raise NotFound
        wanted = read_wanted(event, permissions, job.filters, within)
        return kind.read(connection, event, permissions, wanted, job)


def _asked_for(job: Any, kind: Kind) -> set[Permission]:
    sensitive = {Permission.NEEDS_READ} if job.is_sensitive else set()
    return {Permission.REGISTRATIONS_READ, kind.permission, *sensitive}


def _advance(job: Any, done: int, total: int) -> None:
    with transaction() as session:
        if not actions.advance(session, job.lease, done=done, total=total, now=clock.now()):
            raise NotOurs


def _keep(job: Any, kind: Kind, content: Any, file: bytes) -> None:
    starts = range(0, len(file), PART)
    sealed = [keyring().seal_bytes(file[start : start + PART]) for start in starts]
    with transaction() as session:
        if not actions.finish(session, job.lease, job.id, sealed, size=len(file), now=clock.now()):
            raise NotOurs
        kind.kept(session, job, content)


def _fail(job: Any, problem: str) -> None:
    with transaction() as session:
        actions.fail(session, job.lease, problem)


# --- the list, as a kind of file ------------------------------------------------------------------


def _read_list(
    connection: Connection,
    event: EventDefinition,
    permissions: frozenset[Permission],
    wanted: Wanted,
    job: Any,
) -> Table:
    return read_table(connection, event, permissions, wanted, job.columns)


def _write_list(table: Table, job: Any, progress: Progress) -> bytes:
    format_ = Format(job.format)
    check_size(format_, len(table.lines), len(table.columns))
    return write_table(table, format_, job.language, progress)


register(
    LIST,
    Kind(
        permission=Permission.REGISTRATIONS_READ,
        title=lambda: _("Liste als Datei"),
        address=lambda event, filters: url_for("exports.export", slug=event.slug, **filters),
        file_name=lambda event: f"teilnehmende-{event.slug}",
        read=_read_list,
        write=_write_list,
    ),
)
