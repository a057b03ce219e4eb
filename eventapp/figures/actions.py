"""Keeping figures: every night for what is over, and by whoever deletes people, before."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert  # its ON CONFLICT is SQLite's, word for word
from sqlalchemy.orm import Session

from eventapp.attendance.ledger import was_there
from eventapp.base import table_of
from eventapp.clock import berlin_day
from eventapp.events.loading import load_definitions
from eventapp.figures import queries
from eventapp.figures.counting import count_figures
from eventapp.figures.models import KeptFigures, KeptOrganisation
from eventapp.figures.rules import worth_keeping
from eventapp.privacy.declarations import Subject
from eventapp.registration.models import Registration, RegistrationStatus
from eventapp.registration.rules import is_over

_KEPT_FOR = timedelta(days=60)  # after the event; later nothing about it changes
_AGAIN = timedelta(hours=20)

_R = table_of(Registration).c


def keep(session: Session, event_id: int, *, now: datetime) -> None:
    """Keep the event's figures as they are now, unless people have been deleted already."""
    connection = session.connection()
    [event] = load_definitions(connection, [event_id])
    counted = count_figures(connection, event)
    if not worth_keeping(counted, queries.find_kept(connection, event_id)):
        return
    values = {"kept_at": now, "data": counted.without_small_cells().as_json()}
    session.execute(
        insert(KeptFigures)
        .values(event_id=event_id, **values)
        .on_conflict_do_update(index_elements=["event_id"], set_=values)
    )
    _keep_organisations(session, event_id)


def _keep_organisations(session: Session, event_id: int) -> None:
    """Those of which somebody was there; an organisation is no person."""
    session.execute(delete(KeptOrganisation).where(KeptOrganisation.event_id == event_id))
    there = select(_R.event_id, _R.organisation_id).where(
        _R.event_id == event_id,
        _R.status == RegistrationStatus.CONFIRMED,
        _R.organisation_id.is_not(None),
        was_there(),
    )
    columns = ["event_id", "organisation_id"]
    session.execute(insert(KeptOrganisation).from_select(columns, there.distinct()))


def keep_before_erasing(session: Session, subjects: Sequence[Subject], now: datetime) -> None:
    """Keep the figures of what is over, ahead of the deletion."""
    ids = sorted({subject.event_id for subject in subjects})
    for event in load_definitions(session.connection(), ids):
        if is_over(event, now):
            keep(session, event.id, now=now)


def keep_all(session: Session, *, now: datetime) -> None:
    """Keep those of every event that was over lately, once a day."""
    today = berlin_day(now)
    due = queries.list_to_keep(
        session.connection(), over=today, since=today - _KEPT_FOR, before=now - _AGAIN
    )
    for event_id in due:
        keep(session, event_id, now=now)
