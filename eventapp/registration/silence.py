"""Silence: whoever has not proved their address in time is deleted, and others move up."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.definition import EventDefinition
from eventapp.registration.erasure import erase
from eventapp.registration.models import PROVING, Registration
from eventapp.registration.promotion import promote

_R = table_of(Registration).c


def forget_silent(session: Session, event: EventDefinition, *, now: datetime) -> None:
    """Delete those of the event who stayed silent, and let others move up. It must be locked."""
    silent = session.scalars(
        select(_R.id)
        .where(_R.event_id == event.id, _R.proof_until <= now, _R.status.in_(PROVING))
        .order_by(_R.id)
    ).all()
    if silent:
        erase(session, silent, now=now, everywhere=False)
        promote(session, event, now=now)
