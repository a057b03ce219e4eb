"""The one lock step of every transaction that gives or takes places."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import load_definitions
from eventapp.events.models import Event

_E = table_of(Event).c

_LOCK = select(_E.revision).where(_E.id == bindparam("event")).with_for_update(key_share=True)


def lock_event(session: Session, event: EventDefinition) -> EventDefinition:
    """Lock the event's row; the definition as it is now that nobody else can change it."""
    revision = session.connection().execute(_LOCK, {"event": event.id}).scalar_one()
    if revision == event.revision:
        return event
    return load_definitions(session.connection(), [event.id])[0]
