"""The organisers' forms and steps: new, edit, publish, close, reopen, cancel, copy."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.clock import berlin_day
from eventapp.db import transaction
from eventapp.errorpages import sentence
from eventapp.errors import Busy, Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.permitted import get_permitted
from eventapp.events.rules import ChangedMeanwhile
from eventapp.forms import set_error
from eventapp.languages import gettext as _
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.planning import actions
from eventapp.planning.checking import Checked, check, check_event
from eventapp.planning.following_pages import show_following
from eventapp.planning.forms import CopyForm, EventForm
from eventapp.planning.noting import note_event
from eventapp.planning.offering import event_form, my_networks, network_id
from eventapp.planning.onward import to_event, to_notice_or_event
from eventapp.planning.routes import console
from eventapp.planning.rules import days_to_repeat
from eventapp.planning.sending import form_token, made_once, origin
from eventapp.queue import nudge

T = TypeVar("T")
Answer = str | tuple[str, int] | Response


@console.get("/new")
@asks(Permission.EVENTS_EDIT)
def new() -> Answer:
    """The empty form, for who may plan in some network."""
    my_networks()
    return _show(event_form(None), [])


@console.post("/new", endpoint="new_post")
@asks(Permission.EVENTS_EDIT)
def new_post() -> Answer:
    """A draft; 303 to its page, or the filled form with what is wrong."""
    my_networks()
    form = event_form(request.form)
    if "check" in request.form:
        return _show(form, [])
    if not form.validate():
        return _show(form, form.problems()), 422
    values = form.values(network_id=network_id(form))
    title = str(form.title.data)

    def create(session: Session) -> tuple[str, bool]:
        now = clock.now()

        def make() -> str:
            made = actions.create(session, origin=origin(), now=now, title=title, values=values)
            note_event(session, "event.created", made, before=None, by=me().account_id, now=now)
            return made

        return made_once(session, now, make)

    outcome, problem = _try(form, create)
    if outcome is None:
        return _show(form, problem), 503
    slug, is_new = outcome
    if "repeat" in request.form and form.series_slug:
        return redirect(url_for("series.dates", slug=form.series_slug, pattern=slug), 303)
    return to_event(slug, "created" if is_new else "again")


@console.get("/<slug>/edit")
@asks(Permission.EVENTS_EDIT)
def edit(slug: str) -> Answer:
    """The form as the event stands."""
    event, _mine = get_permitted(slug, Permission.EVENTS_EDIT)
    return _show(event_form(None, event), [])


@console.post("/<slug>/edit", endpoint="edit_post")
@asks(Permission.EVENTS_EDIT)
def edit_post(slug: str) -> Answer:
    """Save, unless somebody else did since the form was opened: then both are shown."""
    event, _mine = get_permitted(slug, Permission.EVENTS_EDIT)
    form = event_form(request.form, event)
    if not {"check", "back", "more_hosts"}.isdisjoint(request.form):
        return _show(form, [])
    is_valid = form.validate()
    if form.seen != event.revision:
        return _show_changed(form)
    if not is_valid:
        return _show(form, form.problems()), 422
    if form.is_for_all:
        return _to_following(event, form)
    values = form.values(network_id=network_id(form))

    def change(session: Session) -> bool:
        now, by = clock.now(), me().account_id
        actions.change_event(session, slug, seen=form.seen, origin=origin(), now=now, values=values)
        note_event(session, "event.edited", slug, before=event, by=by, now=now)
        return True

    try:
        is_saved, problem = _try(form, change)
    except ChangedMeanwhile:
        return _show_changed(form)
    except Refused as refusal:
        set_error(form[refusal.field or "title"], sentence(refusal))
        return _show(form, form.problems()), 422
    if not is_saved:
        return _show(form, problem), 503
    nudge("mail.deliver")
    return to_notice_or_event(event)


def _to_following(event: EventDefinition, form: EventForm) -> Answer:
    """The preview of what changes for the later dates; where there are none any more, the form."""
    if form.following:
        return show_following(event, form)
    text = _("Spätere Termine gibt es nicht mehr. Speichern Sie noch einmal, nur für diesen.")
    return _show(form, [("", text)]), 422


@console.post("/<slug>/publish")
@asks(Permission.EVENTS_EDIT)
def publish(slug: str) -> Answer:
    return _take(slug, actions.publish, "published")


@console.post("/<slug>/close")
@asks(Permission.EVENTS_EDIT)
def close(slug: str) -> Answer:
    return _take(slug, actions.close_signup, "closed")


@console.post("/<slug>/reopen")
@asks(Permission.EVENTS_EDIT)
def reopen(slug: str) -> Answer:
    return _take(slug, actions.reopen_signup, "reopened")


@console.get("/<slug>/copy")
@asks(Permission.EVENTS_EDIT)
def copy(slug: str) -> Answer:
    """Asks for title and first day of the copy, with a proposal for both."""
    event, _mine = get_permitted(slug, Permission.EVENTS_EDIT)
    first_day = event.first_day + days_to_repeat(event.first_day, berlin_day(clock.now()))
    title = _next_title(event.title, event.first_day, first_day)
    return _show_copy(event, CopyForm(None, data={"title": title, "starts_on": first_day}))


@console.post("/<slug>/copy", endpoint="copy_post")
@asks(Permission.EVENTS_EDIT)
def copy_post(slug: str) -> Answer:
    """A draft with everything but the registrations, in the same network."""
    event, _mine = get_permitted(slug, Permission.EVENTS_EDIT)
    if event.network.id not in {node.id for node, _depth in my_networks()}:
        abort(403)
    form = CopyForm(request.form)
    if "check" in request.form:
        return _show_copy(event, form)
    if not form.validate():
        return _show_copy(event, form), 422
    title, by = str(form.title.data), (form.starts_on.data or event.first_day) - event.first_day
    now = clock.now()
    with transaction() as session:

        def make() -> str:
            copy_ = actions.copy_event(session, event, title=title, by=by, origin=origin(), now=now)
            note_event(session, "event.copied", copy_, before=None, by=me().account_id, now=now)
            return copy_

        made, is_new = made_once(session, now, make)
    return to_event(made, "copied" if is_new else "again")


def _take(slug: str, step: Callable[..., bool], done: str) -> Answer:
    """One step; where it was not open, the page says how things stand."""
    event, _mine = get_permitted(slug, Permission.EVENTS_EDIT)
    now, act = clock.now(), f"event.{done}"
    with transaction() as session:
        is_taken = step(session, slug, origin=origin(), now=now)
        if is_taken:
            note_event(session, act, slug, before=event, by=me().account_id, now=now)
    nudge("mail.deliver")
    return to_event(slug, done if is_taken else "late")


def _try(form: EventForm, act: Callable[[Session], T]) -> tuple[T | None, list[tuple[str, str]]]:
    """The outcome, or what to tell where the lock was not to be had."""
    try:
        with transaction() as session:
            return act(session), []
    except Busy:
        text = _("Gerade ist sehr viel los. Es wurde nichts gespeichert. Bitte noch einmal senden.")
        return None, [("", text), *form.problems()]


def _show(form: EventForm, errors: list[tuple[str, str]], differs: list[str] | None = None) -> str:
    return render_console(
        "planning/edit.html",
        tab="events",
        form=form,
        e=form.event,
        errors=errors,
        differs=differs or [],
        form_token=form_token(),
        checked=_checked(form),
    )


def _checked(form: EventForm) -> Checked | None:
    """What else is on the days of the form as it stands; a hint only."""
    network, spans, event = form.chosen_network(), form.spans(), form.event
    if network is None or not spans:
        return None
    but = event.id if event else None
    kind, topics = form.kind.data or "", form.topic_slugs()
    return check(network, spans, kind=kind, topics=topics, but=but)


def _show_changed(form: EventForm) -> Answer:
    """What was typed, ready to be saved over what somebody else saved; and where both differ."""
    event, _mine = get_permitted(form.event.slug if form.event else "", Permission.EVENTS_EDIT)
    present = event_form(None, event)
    differs = form.differing(present)
    form.now_at(event)
    errors = [("", sentence(ChangedMeanwhile())), *form.problems()]
    return _show(form, errors, differs), 422


def _next_title(title: str, before: date, after: date) -> str:
    return title.replace(str(before.year), str(after.year))


def _show_copy(event: EventDefinition, form: CopyForm) -> str:
    return render_console(
        "planning/copy.html",
        tab="events",
        e=event,
        form=form,
        errors=form.problems(),
        form_token=form_token(),
        checked=check_event(event, by=form.starts_on.data - event.first_day)
        if form.starts_on.data
        else None,
    )
