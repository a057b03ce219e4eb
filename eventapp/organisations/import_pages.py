"""The pages of an import: choose the file, say what its columns mean, look, decide, take over."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.audit.actions import note
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Refused
from eventapp.forms import set_error
from eventapp.languages import gettext as _
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.organisations import importing
from eventapp.organisations.import_forms import UploadForm, meaning_words
from eventapp.organisations.import_words import choice_words, doubt_words, field_words, value_words
from eventapp.organisations.importing import PlanChanged, Upload
from eventapp.organisations.permitted import my_edited
from eventapp.organisations.plan import Kind, Planned, digest, undecided
from eventapp.organisations.routes import console
from eventapp.organisations.rules import Reach
from eventapp.table_files import MOST_BYTES, read
from eventapp.web import takes_upload

Answer = str | tuple[str, int] | Response
UPLOAD = "/imports/<int(max=2147483647):upload_id>"
MOST_SHOWN = 50  # of the lines about which there is nothing to decide
MOST_SENT = 3 * MOST_BYTES  # so that a file a little too large is refused with a sentence
SAMPLES = 3


@console.get("/import")
@asks(Permission.ORGANISATIONS_EDIT)
def upload() -> Answer:
    """Asks for the file."""
    return _show_upload(UploadForm(None, networks=_my_reach().edited))


@console.post("/import", endpoint="upload_post")
@asks(Permission.ORGANISATIONS_EDIT)
@takes_upload(MOST_SENT)
def upload_post() -> Answer:
    """Reads the file and keeps it for the next pages."""
    form = UploadForm(request.form, networks=_my_reach().edited, files=request.files)
    if not form.validate():
        return _show_upload(form), 422
    try:
        lines = read(form.content)
    except Refused as refusal:
        set_error(form.file, sentence(refusal))
        return _show_upload(form), 422
    now, by = clock.now(), me().account_id
    with transaction() as session:
        made = importing.keep(session, by, form.network_id, form.file_name, lines, now=now)
        _note(session, "organisations.uploaded", form.network_id, {"rows": len(lines)})
    return redirect(url_for("organisations.columns", upload_id=made), 303)


@console.get(UPLOAD)
@asks(Permission.ORGANISATIONS_EDIT)
def columns(upload_id: int) -> Answer:
    """What each column of the file means, guessed by its heading."""
    upload, reach = _get(upload_id)
    return _show_columns(upload, reach, upload.columns, [])


@console.post(UPLOAD, endpoint="columns_post")
@asks(Permission.ORGANISATIONS_EDIT)
def columns_post(upload_id: int) -> Answer:
    """Keeps what was chosen; one column has to be the name, none may be there twice."""
    upload, reach = _get(upload_id)
    known = dict(meaning_words())
    sent = [request.form.get(f"column-{n}", "") for n, _each in enumerate(upload.headings)]
    chosen = [each if each in known else "" for each in sent]
    problems = _column_problems(chosen, known)
    if problems:
        return _show_columns(upload, reach, chosen, problems), 422
    with transaction() as session:
        importing.set_columns(session, upload_id, chosen)
        _note(session, "organisations.columns_chosen", upload.network_id, {})
    return redirect(url_for("organisations.preview", upload_id=upload_id), 303)


def _column_problems(chosen: Sequence[str], known: Mapping[str, str]) -> list[tuple[str, str]]:
    if "name" not in chosen:
        return [
            ("column-0", _("Wählen Sie aus, in welcher Spalte der Name der Organisation steht."))
        ]
    return [
        (
            f"column-{number}",
            _(
                "„%(meaning)s“ ist zweimal gewählt. Behalten Sie eine der Spalten.",
                meaning=known[each],
            ),
        )
        for number, each in enumerate(chosen)
        if each and each in chosen[:number]
    ]


@console.get(f"{UPLOAD}/preview")
@asks(Permission.ORGANISATIONS_EDIT)
def preview(upload_id: int) -> Answer:
    """What would become of the file; changes nothing."""
    upload, reach = _get(upload_id)
    return _show_preview(upload, reach, {}, [])


@console.post(f"{UPLOAD}/preview", endpoint="apply")
@asks(Permission.ORGANISATIONS_EDIT)
def apply(upload_id: int) -> Answer:
    """Takes it over as decided, in one transaction; what has changed meanwhile is shown first."""
    upload, reach = _get(upload_id)
    if upload.outcome is not None:
        return redirect(url_for("organisations.imported", upload_id=upload_id), 302)
    decisions = _decisions()
    seen, now = request.form.get("seen", ""), clock.now()
    try:
        with transaction() as session:
            taken = importing.apply(session, reach, upload, seen=seen, decisions=decisions, now=now)
            told = {
                "new": len(taken.new),
                "changed": [each.name for each in taken.changed],
                "same": taken.same,
                "skipped": taken.skipped,
            }
            _note(session, "organisations.imported", upload.network_id, told)
    except PlanChanged as refusal:
        return _show_preview(upload, reach, decisions, [("", sentence(refusal))]), 422
    return redirect(url_for("organisations.imported", upload_id=upload_id), 303)


def _decisions() -> dict[int, str]:
    """What was chosen for each line."""
    found = {}
    for name, value in request.form.items():
        start, _dash, number = name.partition("-")
        if start == "line" and number.isascii() and number.isdigit() and len(number) < 8:
            found[int(number)] = value
    return found


@console.get(f"{UPLOAD}/done")
@asks(Permission.ORGANISATIONS_EDIT)
def imported(upload_id: int) -> Answer:
    """How many are new, changed, the same."""
    upload, reach = _get(upload_id)
    if upload.outcome is None:
        return redirect(url_for("organisations.columns", upload_id=upload_id), 302)
    return render_console(
        "organisations/imported.html",
        tab="organisations",
        outcome=upload.outcome,
        network=reach.names([upload.network_id])[0],
        network_id=upload.network_id,
    )


@console.post(f"{UPLOAD}/discard")
@asks(Permission.ORGANISATIONS_EDIT)
def discard(upload_id: int) -> Answer:
    """Deletes the file; nothing was taken over."""
    upload, _reach = _get(upload_id)
    with transaction() as session:
        importing.discard(session, upload_id)
        _note(session, "organisations.import_discarded", upload.network_id, {})
    return redirect(url_for("organisations.list"), 303)


def _my_reach() -> Reach:
    """Ends with 403 where the account edits no network: members belong to one."""
    with reading() as connection:
        reach = my_edited(connection)
    if not reach.edited:
        abort(403)
    return reach


def _get(upload_id: int) -> tuple[Upload, Reach]:
    with reading() as connection:
        reach = my_edited(connection)
        return (
            importing.get_upload(connection, reach, upload_id, me().account_id, clock.now()),
            reach,
        )


def _note(session: Session, act: str, network_id: int, after: Mapping[str, Any]) -> None:
    by, now = me().account_id, clock.now()
    note(session, act, by=by, now=now, network_id=network_id, after=after)


def _show_upload(form: UploadForm) -> str:
    return render_console(
        "organisations/upload.html",
        tab="organisations",
        form=form,
        errors=form.problems(),
        known=[words for meaning, words in meaning_words() if meaning],
    )


def _show_columns(
    upload: Upload, reach: Reach, chosen: Sequence[str], errors: list[tuple[str, str]]
) -> str:
    below = [line for line in upload.lines[1:] if any(line)]
    return render_console(
        "organisations/columns.html",
        tab="organisations",
        upload=upload,
        network=reach.names([upload.network_id])[0],
        columns=[
            (heading, [line[n] for line in below if line[n]][:SAMPLES], chosen[n])
            for n, heading in enumerate(upload.headings)
        ],
        meanings=meaning_words(),
        rows=len(below),
        errors=errors,
        wrong={id_ for id_, _text in errors},
    )


def _show_preview(
    upload: Upload, reach: Reach, decisions: Mapping[int, str], errors: list[tuple[str, str]]
) -> str:
    with reading() as connection:
        plan = importing.plan_of(connection, reach, upload)
    by_kind = {kind: [each for each in plan if each.kind == kind] for kind in Kind}
    open_ = undecided(plan, decisions) if errors else []
    required = _("Bitte entscheiden Sie für Zeile %(line)s: „%(name)s“.")
    errors = errors + [
        (
            f"line-{each.entry.line}",
            required % {"line": each.entry.line, "name": each.entry.name},
        )
        for each in open_
    ]
    return render_console(
        "organisations/preview.html",
        tab="organisations",
        upload=upload,
        network=reach.names([upload.network_id])[0],
        new=by_kind[Kind.NEW],
        same=by_kind[Kind.SAME],
        changed=[_row(each, decisions) for each in by_kind[Kind.CHANGED]],
        doubtful=[_row(each, decisions) for each in by_kind[Kind.DOUBT]],
        most=MOST_SHOWN,
        seen=digest(plan),
        errors=errors,
    )


def _row(planned: Planned, decisions: Mapping[int, str]) -> dict[str, Any]:
    """A line as the page shows it."""
    line = planned.entry.line
    return {
        "line": line,
        "entry": planned.entry,
        "doubts": [doubt_words(*each) for each in planned.doubts],
        "choices": choice_words(planned),
        "chosen": decisions.get(line, planned.proposal),
        "changes": [
            (field_words(name), value_words(before), value_words(after))
            for name, before, after in planned.changes
        ],
    }
