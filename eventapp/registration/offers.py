"""Places that are held for some hours: taken with a link, or passed on when the time is over."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.definition import EventDefinition
from eventapp.events.models import EventStatus
from eventapp.registration.line_rules import Step
from eventapp.registration.models import CancelledAs, Registration, RegistrationStatus
from eventapp.registration.promotion import fill_items, promote
from eventapp.registration.steps import WRITTEN, Farewell, write

_R = table_of(Registration).c
_OFFERED = select(_R.id, *(_R[name] for name in WRITTEN)).where(
    _R.event_id == bindparam("event"),
    _R.status == RegistrationStatus.OFFERED,
    _R.main_id.is_(None),  # assistants follow whom they assist
)


def lapse(session: Session, event: EventDefinition, *, now: datetime) -> None:
    """End the registrations whose offer was not taken in time, tell them, and pass the places on.

    The event must be locked. Whoever wants to come all the same signs up anew: at the end of the
    line they would be offered a place again and again that they do not answer to.
    """
    if event.status == EventStatus.CANCELLED:
        return
    # Where the event was moved to an earlier time, its start ends all offers.
    which = _OFFERED if now >= event.start else _OFFERED.where(_R.offer_ends_at <= now)
    lapsed = session.connection().execute(which, {"event": event.id}).all()
    if not lapsed:
        return
    steps = {row.id: Step(RegistrationStatus.CANCELLED, row.attendance) for row in lapsed}
    write(session, event, lapsed, steps, now=now, farewell=Farewell(CancelledAs.LAPSED))
    promote(session, event, now=now)


def take(session: Session, event: EventDefinition, registration_id: int, *, now: datetime) -> None:
    """Confirm the offered place, with the programme items that are free. The event must be locked
    and the offer still hold."""
    mine = _OFFERED.where(_R.id == registration_id)
    row = session.connection().execute(mine, {"event": event.id}).one()
    step = Step(RegistrationStatus.CONFIRMED, row.attendance)
    write(session, event, [row], {row.id: step}, now=now)
    fill_items(session, event, [row.id], now=now)
