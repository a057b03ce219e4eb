"""The programme, item by item: a list with a form below it, and the form of one item."""

from collections.abc import Callable
from functools import partial

from flask import abort, redirect, request, url_for
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import NotFound
from eventapp.events.definition import EventDefinition, ItemDefinition
from eventapp.events.permitted import get_permitted
from eventapp.events.rules import ChangedMeanwhile, lies_within, lonely
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.planning import actions
from eventapp.planning.item_form import ItemForm
from eventapp.planning.noting import note_event
from eventapp.planning.reorder import positions
from eventapp.planning.routes import console
from eventapp.planning.sending import form_token, made_once, origin
from eventapp.queue import nudge
from eventapp.registration.queries import places

Answer = str | tuple[str, int] | Response


@console.get("/<slug>/programme")
@asks(Permission.EVENTS_EDIT)
def programme(slug: str) -> Answer:
    """The items as they stand, and an empty form for one more."""
    event = _event(slug)
    return _show_list(event, ItemForm(None, event=event))


@console.post("/<slug>/programme", endpoint="programme_post")
@asks(Permission.EVENTS_EDIT)
def programme_post(slug: str) -> Answer:
    """One more item; 303 to the list."""
    event = _event(slug)
    form = ItemForm(request.form, event=event)
    if not form.validate():
        return _show_list(event, form), 422
    now, by = clock.now(), me().account_id
    with transaction() as session:

        def make() -> str:
            added = actions.add_item(session, slug, form.values(), origin=origin(), now=now)
            note_event(session, "event.item_saved", slug, before=event, by=by, now=now)
            return added

        _item_slug, is_new = made_once(session, now, make)
    return _to_list(slug, "" if is_new else "again")


@console.get("/<slug>/programme/<item>")
@asks(Permission.EVENTS_EDIT)
def programme_item(slug: str, item: str) -> Answer:
    """The item's form as it stands."""
    event = _event(slug)
    return _show_item(ItemForm(None, event=event, item=_item(event, item)))


@console.post("/<slug>/programme/<item>", endpoint="programme_item_post")
@asks(Permission.EVENTS_EDIT)
def programme_item_post(slug: str, item: str) -> Answer:
    """Save the item, unless the event was changed since the form was opened."""
    event = _event(slug)
    form = ItemForm(request.form, event=event, item=_item(event, item))
    if not form.validate():
        return _show_item(form), 422
    if form.revision.data != str(event.revision):
        form.revision.data = str(event.revision)
        form.form_errors = [sentence(ChangedMeanwhile())]
        return _show_item(form), 422
    _save(event, partial(actions.put_item, item=form.values()), "event.item_saved")
    nudge("mail.deliver")
    return _to_list(slug)


@console.post("/<slug>/programme/<item>/delete")
@asks(Permission.EVENTS_EDIT)
def programme_item_delete(slug: str, item: str) -> Answer:
    """Take it out, unless somebody has chosen it: then the list says so."""
    event = _event(slug)
    _item(event, item)
    has_gone = _save(event, partial(actions.remove_item, item=item), "event.item_deleted")
    return _to_list(slug, "" if has_gone else "kept")


@console.post("/<slug>/programme/<item>/move")
@asks(Permission.EVENTS_EDIT)
def programme_item_move(slug: str, item: str) -> Answer:
    """So many places later in its day, earlier where `by` is negative; 303 to the list."""
    event = _event(slug)
    _item(event, item)
    steps, seen = request.form.get("by", type=int), request.form.get("revision", type=int)
    if steps is None or seen is None:
        abort(422)
    try:
        has_moved = _save(
            event,
            partial(actions.move_item, item=item, steps=steps, seen=seen),
            "event.item_moved",
        )
    except ChangedMeanwhile as refusal:
        form = ItemForm(None, event=_event(slug))
        form.form_errors = [sentence(refusal)]
        return _show_list(_event(slug), form), 422
    return _to_list(slug, "" if has_moved else "late")


def _event(slug: str) -> EventDefinition:
    return get_permitted(slug, Permission.EVENTS_EDIT)[0]


def _item(event: EventDefinition, slug: str) -> ItemDefinition:
    found = next((each for each in event.programme if each.slug == slug), None)
    if found is None:
        raise NotFound
    return found


def _save(event: EventDefinition, change: Callable[..., bool | None], act: str) -> bool:
    """Whether it was done; then the log says so."""
    now, by = clock.now(), me().account_id
    with transaction() as session:
        is_done = change(session, event.slug, origin=origin(), now=now) is not False
        if is_done:
            note_event(session, act, event.slug, before=event, by=by, now=now)
    return is_done


def _to_list(slug: str, done: str = "") -> Response:
    return redirect(url_for("planning.programme", slug=slug, done=done or None), 303)


def _show_list(event: EventDefinition, form: ItemForm) -> str:
    with reading() as connection:
        taken = places(connection, event).items
    days = (event.first_day, event.last_day)
    return render_console(
        "planning/programme.html",
        tab="events",
        e=event,
        form=form,
        taken=taken,
        lonely=lonely(each.group for each in event.programme),
        outside={each.slug for each in event.programme if not lies_within(each.starts_at, days)},
        positions=positions(event.programme),
        is_kept=request.args.get("done") == "kept",
        errors=form.problems(),
        form_token=form_token(),
    )


def _show_item(form: ItemForm) -> str:
    return render_console(
        "planning/programme_item.html",
        tab="events",
        e=form.event,
        item=form.item,
        form=form,
        errors=form.problems(),
    )
