"""The steps of every change of a registration that stands: lock it, write its next state, owe its
mail."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from eventapp.errors import Gone
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition_by_id, load_definitions
from eventapp.mail import outbox
from eventapp.registration.lock import lock_event, lock_events
from eventapp.registration.models import Registration, RegistrationStatus
from eventapp.registration.refusals import AlreadyCancelled
from eventapp.registration.rules import next_revised_at
from eventapp.registration.steps import release_items

_R = Registration.__table__.c


def lock_standing(
    session: Session, registration_id: int, *, now: datetime
) -> tuple[EventDefinition, Any]:
    """Lock the registration's event, then read the registration.

    Raises `AlreadyCancelled`, and `Gone` where it was deleted meanwhile.
    """
    connection = session.connection()
    event_id = connection.execute(select(_R.event_id).where(_R.id == registration_id)).scalar()
    if event_id is None:
        raise Gone
    event = lock_event(session, get_definition_by_id(connection, event_id), now=now)
    row = connection.execute(select(Registration.__table__).where(_R.id == registration_id)).first()
    if row is None:  # the lock has found it lapsed
        raise Gone
    if row.status == RegistrationStatus.CANCELLED:
        raise AlreadyCancelled
    return event, row


def lock_signed_up(
    session: Session, signup_id: int, *, now: datetime
) -> list[tuple[EventDefinition, Any]]:
    """As `lock_standing`, all registrations of one sign-up that stand; at once, in their order."""
    connection = session.connection()
    mine = select(Registration.__table__).where(_R.signup_id == signup_id).order_by(_R.id)
    event_ids = [row.event_id for row in connection.execute(mine)]
    events = lock_events(session, load_definitions(connection, event_ids), now=now)
    by_id = {event.id: event for event in events}
    rows = connection.execute(mine).all()
    return [(by_id[r.event_id], r) for r in rows if r.status != RegistrationStatus.CANCELLED]


def revise(
    session: Session, event: EventDefinition, row: Any, now: datetime, **values: Any
) -> datetime:
    """Write the values as a new state; its time of revision."""
    revised_at = next_revised_at(now, event.revised_at, row.revised_at)
    session.execute(
        update(Registration)
        .where(Registration.id == row.id)
        .values(revised_at=revised_at, **values)
    )
    return revised_at


def give_back(
    session: Session,
    event: EventDefinition,
    row: Any,
    now: datetime,
    *,
    cancelled_as: str | None = None,
) -> None:
    """Give the place back; whoever calls tells the holder and lets the next in line move up."""
    revise(
        session,
        event,
        row,
        now,
        status=RegistrationStatus.CANCELLED,
        waits_for=None,
        queue_number=None,
        offer_ends_at=None,
        cancelled_at=now,
        cancelled_as=cancelled_as,
        sequence=row.sequence + 1,
    )
    release_items(session, event, [row.id])


def owe(session: Session, kind: str, registration_id: int, act: str, now: datetime) -> None:
    """One mail of this kind for this act, however often it is owed."""
    outbox.add(session, kind, f"{kind}:{act}", now, registration_id=registration_id)
