"""Where a step of planning leads."""

from flask import redirect, url_for
from werkzeug import Response

from eventapp.db import reading
from eventapp.events.definition import EventDefinition
from eventapp.notices.queries import find_open


def to_event(slug: str, done: str = "") -> Response:
    """To the event's page, which says what was done."""
    return redirect(url_for("organise.event", slug=slug, done=done or None), 303)


def to_notice_or_event(event: EventDefinition) -> Response:
    """Where people will be told of what was saved, that is shown first."""
    with reading() as connection:
        is_told = find_open(connection, event.id) is not None
    if is_told:
        return redirect(url_for("notices.notice", slug=event.slug, done="saved"), 303)
    return to_event(event.slug, "saved")
