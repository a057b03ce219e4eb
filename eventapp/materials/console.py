"""The materials of an event: the list with a form below it, the form of one, and its steps."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import render_console
from eventapp.audit.rules import changes
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.noting import note_mine
from eventapp.events.permitted import get_permitted
from eventapp.events.rules import ChangedMeanwhile
from eventapp.forms import PublicForm, set_error
from eventapp.materials import actions, queries
from eventapp.materials.forms import MaterialForm
from eventapp.materials.rules import MOST_BYTES, Listed
from eventapp.materials.serving import as_download
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.planning.sending import form_token, made_once
from eventapp.web import takes_upload

Answer = str | tuple[str, int] | Response
console = Blueprint("materials", __name__, url_prefix="/organise/events/<slug>/materials")
MATERIAL = "/<int(max=2147483647):material_id>"
MOST_SENT = 3 * MOST_BYTES  # so that a file a little too large is refused with a sentence


@console.get("", endpoint="list")
@asks(Permission.EVENTS_EDIT)
def list_(slug: str) -> Answer:
    """All of them with their stage, and a form for one more."""
    event = _event(slug)
    return _show_list(event, MaterialForm(None, event=event))


@console.post("", endpoint="list_post")
@asks(Permission.EVENTS_EDIT)
@takes_upload(MOST_SENT)
def list_post(slug: str) -> Answer:
    """One more; 303 to the list."""
    event = _event(slug)
    form = MaterialForm(request.form, event=event, sent=request.files)
    if not form.validate():
        return _show_list(event, form), 422
    now, values = clock.now(), form.values()
    try:
        with transaction() as session:

            def make() -> str:
                made = actions.add(session, event, values, form.upload, now=now)
                note_mine(
                    session, "material.added", event, subject=("material", made), after=_told(form)
                )
                return str(made)

            _made, is_new = made_once(session, now, make)
    except Refused as refusal:
        _say(refusal, form)
        return _show_list(event, form), 422
    return _to_list(slug, "added" if is_new else "again")


@console.get(MATERIAL)
@asks(Permission.EVENTS_EDIT)
def material(slug: str, material_id: int) -> Answer:
    """Its form as it stands."""
    event, shown = _material(slug, material_id)
    return _show_one(MaterialForm(None, event=event, material=shown))


@console.post(MATERIAL, endpoint="material_post")
@asks(Permission.EVENTS_EDIT)
@takes_upload(MOST_SENT)
def material_post(slug: str, material_id: int) -> Answer:
    """Saves it; a file sent along replaces the one before. 303 to the list."""
    event, shown = _material(slug, material_id)
    form = MaterialForm(request.form, event=event, material=shown, sent=request.files)
    if not form.validate():
        return _show_one(form), 422
    now = clock.now()
    try:
        with transaction() as session:
            seen = str(form.seen.data)
            actions.change(session, event, shown, form.values(), form.upload, seen=seen, now=now)
            unchanged = MaterialForm(None, event=event, material=shown)
            before, after = changes(_told(unchanged), _told(form))
            note_mine(
                session,
                "material.changed",
                event,
                subject=("material", shown.id),
                before=before,
                after=after,
            )
    except ChangedMeanwhile:
        form.say_changed(_material(slug, material_id)[1])
        return _show_one(form), 422
    except Refused as refusal:
        _say(refusal, form)
        return _show_one(form), 422
    return _to_list(slug, "changed")


@console.get(f"{MATERIAL}/file")
@asks(Permission.EVENTS_EDIT)
def file(slug: str, material_id: int) -> Answer:
    """Its file, also before anybody else sees it."""
    shown = _material(slug, material_id)[1]
    response = as_download(shown)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@console.post(f"{MATERIAL}/up")
@asks(Permission.EVENTS_EDIT)
def up(slug: str, material_id: int) -> Answer:
    return _move(slug, material_id, -1)


@console.post(f"{MATERIAL}/down")
@asks(Permission.EVENTS_EDIT)
def down(slug: str, material_id: int) -> Answer:
    return _move(slug, material_id, 1)


def _move(slug: str, material_id: int, by: int) -> Answer:
    event = _event(slug)

    def move(session: Session, shown: Listed) -> bool:
        return actions.move(session, event, shown, by, now=clock.now())

    return _step(slug, material_id, "moved", move)


@console.post(f"{MATERIAL}/withdraw")
@asks(Permission.EVENTS_EDIT)
def withdraw(slug: str, material_id: int) -> Answer:
    """Nobody else sees it from now on."""
    return _step(
        slug,
        material_id,
        "withdrawn",
        lambda session, shown: actions.withdraw(session, shown, now=clock.now()),
    )


@console.post(f"{MATERIAL}/show")
@asks(Permission.EVENTS_EDIT)
def show(slug: str, material_id: int) -> Answer:
    """It is seen again as before."""
    return _step(
        slug,
        material_id,
        "shown",
        lambda session, shown: actions.show_again(session, shown, now=clock.now()),
    )


@console.get(f"{MATERIAL}/delete")
@asks(Permission.EVENTS_EDIT)
def delete(slug: str, material_id: int) -> Answer:
    """Asks."""
    event, shown = _material(slug, material_id)
    return render_console("materials/delete.html", tab="events", e=event, material=shown)


@console.post(f"{MATERIAL}/delete", endpoint="delete_post")
@asks(Permission.EVENTS_EDIT)
def delete_post(slug: str, material_id: int) -> Answer:
    """Gone, with its file."""

    def remove(session: Session, shown: Listed) -> bool:
        actions.remove(session, shown, now=clock.now())
        return True

    return _step(slug, material_id, "deleted", remove)


def _step(
    slug: str, material_id: int, done: str, change: Callable[[Session, Listed], bool]
) -> Response:
    """Take it and say so in the log, if there was something to do."""
    event, shown = _material(slug, material_id)
    with transaction() as session:
        is_done = change(session, shown)
        if is_done:
            note_mine(
                session,
                f"material.{done}",
                event,
                subject=("material", shown.id),
                after={"title": shown.title},
            )
    return _to_list(slug, done if is_done else "again")


def _event(slug: str) -> EventDefinition:
    return get_permitted(slug, Permission.EVENTS_EDIT)[0]


def _material(slug: str, material_id: int) -> tuple[EventDefinition, Listed]:
    event = _event(slug)
    with reading() as connection:
        return event, queries.get_material(connection, event.id, material_id)


def _told(form: MaterialForm) -> dict[str, Any]:
    """What the log shows of it."""
    values = {name: each for name, each in form.values().items() if name != "item_id"}
    item = form.item.data if "item" in form else ""
    before = form.material.file_name if form.material else None
    file_name = form.upload.name if form.upload else before
    told = {
        "title": values["title"],
        "programme": item or None,
        "readers": values["audience"],
        "publishes_at": values["publishes_at"],
        "url": values.get("url"),
        "file_name": file_name,
        "accessibility_state": values["accessibility_state"],
        "alternative": values["alternative"] or None,
    }
    return {name: each for name, each in told.items() if each is not None}


def _say(refusal: Refused, form: PublicForm) -> None:
    """Beside its field."""
    name = refusal.field if refusal.field in form else "title"
    set_error(form[str(name)], sentence(refusal))


def _to_list(slug: str, done: str) -> Response:
    return redirect(url_for("materials.list", slug=slug, done=done), 303)


def _show_list(event: EventDefinition, form: MaterialForm) -> str:
    now = clock.now()
    with reading() as connection:
        listed = queries.list_materials(connection, event.id)
    return render_console(
        "materials/list.html",
        tab="events",
        e=event,
        materials=[(each, each.stage(now)) for each in listed],
        items={each.id: each.title for each in event.programme},
        form=form,
        form_token=form_token(),
        done=request.args.get("done", ""),
        errors=form.problems(),
    )


def _show_one(form: MaterialForm) -> str:
    return render_console(
        "materials/material.html",
        tab="events",
        e=form.event,
        material=form.material,
        form=form,
        errors=[*(("", str(each)) for each in form.form_errors), *form.problems()],
    )
