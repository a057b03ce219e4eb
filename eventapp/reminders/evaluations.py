"""Asking how it was by a mail of its own: whoever was there and got no follow-up that asks."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert  # its ON CONFLICT is SQLite's, word for word
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.evaluation import queries
from eventapp.evaluation.models import EvaluationAsked, EvaluationVoted
from eventapp.events.definition import EventDefinition
from eventapp.mail import batches
from eventapp.registration.models import Registration, RegistrationStatus
from eventapp.reminders import groups, rules
from eventapp.reminders.models import Group
from eventapp.reminders.plans import get_plan
from eventapp.reminders.rules import Step

KIND = "evaluation-invitation"
_LATER = timedelta(days=1)  # by then the office has written down who was there
_LATEST = timedelta(days=10)  # after it has opened; a follow-up may wait longer

_R = table_of(Registration).c
_A, _V = table_of(EvaluationAsked), table_of(EvaluationVoted)


def ask(session: Session, *, now: datetime) -> int:
    """Owe the mail to all whom it is time to ask; how many. Each is claimed by a row, so that
    nobody gets it twice."""
    asking = queries.list_open(session.connection(), now)
    return sum(_ask(session, event, opens_at, now) for event, opens_at in asking)


def _ask(session: Session, event: EventDefinition, opens_at: datetime, now: datetime) -> int:
    steps = get_plan(session.connection(), event.id).steps
    if now < alone_at(event, steps, opens_at):
        return 0
    people = select(_R.id).where(
        _R.event_id == event.id,
        _R.status == RegistrationStatus.CONFIRMED,
        groups.WAS_THERE,
        groups.REACHABLE,
        _R.id.not_in(select(_V.c.registration_id).where(_V.c.event_id == event.id)),
    )
    claimed = insert(_A).from_select(["registration_id"], people.order_by(_R.id))
    made = claimed.on_conflict_do_nothing().returning(_A.c.registration_id)
    ids = sorted(session.execute(made).scalars())
    batch = f"evaluation:{uuid4().hex}"
    mails = ({"registration_id": each} for each in ids)
    return batches.add_many(session, KIND, batch, mails, due_at=now, now=now)


def alone_at(event: EventDefinition, steps: Iterable[Step], opens_at: datetime) -> datetime:
    """When a mail of its own asks: a day after it has opened, or after the follow-ups to those who
    were there, which ask as well, were due."""
    date = (event.dates_on or event.dates)[-1]
    dues = [
        rules.due_at(step, date)
        for step in steps
        if step.group in rules.AFTER_ONLY and step.group is not Group.ABSENT
    ]
    latest = max([opens_at, *(due for due in dues if due is not None)])
    return min(latest + _LATER, opens_at + _LATEST)


def mark(session: Session, registration_id: int) -> None:
    """A follow-up has asked this person."""
    row = insert(_A).values(registration_id=registration_id)
    session.execute(row.on_conflict_do_nothing())
