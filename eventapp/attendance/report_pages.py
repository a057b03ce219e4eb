"""Where organisers take in the report of a meeting platform, settle its doubts, take it back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.attendance import reports
from eventapp.attendance.ledger_words import platform_words
from eventapp.attendance.report_form import ReportForm
from eventapp.attendance.report_matching import Doubt
from eventapp.attendance.report_reading import Attendee, Platform, read_report
from eventapp.attendance.reports import NOBODY, Pending, ReportUndecided
from eventapp.attendance.routes import REPORT, console
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.noting import note_mine
from eventapp.events.permitted import get_permitted
from eventapp.forms import set_error
from eventapp.languages import gettext as _
from eventapp.names import full_name
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.queue import nudge
from eventapp.table_files import MOST_BYTES
from eventapp.web import takes_upload

Answer = str | tuple[str, int] | Response
EDIT = Permission.REGISTRATIONS_EDIT
MOST_SENT = 3 * MOST_BYTES  # so that a file a little too large is refused with a sentence


@console.get("/reports", endpoint="reports")
@asks(EDIT)
def list_(slug: str) -> Answer:
    """The reports that count, and a form for one more."""
    event, _may = get_permitted(slug, EDIT)
    return _show_list(event, ReportForm(None, event, clock.now()))


@console.post("/reports", endpoint="reports_post")
@asks(EDIT)
@takes_upload(MOST_SENT)
def list_post(slug: str) -> Answer:
    """Reads the file and puts it aside; 303 to where its doubts are settled."""
    event, _may = get_permitted(slug, EDIT)
    now, by = clock.now(), me().account_id
    form = ReportForm(request.form, event, now, request.files)
    if not form.has_dates or not form.validate():
        return _show_list(event, form), 422
    date = form.chosen
    try:
        report = read_report(form.content, str(form.zone.data), date.starts_at or now)
        reports.check_fits(report, date)
    except Refused as refusal:
        set_error(form[refusal.field or "file"], sentence(refusal))
        return _show_list(event, form), 422
    with transaction() as session:
        made = reports.keep(session, event, date, report, file_name=form.file_name, by=by, now=now)
        _note(session, "event.report_uploaded", event, {"people": len(report.attendees)})
    return redirect(url_for("ledger.report", slug=slug, report_id=made), 303)


@console.get(REPORT)
@asks(EDIT)
def report(slug: str, report_id: int) -> Answer:
    """Whom it means for sure, who is in doubt, who is nobody of the event."""
    event, _may = get_permitted(slug, EDIT)
    with reading() as connection:
        pending = reports.get_pending(connection, event, report_id, clock.now())
    return _show(event, pending, {}, [])


@console.post(REPORT, endpoint="report_post")
@asks(EDIT)
def report_post(slug: str, report_id: int) -> Answer:
    """Counts it as decided; 303 to the ledger."""
    event, _may = get_permitted(slug, EDIT)
    now = clock.now()
    with reading() as connection:
        pending = reports.get_pending(connection, event, report_id, now)
    decisions = {
        number: said
        for number in range(len(pending.attendees))
        if (said := request.form.get(f"who-{number}", ""))
    }
    try:
        with transaction() as session:
            people = reports.take_over(session, event, pending, decisions, now=now)
            _note(session, "event.report_taken", event, {"people": people})
    except ReportUndecided:
        return _show(event, pending, decisions, _undecided(event, pending, decisions)), 422
    nudge("certificates.issue")
    return redirect(url_for("ledger.list", slug=slug, done="report"), 303)


@console.post(f"{REPORT}/take-back", endpoint="report_take_back")
@asks(EDIT)
def take_back(slug: str, report_id: int) -> Answer:
    """What it said is as if it had not been; 303 to the list."""
    event, _may = get_permitted(slug, EDIT)
    with transaction() as session:
        is_done = reports.take_back(session, event.id, report_id)
        if is_done:
            _note(session, "event.report_taken_back", event, {"number": report_id})
    done = "gone" if is_done else "again"
    return redirect(url_for("ledger.reports", slug=slug, done=done), 303)


def _note(session: Session, act: str, event: EventDefinition, after: Mapping[str, Any]) -> None:
    """How many, no name: the file may hold people who have no business here."""
    note_mine(session, act, event, after=after)


def _undecided(
    event: EventDefinition, pending: Pending, decisions: Mapping[int, str]
) -> list[tuple[str, str]]:
    with reading() as connection:
        found, _people = reports.matches_of(connection, event, pending)
    words = _("Bitte entscheiden Sie, wer „%(name)s“ ist.")
    return [
        (f"who-{each.number}", words % {"name": each.attendee.name})
        for each in found
        if each.doubt and decisions.get(each.number) not in (NOBODY, *map(str, each.candidates))
    ]


def _show_list(event: EventDefinition, form: ReportForm) -> str:
    with reading() as connection:
        taken = reports.list_taken(connection, event)
    return render_console(
        "attendance/reports.html",
        tab="events",
        e=event,
        form=form,
        errors=form.problems(),
        taken=taken,
        dates={date.id: date.starts_at or date.starts_on for date in event.dates},
        platforms={each.value: words for each, words in platform_words().items()},
        done=request.args.get("done"),
    )


def _show(
    event: EventDefinition,
    pending: Pending,
    decisions: Mapping[int, str],
    errors: Sequence[tuple[str, str]],
) -> str:
    with reading() as connection:
        found, people = reports.matches_of(connection, event, pending)
    names = {
        id_: ", ".join(
            part
            for part in (full_name(row.title, row.first_name, row.last_name), row.email)
            if part
        )
        for id_, row in people.items()
    }
    first, last = _reach(pending.attendees)
    return render_console(
        "attendance/report.html",
        tab="events",
        e=event,
        pending=pending,
        platform=platform_words()[Platform(pending.platform)],
        sure=[(each, names[each.sure]) for each in found if each.sure is not None],
        doubts=[each for each in found if each.doubt],
        unknown=[each for each in found if each.doubt is None and each.sure is None],
        names=names,
        doubt_words=_doubt_words(),
        first=first,
        last=last,
        decisions=decisions,
        errors=errors,
        nobody=NOBODY,
    )


def _reach(attendees: Sequence[Attendee]) -> tuple[datetime | None, datetime | None]:
    """From when to when anybody was there, by the report."""
    spans = [span for each in attendees for span in each.spans]
    first = min((start for start, _end in spans), default=None)
    return first, max((end or start for start, end in spans), default=None)


def _doubt_words() -> dict[Doubt, str]:
    return {
        Doubt.OTHER_NAME: _("Die Adresse kennen wir, aber unter anderem Namen."),
        Doubt.SHARED: _("Diese Adresse haben mehrere Personen."),
        Doubt.OTHER_ADDRESS: _("Der Name passt, aber die Adresse ist eine andere."),
        Doubt.SEVERAL: _("Mehrere Personen heißen so."),
        Doubt.ALIKE: _("Der Name ist nur ähnlich."),
    }
