"""The public's page of a report, and its pictures."""

from flask import Blueprint, Response, current_app, render_template, url_for

from eventapp import clock, web
from eventapp.db import reading
from eventapp.errors import NotFound
from eventapp.events.queries import get_public_event
from eventapp.materials.queries import list_materials
from eventapp.materials.rules import Reader, may_see
from eventapp.reporting.queries import find_public, get_bytes

pages = Blueprint("report", __name__)


@pages.get("/events/<slug>/report")
def report(slug: str) -> str:
    """What was, and what came of it."""
    now = clock.now()
    with reading() as connection:
        event = get_public_event(connection, slug)
        found = find_public(connection, event.id)
        listed = list_materials(connection, event.id)
    if found is None:
        raise NotFound
    web.show_network(event.network)
    public_url = current_app.config["SETTINGS"].public_url
    return render_template(
        "reporting/report.html",
        e=event,
        report=found,
        materials=[each for each in listed if may_see(each, Reader(), now)],
        items={each.id: each.title for each in event.programme},
        picture_endpoint="report.picture",
        canonical_url=f"{public_url}{url_for('report.report', slug=slug, lang=None)}",
        preview=False,
    )


@pages.get("/events/<slug>/report/picture-<digest>")
def picture(slug: str, digest: str) -> Response:
    """A picture, as long as the report is published."""
    with reading() as connection:
        event = get_public_event(connection, slug)
        if find_public(connection, event.id) is None:
            raise NotFound
        media_type, data = get_bytes(connection, event.id, digest)
    response = Response(data, mimetype=media_type)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
