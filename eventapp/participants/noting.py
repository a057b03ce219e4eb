"""What the log says of the office's acts on one registration."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventapp.audit.actions import note
from eventapp.audit.rules import changes
from eventapp.events.definition import EventDefinition
from eventapp.events.models import ProgrammeItem, Question
from eventapp.registration.models import Answer, Place, Registration

_R = Registration.__table__.c
_SHOWN = (
    _R.status,
    _R.attendance,
    _R.title,
    _R.first_name,
    _R.last_name,
    _R.organisation,
    _R.organisation_id,
    _R.salutation,
    _R.role,
    _R.photo_consent,
    _R.list_consent,
    _R.email,
)


def note_registration(
    session: Session,
    act: str,
    event: EventDefinition,
    registration_id: int,
    *,
    by: int,
    now: datetime,
    before: dict[str, Any] | None = None,
) -> None:
    """One act on one person; `before` is what `facts` said ahead of it, None for somebody new."""
    old, new = changes(before or {}, facts(session, registration_id))
    note(
        session,
        act,
        by=by,
        now=now,
        network_id=event.network.id,
        event_id=event.id,
        subject=("registration", registration_id),
        before=old,
        after=new,
    )


def facts(session: Session, registration_id: int) -> dict[str, Any]:
    """How the registration stands, with what it holds and has answered openly."""
    session.flush()
    row = session.execute(select(*_SHOWN).where(_R.id == registration_id)).mappings().one()
    items = session.execute(
        select(ProgrammeItem.title, Place.status)
        .join(ProgrammeItem, ProgrammeItem.id == Place.programme_item_id)
        .where(Place.registration_id == registration_id)
        .order_by(ProgrammeItem.id)
    )
    answers = session.execute(
        select(Question.key, Answer.value)
        .join(Question, Question.id == Answer.question_id)
        .where(Answer.registration_id == registration_id, Answer.value_sealed.is_(None))
        .order_by(Question.id)
    )
    found = {str(name): value for name, value in row.items()}
    found["programme"] = [f"{title} ({status})" for title, status in items]
    found |= {f"questions.{key}": value for key, value in answers}
    return {name: value for name, value in found.items() if value not in (None, [], False)}
