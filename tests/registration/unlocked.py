"""`wsgi:app` with the lock taken out, for the controls of the races.

On PostgreSQL the events' rows are read without a lock; what time has brought about is settled all
the same. SQLite's lock is the transaction itself, which cannot be done without; there the places
are counted before it begins. What the transaction has done itself it knows: only what others did
between goes unseen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import g, request
from sqlalchemy import Connection, select

from eventapp.db import db, reading
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import load_definitions
from eventapp.events.models import Event
from eventapp.networks.models import Organisation
from eventapp.registration import actions, lock, queries, several, standing
from eventapp.registration.places import Count, Places
from wsgi import app

__all__ = ["app"]

_list_places, _places = queries.list_places, queries.places


def _plain_read(session: Any, event: EventDefinition, *, now: Any) -> EventDefinition:
    """The event as it was."""
    lock.settle(session, event, now=now)
    return event


def _plain_read_all(session: Any, events: Sequence[EventDefinition], *, now: Any) -> Any:
    return [_plain_read(session, each, now=now) for each in events]


def _count_before() -> None:
    if request.method == "POST":
        with reading() as connection:
            ids = connection.execute(select(Event.id)).scalars().all()
            organisations = connection.execute(select(Organisation.id)).scalars().all()
            events = load_definitions(connection, ids)
            g.counted = {
                each.id: _places(connection, each, delegates_of=organisations) for each in events
            }
        g.at_begin = {}


def _begin(session: Any, event: EventDefinition, *, now: Any) -> EventDefinition:
    g.at_begin |= _list_places(session.connection(), [event])
    return lock.lock_event(session, event, now=now)


def _begin_all(session: Any, events: Sequence[EventDefinition], *, now: Any) -> Any:
    g.at_begin |= _list_places(session.connection(), events)
    return lock.lock_events(session, events, now=now)


def _as_counted(connection: Connection, events: Sequence[EventDefinition]) -> dict[int, Places]:
    found = _list_places(connection, events)
    if "counted" not in g:
        return found
    return {
        id_: _unseen(id_, places) if id_ in g.at_begin else places for id_, places in found.items()
    }


def _unseen(event_id: int, now: Places) -> Places:
    """The places counted before, and what this transaction has changed in them."""
    before, begin = g.counted[event_id], g.at_begin[event_id]
    return Places(
        _moved(before.by_attendance, begin.by_attendance, now.by_attendance),
        _moved(before.items, begin.items, now.items),
    )


def _moved(
    before: Mapping[str, Count], begin: Mapping[str, Count], now: Mapping[str, Count]
) -> dict[str, Count]:
    return {
        key: replace(
            count,
            taken=count.taken + now[key].taken - begin[key].taken,
            waiting=count.waiting + now[key].waiting - begin[key].waiting,
        )
        for key, count in before.items()
    }


def _places_as_counted(
    connection: Connection, event: EventDefinition, *, delegates_of: Sequence[int] = ()
) -> Places:
    if "counted" not in g:
        return _places(connection, event, delegates_of=delegates_of)
    found = _as_counted(connection, [event])[event.id]
    return replace(found, delegates=g.counted[event.id].delegates)


with app.app_context():
    is_postgresql = db.engine.dialect.name == "postgresql"
if not is_postgresql:
    app.before_request(_count_before)
    vars(queries).update(list_places=_as_counted, places=_places_as_counted)
for room in (actions, standing):
    vars(room)["lock_event"] = _plain_read if is_postgresql else _begin
vars(several)["lock_events"] = _plain_read_all if is_postgresql else _begin_all
