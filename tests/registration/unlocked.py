"""`wsgi:app` with the lock taken out, for the race's control.

On PostgreSQL the event's row is read without a lock. SQLite's lock is the transaction itself, which
cannot be done without; there the places are counted before it begins.
"""

from typing import Any

from flask import g, request
from sqlalchemy import select

from eventapp.db import db, reading
from eventapp.events.definition import EventDefinition
from eventapp.events.queries import get_public_event
from eventapp.networks.models import Organisation
from eventapp.registration import actions, queries
from wsgi import app

__all__ = ["app"]

_places, _with_delegates = queries.places, queries.with_delegates


def _plain_read(_session: Any, event: EventDefinition, **_now: Any) -> EventDefinition:
    return event


def _count_before() -> None:
    if request.method == "POST" and request.view_args:
        with reading() as connection:
            event = get_public_event(connection, request.view_args["slug"])
            organisations = connection.execute(select(Organisation.id)).scalars().all()
            g.counted = _places(connection, event, delegates_of=organisations)


def _as_counted(connection: Any, event: EventDefinition, **more: Any) -> Any:
    return g.counted if "counted" in g else _places(connection, event, **more)


def _delegates_as_counted(
    connection: Any, event: EventDefinition, places: Any, organisation_ids: Any
) -> Any:
    if "counted" in g:
        return g.counted
    return _with_delegates(connection, event, places, organisation_ids)


with app.app_context():
    is_postgresql = db.engine.dialect.name == "postgresql"
if is_postgresql:
    vars(actions)["lock_event"] = _plain_read
else:
    app.before_request(_count_before)
    vars(queries).update(places=_as_counted, with_delegates=_delegates_as_counted)
