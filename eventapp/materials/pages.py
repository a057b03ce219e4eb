"""The files of materials for the public, and for who holds a registration."""

from datetime import datetime
from typing import Any

from flask import Blueprint
from sqlalchemy import Connection
from werkzeug import Response

from eventapp import clock, web
from eventapp.db import reading
from eventapp.errors import NotFound
from eventapp.events.queries import get_public_event
from eventapp.materials import giving  # noqa: F401  what follow-ups bring of them
from eventapp.materials.queries import get_material, list_materials, reader_of
from eventapp.materials.rules import Listed, Reader, may_see
from eventapp.materials.serving import as_download
from eventapp.registration.beside import put_beside
from eventapp.registration.holder import Holder
from eventapp.registration.holding import load

pages = Blueprint("material", __name__)
MATERIAL = "materials/<int(max=2147483647):material_id>"


@pages.get(f"/events/<slug>/{MATERIAL}")
def public(slug: str, material_id: int) -> Response:
    """A file for everybody; kept by nobody without asking whether it still is."""
    with reading() as connection:
        event = get_public_event(connection, slug)
        found = get_material(connection, event.id, material_id)
    web.show_network(event.network)
    response = _answer(found, Reader())
    response.headers["Cache-Control"] = "public, no-cache"
    return response


@pages.get(f"/registrations/<token>/{MATERIAL}")
def own(token: str, material_id: int) -> Response:
    """A file for this guest."""
    holder = load(token)
    with reading() as connection:
        found = get_material(connection, holder.event.id, material_id)
        reader = reader_of(connection, holder)
    return _answer(found, reader)


def _answer(material: Listed, reader: Reader) -> Response:
    if not may_see(material, reader, clock.now()):
        raise NotFound
    return as_download(material)


def _for_holder(connection: Connection, holder: Holder, now: datetime) -> dict[str, Any]:
    """What stands on the personal page."""
    reader = reader_of(connection, holder)
    listed = list_materials(connection, holder.event.id)
    titles = {each.id: each.title for each in holder.event.programme}
    return {
        "listed": [each for each in listed if may_see(each, reader, now)],
        "items": titles,
    }


put_beside("materials", _for_holder)
