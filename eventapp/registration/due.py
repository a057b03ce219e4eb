"""Events in which the clock alone changes something, for the sweep of the timetable."""

from datetime import datetime

from sqlalchemy import Connection, and_, exists, or_, select, union
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.clock import berlin_day
from eventapp.events.loading import get_definition_by_id
from eventapp.events.models import Event, EventStatus
from eventapp.registration.lock import lock_event
from eventapp.registration.models import PROVING, Registration, RegistrationStatus
from eventapp.registration.offers import lapse
from eventapp.registration.silence import forget_silent

_E = table_of(Event).c
_R = table_of(Registration).c
_WAITS = exists().where(_R.event_id == _E.id, _R.queue_number.is_not(None))
_OFFERING = select(_R.event_id).where(_R.status == RegistrationStatus.OFFERED, _R.main_id.is_(None))


def list_due(connection: Connection, now: datetime) -> list[int]:
    """The ids of events with an offer whose time is over, of those to come whose caps have fallen
    while somebody waits, and of those where somebody has not proved their address in time."""
    today = berlin_day(now)
    passed_on = select(_E.id).where(
        _E.status != EventStatus.CANCELLED,
        or_(
            and_(_E.last_day >= today, _E.release_unused_on <= today, _WAITS),
            _E.id.in_(_OFFERING.where(or_(_R.offer_ends_at <= now, _E.starts_at <= now))),
        ),
    )
    silent = select(_R.event_id).where(_R.proof_until <= now, _R.status.in_(PROVING))
    found = connection.execute(union(passed_on, silent)).scalars()
    return sorted(found)


def settle_due(session: Session, event_id: int, *, now: datetime) -> None:
    """Lock the event, which settles it; offers end, and proofs are due, also where none are made
    or wanted any more."""
    event = lock_event(session, get_definition_by_id(session.connection(), event_id), now=now)
    forget_silent(session, event, now=now)
    lapse(session, event, now=now)
