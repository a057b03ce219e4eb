"""The organisers' pages of exports: choose, have at once or wait, fetch; only one's own."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.db import reading, transaction
from eventapp.downloads import as_file
from eventapp.errorpages import sentence
from eventapp.errors import Gone, Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.noting import note_mine
from eventapp.events.permitted import get_with_people
from eventapp.exports import actions, making, queries
from eventapp.exports.forms import ExportForm, export_form
from eventapp.exports.kinds import kind_of
from eventapp.exports.rules import (
    Format,
    Order,
    Shown,
    check_size,
    expires_at,
    is_large,
    is_open,
    shown,
)
from eventapp.exports.words import filter_words, problem_words
from eventapp.formatting import file_size
from eventapp.forms import set_error
from eventapp.languages import present_language
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.participants.export import Column, columns_of
from eventapp.participants.queries import count_listed, find_organisation_name
from eventapp.participants.selection import Wanted
from eventapp.participants.wanted import as_pairs, as_parameters, read_wanted
from eventapp.queue import nudge

console = Blueprint("exports", __name__, url_prefix="/organise/events/<slug>/participants/export")
JOB = "/<int(max=2147483647):job_id>"  # as large as the databases take
READ = Permission.REGISTRATIONS_READ

Answer = str | tuple[str, int] | AnyResponse
Pair = tuple[EventDefinition, frozenset[Permission]]


@console.get("")
@asks(READ)
def export(slug: str) -> Answer:
    """Format, columns and order, how many it concerns, and one's latest files."""
    event, may, within = get_with_people(slug)
    wanted = read_wanted(event, may, request.args, within)
    form = export_form(_columns(event, may), None, data={"sort": wanted.sort})
    return _show(event, may, wanted, form)


@console.post("", endpoint="export_post")
@asks(READ)
def export_post(slug: str) -> Answer:
    """The file, or 303 to the page that waits for it."""
    event, may, within = get_with_people(slug)
    wanted = read_wanted(event, may, request.form, within)
    columns = _columns(event, may)
    form = export_form(columns, request.form)
    if not form.validate():
        return _show(event, may, wanted, form), 422
    with reading() as connection:
        count = count_listed(connection, event, wanted)
    order = _order(form, wanted, columns)
    try:
        check_size(order.format, count, len(order.columns))
        if is_large(order.format, count):
            return _have_made(event, order, count)
    except Refused as refusal:
        set_error(form[refusal.field or "format"], sentence(refusal))
        return _show(event, may, wanted, form), 422
    return _make(event, may, wanted, order)


def _columns(event: EventDefinition, may: frozenset[Permission]) -> list[Column]:
    return columns_of(event, with_needs=Permission.NEEDS_READ in may)


def _order(form: ExportForm, wanted: Wanted, columns: list[Column]) -> Order:
    chosen = [column for column in columns if column.key in form.keys]
    return Order(
        format=Format(form.format.data),
        columns=tuple(column.key for column in chosen),
        filters=dict(as_parameters(wanted)),
        language=present_language(),
        is_sensitive=wanted.with_needs or any(column.is_sensitive for column in chosen),
        within=wanted.within.as_json if wanted.within else None,
    )


def _show(
    event: EventDefinition, may: frozenset[Permission], wanted: Wanted, form: ExportForm
) -> str:
    now = clock.now()
    with reading() as connection:
        count = count_listed(connection, event, wanted)
        organisation = find_organisation_name(connection, wanted)
        jobs = queries.list_own(connection, account_id=me().account_id, event_id=event.id, now=now)
    chosen: dict[str, Any] = dict(as_parameters(wanted))
    return render_console(
        "exports/export.html",
        tab="events",
        e=event,
        form=form,
        errors=form.problems(),
        count=count,
        words=filter_words(event, wanted, may, organisation),
        hidden=as_pairs({name: value for name, value in chosen.items() if name != "sort"}),
        jobs=[(job, job.format.upper(), shown(job, now)) for job in jobs],
        back_url=_url("participants.list", event, chosen),
    )


def _url(endpoint: str, event: EventDefinition, parameters: dict[str, Any]) -> str:
    return url_for(endpoint, slug=event.slug, **parameters)


def _have_made(event: EventDefinition, order: Order, count: int) -> Answer:
    now = clock.now()
    with transaction() as session:
        job_id = actions.order(
            session,
            order,
            account_id=me().account_id,
            event_id=event.id,
            rows=count,
            now=now,
        )
        _note(session, "registrations.export_ordered", event, order, rows=count)
    nudge("exports.make")
    return _to_job(event, job_id)


def _make(
    event: EventDefinition, may: frozenset[Permission], wanted: Wanted, order: Order
) -> Answer:
    with reading() as connection:
        table = making.read_table(connection, event, may, wanted, order.columns)
    file = making.write_table(table, order.format, order.language)
    with transaction() as session:
        _note(session, "registrations.exported", event, order, rows=len(table.lines))
    return _download(event, order, order.format, file)


def _download(event: EventDefinition, wish: Any, format_: Format, file: bytes) -> Answer:
    """`wish` is the job, or the order of what was made at once."""
    return as_file(file, f"{kind_of(wish).file_name(event)}.{format_}")


def _note(
    session: Session, act: str, event: EventDefinition, order: Order | None = None, **more: Any
) -> None:
    """Which columns of whom: no name, no address."""
    facts = (
        {
            "format": order.format,
            "columns": order.columns,
            "filters": order.filters,
            "sensitive": order.is_sensitive,
        }
        if order
        else {}
    )
    note_mine(
        session,
        act,
        event,
        after={**facts, **more},
    )


def _to_job(event: EventDefinition, job_id: int) -> AnyResponse:
    return redirect(url_for("exports.job", slug=event.slug, job_id=job_id), 303)


# --- one file -----------------------------------------------------------------------------------


def _my_job(slug: str, job_id: int) -> tuple[EventDefinition, Any]:
    """The event and the job, if it is mine and I may still see what is in it."""
    event, may, within = get_with_people(slug)
    with reading() as connection:
        job = queries.get_own(connection, job_id, account_id=me().account_id, event_id=event.id)
    if job.is_sensitive and Permission.NEEDS_READ not in may:
        abort(403)
    if kind_of(job).permission not in may:
        abort(403)
    if within is not None and job.within != within.as_json:
        abort(403)
    return event, job


@console.get(JOB)
@asks(READ)
def job(slug: str, job_id: int) -> Answer:
    """How far it is, or where the file is."""
    event, row = _my_job(slug, job_id)
    now = clock.now()
    return render_console(
        "exports/job.html",
        tab="events",
        e=event,
        job=row,
        state=shown(row, now),
        expires_at=expires_at(row),
        problem=problem_words(row.problem),
        size=file_size(row.size or 0),
        is_open=is_open(row.state),
        url={
            name: url_for(f"exports.{name}", slug=slug, job_id=job_id)
            for name in ("job", "file", "cancel", "again", "delete")
        },
        back_to=(kind_of(row).title(), kind_of(row).address(event, row.filters)),
    )


@console.get(f"{JOB}/file")
@asks(READ)
def file(slug: str, job_id: int) -> Answer:
    """The file; 410 once it has expired, 404 while there is none."""
    event, row = _my_job(slug, job_id)
    if shown(row, clock.now()) is Shown.EXPIRED:
        raise Gone
    with reading() as connection:
        content = queries.get_file(connection, row.id)
    with transaction() as session:
        _note(
            session,
            "registrations.export_fetched",
            event,
            format=row.format,
            rows=row.rows_total,
            sensitive=row.is_sensitive,
        )
    return _download(event, row, Format(row.format), content)


@console.post(f"{JOB}/cancel")
@asks(READ)
def cancel(slug: str, job_id: int) -> Answer:
    event, row = _my_job(slug, job_id)
    return _change(event, row, actions.cancel, "registrations.export_cancelled")


@console.post(f"{JOB}/again")
@asks(READ)
def again(slug: str, job_id: int) -> Answer:
    event, row = _my_job(slug, job_id)

    def once_more(session: Session, job_id: int) -> bool:
        return actions.again(session, job_id, now=clock.now())

    answer = _change(event, row, once_more, "registrations.export_ordered")
    nudge("exports.make")
    return answer


def _change(
    event: EventDefinition, row: Any, act: Callable[[Session, int], bool], name: str
) -> Answer:
    """303 to the job; a step that is no more open changes nothing, and the page shows how it is."""
    with transaction() as session:
        if not act(session, row.id):
            return redirect(
                url_for("exports.job", slug=event.slug, job_id=row.id, done="late"), 303
            )
        _note(session, name, event, format=row.format, columns=row.columns, filters=row.filters)
    return _to_job(event, row.id)


@console.post(f"{JOB}/delete")
@asks(READ)
def delete(slug: str, job_id: int) -> Answer:
    """Take the file away before its time."""
    event, row = _my_job(slug, job_id)
    with transaction() as session:
        actions.remove(session, row.id)
        _note(session, "registrations.export_deleted", event, format=row.format)
    return redirect(kind_of(row).address(event, {}), 303)
