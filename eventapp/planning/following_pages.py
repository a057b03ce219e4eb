"""One edit for a date of a series and all that follow: what it changes for whom, and doing it."""

from flask import redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import load_definitions
from eventapp.events.permitted import get_permitted
from eventapp.events.rules import ChangedMeanwhile
from eventapp.languages import gettext as _
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.planning import actions
from eventapp.planning.following import Followed, Obstacle, follow_all
from eventapp.planning.forms import EventForm
from eventapp.planning.noting import note_event
from eventapp.planning.offering import event_form, network_id
from eventapp.planning.queries import list_standing
from eventapp.planning.routes import console
from eventapp.planning.sending import form_token, made_once, origin
from eventapp.queue import nudge

Answer = str | tuple[str, int] | Response

_NOT_SENT_ON = {"csrf_token", "form_token", "seen", "fold", "back", "check"}


@console.post("/<slug>/edit/following", endpoint="edit_following_post")
@asks(Permission.EVENTS_EDIT)
def edit_following_post(slug: str) -> Answer:
    """Do what the preview showed, unless any of the events has changed since."""
    event, _mine = get_permitted(slug, Permission.EVENTS_EDIT)
    form = event_form(request.form, event)
    if not form.validate():
        return _again(slug)
    followed = _plan(event, form, event_form(None, event))
    seen = {each.event.slug: each.event.revision for each in followed}
    if form.seen != event.revision or _sent_revisions() != seen:
        return show_following(event, form, sentence(ChangedMeanwhile())), 422
    if problem := _problem(followed):
        return show_following(event, form, problem), 422
    edits = [actions.Edit(slug, event.revision, form.values(network_id=network_id(form)))]
    edits += [actions.Edit(each.event.slug, each.event.revision, each.values) for each in followed]
    try:
        is_new = _do(edits, {each.slug: each for each in [event, *(e.event for e in followed)]})
    except Refused as refusal:
        return show_following(event, form, sentence(refusal)), 422
    nudge("mail.deliver")
    return redirect(
        url_for("organise.event", slug=slug, done="followed" if is_new else "again"), 303
    )


def _again(slug: str) -> Response:
    """What was typed does not fit any more: the edit form says what, as it was sent there."""
    return redirect(url_for("planning.edit", slug=slug), 307)


def _do(edits: list[actions.Edit], before: dict[str, EventDefinition]) -> bool:
    now, by = clock.now(), me().account_id

    def change(session: Session) -> str:
        actions.change_events(session, edits, origin=origin(), now=now)
        for slug, event in before.items():
            note_event(session, "event.edited", slug, before=event, by=by, now=now)
        return edits[0].slug

    with transaction() as session:
        _slug, is_new = made_once(session, now, lambda: change(session))
    return is_new


def _plan(event: EventDefinition, form: EventForm, present: EventForm) -> list[Followed]:
    """What the valid form, opened as `present`, means for the events that follow."""
    with reading() as connection:
        others = load_definitions(connection, form.following)
        standing = list_standing(connection, form.following)
    return follow_all(
        event,
        others,
        present.values(network_id=event.network.id),
        form.values(network_id=event.network.id),
        wall=form.wall(),
        standing=standing,
        second=request.form.get("fold") == "second",
    )


def show_following(event: EventDefinition, form: EventForm, problem: str = "") -> str:
    """What changes for which date and for how many people, before it is done."""
    present = event_form(None, event)
    followed = _plan(event, form, present)
    return render_console(
        "planning/following.html",
        tab="events",
        e=event,
        title=form.title.data,
        followed=followed,
        people=sum(each.people for each in followed),
        changed=form.differing(present),
        asks_fold=any(Obstacle.TWICE in each.obstacles for each in followed),
        is_stopped=any(each.stops for each in followed),
        fold=request.form.get("fold", ""),
        answers=[pair for pair in request.form.items(multi=True) if pair[0] not in _NOT_SENT_ON],
        errors=[("", problem)] if problem else [],
        form_token=form_token(),
    )


def _problem(followed: list[Followed]) -> str:
    if any(each.stops for each in followed):
        return _("Nicht alle Termine können so folgen. Bei diesen steht, warum.")
    if any(Obstacle.TWICE in each.obstacles for each in followed) and not request.form.get("fold"):
        return _("Wählen Sie, welche der beiden Uhrzeiten gemeint ist.")
    return ""


def _sent_revisions() -> dict[str, int]:
    """The revisions that the preview showed, as `slug:7`."""
    pairs = [each.rpartition(":") for each in request.form.getlist("seen")]
    return {
        slug: int(number)
        for slug, _colon, number in pairs
        if number.isascii() and number.isdigit() and len(number) < 10
    }
