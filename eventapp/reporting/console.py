"""The report of an event for those who write it: its words, its pictures, publishing."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock, web
from eventapp.accounts.access import render_console
from eventapp.audit.rules import changes
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import NotFound, Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.noting import note_mine
from eventapp.events.permitted import get_permitted
from eventapp.forms import set_error
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.reporting import actions, queries
from eventapp.reporting.forms import PictureForm, ReportForm
from eventapp.reporting.rules import MOST_BYTES, ReportChanged, Shown, Told
from eventapp.web import takes_upload

Answer = str | tuple[str, int] | Response
console = Blueprint("reporting", __name__, url_prefix="/organise/events/<slug>/report")
PICTURE = "/pictures/<int(max=2147483647):picture_id>"
MOST_SENT = 3 * MOST_BYTES  # so that a picture a little too large is refused with a sentence


@console.get("")
@asks(Permission.EVENTS_EDIT)
def report(slug: str) -> Answer:
    """Its words and pictures, and whether it is published."""
    event, found = _report(slug)
    return _show(event, found, ReportForm(None, event=event, report=found))


@console.post("", endpoint="report_post")
@asks(Permission.EVENTS_EDIT)
def report_post(slug: str) -> Answer:
    """Saves the words; 303 back."""
    event, before = _report(slug)
    form = ReportForm(request.form, event=event, report=before)
    if not form.validate():
        return _show(event, before, form), 422
    now, values = clock.now(), form.values()
    try:
        with transaction() as session:
            actions.save(session, event, **values, seen=form.seen, now=now)
            old, new = changes(_told(before), _named(values))
            note_mine(session, "report.saved", event, before=old, after=new)
    except Refused as refusal:
        return _refused(event, form, refusal), 422
    return _back(slug, "saved")


def _refused(event: EventDefinition, form: ReportForm, refusal: Refused) -> str:
    """Everything typed stays; somebody else's revision counts as seen now."""
    present = _report(event.slug)[1]
    if isinstance(refusal, ReportChanged):
        form.revision.data, form.revision.raw_data = str(present.revision if present else 0), None
    set_error(form[refusal.field or "title"], sentence(refusal))
    return _show(event, present, form)


@console.post("/publish")
@asks(Permission.EVENTS_EDIT)
def publish(slug: str) -> Answer:
    """Everybody sees it from now on."""
    event, found = _report(slug)
    now = clock.now()
    try:
        return _step(event, "published", lambda session: actions.publish(session, event, now=now))
    except Refused as refusal:
        form = ReportForm(None, event=event, report=found)
        set_error(form.text, sentence(refusal))
        return _show(event, found, form), 422


@console.post("/withdraw")
@asks(Permission.EVENTS_EDIT)
def withdraw(slug: str) -> Answer:
    """A draft again."""
    event, _found = _report(slug)
    now = clock.now()
    return _step(event, "withdrawn", lambda session: actions.withdraw(session, event, now=now))


@console.get("/preview")
@asks(Permission.EVENTS_EDIT)
def preview(slug: str) -> Answer:
    """The public page as it would be."""
    event, found = _report(slug)
    if found is None:
        raise NotFound
    web.show_network(event.network)
    return render_template(
        "reporting/report.html",
        e=event,
        report=found,
        materials=[],
        items={},
        picture_endpoint="reporting.picture",
        preview=True,
    )


@console.get("/picture-<digest>")
@asks(Permission.EVENTS_EDIT)
def picture(slug: str, digest: str) -> Response:
    """A picture, also of a draft."""
    event, _found = _report(slug)
    with reading() as connection:
        media_type, data = queries.get_bytes(connection, event.id, digest)
    response = Response(data, mimetype=media_type)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@console.get("/pictures")
@asks(Permission.EVENTS_EDIT)
def pictures(slug: str) -> Answer:
    """The pictures in their order, and a form for one more."""
    event, found = _report(slug)
    return _show_pictures(event, found, PictureForm(None))


@console.post("/pictures", endpoint="pictures_post")
@asks(Permission.EVENTS_EDIT)
@takes_upload(MOST_SENT)
def pictures_post(slug: str) -> Answer:
    """One more picture; 303 back."""
    event, found = _report(slug)
    form = PictureForm(request.form, sent=request.files)
    if not form.validate() or form.found is None:
        return _show_pictures(event, found, form), 422
    words, now = form.words(), clock.now()
    try:
        with transaction() as session:
            actions.add_picture(session, event, form.found, **words, now=now)
            note_mine(session, "report.picture_added", event, after=words)
    except Refused as refusal:
        set_error(form.picture, sentence(refusal))
        return _show_pictures(event, found, form), 422
    return _to_pictures(slug, "added")


@console.get(PICTURE)
@asks(Permission.EVENTS_EDIT)
def words(slug: str, picture_id: int) -> Answer:
    """The words that stand for a picture."""
    event, shown = _picture(slug, picture_id)
    return _show_words(event, shown, PictureForm(None, picture=shown))


@console.post(PICTURE, endpoint="words_post")
@asks(Permission.EVENTS_EDIT)
def words_post(slug: str, picture_id: int) -> Answer:
    """Other words for it."""
    event, shown = _picture(slug, picture_id)
    form = PictureForm(request.form, picture=shown)
    if not form.validate():
        return _show_words(event, shown, form), 422
    new, now = form.words(), clock.now()
    with transaction() as session:
        actions.change_picture(session, shown, **new, now=now)
        old, new = changes({"alt": shown.alt, "caption": shown.caption}, new)
        note_mine(session, "report.picture_changed", event, before=old, after=new)
    return _to_pictures(slug, "changed")


@console.post(f"{PICTURE}/up")
@asks(Permission.EVENTS_EDIT)
def up(slug: str, picture_id: int) -> Answer:
    return _move(slug, picture_id, -1)


@console.post(f"{PICTURE}/down")
@asks(Permission.EVENTS_EDIT)
def down(slug: str, picture_id: int) -> Answer:
    return _move(slug, picture_id, 1)


def _move(slug: str, picture_id: int, by: int) -> Response:
    event, shown = _picture(slug, picture_id)
    now = clock.now()
    with transaction() as session:
        is_done = actions.move_picture(session, event, shown, by, now=now)
        if is_done:
            note_mine(session, "report.picture_moved", event, after={"alt": shown.alt})
    return _to_pictures(slug, "moved" if is_done else "again")


@console.post(f"{PICTURE}/delete")
@asks(Permission.EVENTS_EDIT)
def delete(slug: str, picture_id: int) -> Answer:
    """Gone; whoever uploaded it has it still."""
    event, shown = _picture(slug, picture_id)
    with transaction() as session:
        actions.remove_picture(session, shown, now=clock.now())
        note_mine(session, "report.picture_deleted", event, before={"alt": shown.alt})
    return _to_pictures(slug, "deleted")


def _report(slug: str) -> tuple[EventDefinition, Told | None]:
    event = get_permitted(slug, Permission.EVENTS_EDIT)[0]
    with reading() as connection:
        return event, queries.find_report(connection, event.id)


def _picture(slug: str, picture_id: int) -> tuple[EventDefinition, Shown]:
    event = get_permitted(slug, Permission.EVENTS_EDIT)[0]
    with reading() as connection:
        pictures = queries.list_pictures(connection, event.id)
    return event, queries.get_picture(pictures, picture_id)


def _step(event: EventDefinition, done: str, change: Callable[[Session], bool]) -> Response:
    with transaction() as session:
        is_done = change(session)
        if is_done:
            note_mine(session, f"report.{done}", event)
    return _back(event.slug, done if is_done else "again")


def _told(report: Told | None) -> dict[str, Any]:
    return _named(vars(report)) if report else {}


def _named(values: dict[str, Any]) -> dict[str, Any]:
    """What the log shows of its words."""
    shown = {"title": values["title"], "report": values["text"], "results": values["results"]}
    return {name: text for name, text in shown.items() if text}


def _back(slug: str, done: str) -> Response:
    return redirect(url_for("reporting.report", slug=slug, done=done), 303)


def _to_pictures(slug: str, done: str) -> Response:
    return redirect(url_for("reporting.pictures", slug=slug, done=done), 303)


def _show(event: EventDefinition, report: Told | None, form: ReportForm) -> str:
    return _show_page("reporting/edit.html", event, report, form)


def _show_pictures(event: EventDefinition, report: Told | None, form: PictureForm) -> str:
    return _show_page("reporting/pictures.html", event, report, form)


def _show_page(
    template: str, event: EventDefinition, report: Told | None, form: ReportForm | PictureForm
) -> str:
    with reading() as connection:
        pictures = queries.list_pictures(connection, event.id)
    return render_console(
        template,
        tab="events",
        e=event,
        report=report,
        pictures=pictures,
        form=form,
        done=request.args.get("done", ""),
        errors=form.problems(),
    )


def _show_words(event: EventDefinition, picture: Shown, form: PictureForm) -> str:
    return render_console(
        "reporting/words.html",
        tab="events",
        e=event,
        picture=picture,
        form=form,
        errors=form.problems(),
    )
