"""What the log says of the office's acts on one registration."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventapp.audit.actions import note
from eventapp.audit.rules import changes
from eventapp.events.definition import EventDefinition
from eventapp.registration.models import Registration

_R = Registration.__table__.c
_SHOWN = (
    _R.status,
    _R.attendance,
    _R.title,
    _R.first_name,
    _R.last_name,
    _R.organisation,
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
    """How the registration stands."""
    session.flush()
    row = session.execute(select(*_SHOWN).where(_R.id == registration_id)).mappings().one()
    return {str(name): value for name, value in row.items() if value is not None}
