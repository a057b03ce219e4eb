"""The one lock step of every transaction that gives or takes places, and what time has brought
about since the last one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import load_definitions
from eventapp.events.models import Event
from eventapp.registration.offers import lapse
from eventapp.registration.promotion import promote
from eventapp.registration.rules import caps_hold
from eventapp.registration.silence import forget_silent

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


def lock_event(session: Session, event: EventDefinition, *, now: datetime) -> EventDefinition:
    """Lock the event's row and `settle` it; the definition as it is now that nobody else can
    change it."""
    revision = session.connection().execute(_LOCK, {"event": event.id}).scalar_one()
    if revision != event.revision:
        event = load_definitions(session.connection(), [event.id])[0]
    settle(session, event, now=now)
    return event


def lock_events(
    session: Session, events: Sequence[EventDefinition], *, now: datetime
) -> list[EventDefinition]:
    """As `lock_event`, several in one statement; in the order given."""
    connection = session.connection()
    locked = connection.execute(_LOCK_ALL, {"events": [event.id for event in events]})
    revisions = {row.id: row.revision for row in locked}
    stale = [event.id for event in events if event.revision != revisions[event.id]]
    fresh = {event.id: event for event in load_definitions(connection, stale)} if stale else {}
    present = [fresh.get(event.id, event) for event in events]
    for event in present:
        settle(session, event, now=now)
    return present


def settle(session: Session, event: EventDefinition, *, now: datetime) -> None:
    """What the clock alone has changed: offers that nobody took are over, whoever has not proved
    their address in time is gone and, with the caps fallen, those who waited for them move up
    before anybody new. Costs nothing where there is no such thing. The event must be locked."""
    if event.confirm_email:
        forget_silent(session, event, now=now)
    if event.offer_hours is not None:
        lapse(session, event, now=now)
    if event.has_caps and not caps_hold(event, now):
        promote(session, event, now=now)
