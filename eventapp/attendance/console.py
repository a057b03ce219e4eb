"""The ledger as a file: made at once, or by the worker of `exports` where there are many people."""

from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from eventapp import clock
from eventapp.accounts.access import me
from eventapp.attendance.ledger_file import FILE, Table, read_table, write_csv, write_xlsx
from eventapp.attendance.ledger_list import Asked, read_asked
from eventapp.db import reading, transaction
from eventapp.downloads import as_file
from eventapp.errorpages import sentence
from eventapp.events.definition import EventDefinition
from eventapp.events.noting import note_mine
from eventapp.events.permitted import get_permitted
from eventapp.exports import actions
from eventapp.exports.kinds import Kind, Progress, register
from eventapp.exports.rules import Format, Order, TooManyExports, is_large
from eventapp.languages import gettext as _
from eventapp.languages import present_language
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.participants.selection import Wanted
from eventapp.queue import nudge

console = Blueprint("ledger_files", __name__, url_prefix="/organise/events/<slug>/presence/file")

_WRITERS = {Format.CSV: write_csv, Format.XLSX: write_xlsx}


@console.post("")
@asks(Permission.REGISTRATIONS_READ)
def file(slug: str) -> AnyResponse:
    """The list as it is narrowed, or 303 to the page that waits for it."""
    event, _may = get_permitted(slug, Permission.REGISTRATIONS_READ)
    asked = read_asked(event, request.form)
    format_ = Format.CSV if request.form.get("format") == Format.CSV else Format.XLSX
    with reading() as connection:
        table = read_table(connection, event, asked, clock.now())
    try:
        if is_large(format_, len(table.lines)):
            return _have_made(event, asked, format_, len(table.lines))
    except TooManyExports as refusal:
        abort(429, sentence(refusal))
    content = _WRITERS[format_](table)
    with transaction() as session:
        _note(session, event, asked, format_, len(table.lines))
    return as_file(content, f"{_file_name(event)}.{format_}")


def _have_made(event: EventDefinition, asked: Asked, format_: Format, rows: int) -> AnyResponse:
    order = Order(
        format=format_,
        columns=(),
        filters=asked.as_parameters(),
        language=present_language(),
        is_sensitive=False,
        kind=FILE,
    )
    by, now = me().account_id, clock.now()
    with transaction() as session:
        job_id = actions.order(session, order, account_id=by, event_id=event.id, rows=rows, now=now)
        _note(session, event, asked, format_, rows)
    nudge("exports.make")
    return redirect(url_for("exports.job", slug=event.slug, job_id=job_id), 303)


def _note(
    session: Session, event: EventDefinition, asked: Asked, format_: Format, rows: int
) -> None:
    note_mine(
        session,
        "registrations.presence_exported",
        event,
        after={"format": format_.value, "filters": asked.as_parameters(), "rows": rows},
    )


# --- as a kind of file that a worker makes ------------------------------------------------------


def _read(
    connection: Connection,
    event: EventDefinition,
    _permissions: frozenset[Permission],
    _wanted: Wanted,
    job: Any,
) -> Table:
    return read_table(connection, event, read_asked(event, job.filters), clock.now())


def _write(table: Table, job: Any, progress: Progress) -> bytes:
    progress(0, len(table.lines))
    return _WRITERS[Format(job.format)](table)


def _file_name(event: EventDefinition) -> str:
    return f"wer-war-da-{event.slug}"


register(
    FILE,
    Kind(
        permission=Permission.REGISTRATIONS_READ,
        title=lambda: _("Wer war da?"),
        address=lambda event, filters: url_for("ledger.list", slug=event.slug, **filters),
        file_name=_file_name,
        read=_read,
        write=_write,
    ),
)
