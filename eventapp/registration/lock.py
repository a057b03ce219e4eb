"""The one lock step of every transaction that gives or takes places."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventapp.events.definition import EventDefinition, load_definitions
from eventapp.events.models import Event

_COLUMNS = select(Event.id, Event.revision).order_by(Event.id).with_for_update(key_share=True)


def lock_event(session: Session, event: EventDefinition) -> EventDefinition:
    """Lock the event's row; the definition as it is now that nobody else can change it."""
    row = session.execute(_COLUMNS.where(Event.id == event.id)).one()
    if row.revision == event.revision:
        return event
    return load_definitions(session.connection(), [event.id])[0]
