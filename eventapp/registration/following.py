"""What a change of an event does to its registrations, in the transaction of the change."""

from datetime import datetime

from sqlalchemy import exists, func, insert, select
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events import rules
from eventapp.events.loading import load_definitions
from eventapp.events.models import Event, EventDate
from eventapp.registration.models import Registration, RegistrationDate
from eventapp.registration.promotion import promote
from eventapp.registration.uids import new_uid

_R = table_of(Registration).c
_D = table_of(EventDate).c
_RD = table_of(RegistrationDate).c


def follow(session: Session, event_id: int, *, now: datetime) -> None:
    """Give new dates their UIDs, keep DTSTAMP rising, and let those who wait move up before
    anybody new can take a place. The event is changed already, and locked."""
    _give_uids(session, event_id)
    _outrun(session, event_id)
    session.flush()
    [event] = load_definitions(session.connection(), [event_id])
    promote(session, event, now=now)


def _give_uids(session: Session, event_id: int) -> None:
    has_one = exists().where(_RD.registration_id == _R.id, _RD.event_date_id == _D.id)
    missing = session.execute(
        select(_R.id, _D.id, _D.uid)
        .join_from(table_of(Registration), table_of(EventDate), _D.event_id == _R.event_id)
        .where(_R.event_id == event_id, ~has_one)
        .order_by(_R.id, _D.id)
    ).all()
    if missing:
        session.execute(
            insert(table_of(RegistrationDate)),
            [
                {"registration_id": holder, "event_date_id": date, "uid": new_uid(uid)}
                for holder, date, uid in missing
            ],
        )


def _outrun(session: Session, event_id: int) -> None:
    """DTSTAMP of an `r-` entry is the later of both revisions, so this one has to be the later."""
    latest = session.scalar(select(func.max(_R.revised_at)).where(_R.event_id == event_id))
    event = session.get_one(Event, event_id)
    if latest is not None and event.revised_at <= latest:
        event.revised_at = rules.revised_at(event.revised_at, latest)
