"""What the log says of a message: its subject and numbers, nobody's address."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventapp.audit.actions import note
from eventapp.base import table_of
from eventapp.events.definition import EventDefinition
from eventapp.messages.models import Message

_M = table_of(Message).c


def note_message(
    session: Session,
    act: str,
    event: EventDefinition,
    message_id: int,
    *,
    by: int,
    now: datetime,
    **numbers: Any,
) -> None:
    """One act on a message that is still there."""
    subject = session.execute(select(_M.subject).where(_M.id == message_id)).scalar_one()
    note(
        session,
        act,
        by=by,
        now=now,
        network_id=event.network.id,
        event_id=event.id,
        subject=("message", message_id),
        after={"subject": subject, **numbers},
    )
