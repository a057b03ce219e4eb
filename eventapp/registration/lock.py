"""The one lock step of every transaction that gives or takes places."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import load_definitions
from eventapp.events.models import Event

_E = table_of(Event).c

_LOCK = select(_E.revision).where(_E.id == bindparam("event")).with_for_update(key_share=True)
_IDS: Any = bindparam("events", expanding=True)
# In one order for everybody, so that two who want the same events never wait for each other.
_LOCK_ALL = (
    select(_E.id, _E.revision)
    .where(_E.id.in_(_IDS))
    .order_by(_E.id)
    .with_for_update(key_share=True)
)


def lock_event(session: Session, event: EventDefinition) -> EventDefinition:
    """Lock the event's row; the definition as it is now that nobody else can change it."""
    revision = session.connection().execute(_LOCK, {"event": event.id}).scalar_one()
    if revision == event.revision:
        return event
    return load_definitions(session.connection(), [event.id])[0]


def lock_events(session: Session, events: Sequence[EventDefinition]) -> list[EventDefinition]:
    """As `lock_event`, several in one statement; in the order given."""
    connection = session.connection()
    locked = connection.execute(_LOCK_ALL, {"events": [event.id for event in events]})
    revisions = {row.id: row.revision for row in locked}
    stale = [event.id for event in events if event.revision != revisions[event.id]]
    fresh = {event.id: event for event in load_definitions(connection, stale)} if stale else {}
    return [fresh.get(event.id, event) for event in events]
