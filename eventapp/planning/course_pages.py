"""The dates of a course: one is called off alone, or takes place after all."""

from flask import request
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.db import transaction
from eventapp.errorpages import sentence
from eventapp.events.definition import EventDefinition
from eventapp.events.permitted import get_permitted
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.notices.rules import WINDOW
from eventapp.planning import actions
from eventapp.planning.noting import note_event
from eventapp.planning.onward import to_event, to_notice_or_event
from eventapp.planning.routes import console
from eventapp.planning.rules import LastDate, is_course_open
from eventapp.planning.sending import origin

Answer = str | tuple[str, int] | Response


@console.get("/<slug>/dates")
@asks(Permission.EVENTS_EDIT)
def course(slug: str) -> Answer:
    """Each date with its button; 303 to the event where there is nothing to call off."""
    event, _mine = get_permitted(slug, Permission.EVENTS_EDIT)
    if not is_course_open(event, clock.now()):
        return to_event(slug)
    return _page(event)


@console.post("/<slug>/dates", endpoint="course_post")
@asks(Permission.EVENTS_EDIT)
def course_post(slug: str) -> Answer:
    """`off` or `on`: the id of a date. Those concerned are told as of any change of the event."""
    event, _mine = get_permitted(slug, Permission.EVENTS_EDIT)
    now, is_off = clock.now(), "off" in request.form
    date_id = request.form.get("off" if is_off else "on", type=int) or 0
    try:
        with transaction() as session:
            done = actions.set_date(session, slug, date_id, is_off=is_off, origin=origin(), now=now)
            if done:
                act = "event.date_off" if is_off else "event.date_on"
                note_event(session, act, slug, before=event, by=me().account_id, now=now)
    except LastDate as refused:
        return _page(event, sentence(refused)), 422
    return to_notice_or_event(event) if done else to_event(slug, "late")


def _page(event: EventDefinition, error: str | None = None) -> str:
    now = clock.now()
    return render_console(
        "planning/course.html",
        tab="events",
        e=event,
        over={each.id for each in event.dates if each.is_over(now)},
        minutes=int(WINDOW.total_seconds() // 60),
        errors=[("", error)] if error else [],
    )
