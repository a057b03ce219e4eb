"""What the log says of acts with the link of an invitation: whose it was, not whose hand."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from eventapp.audit.actions import note
from eventapp.events.definition import EventDefinition


def note_with_link(
    session: Session,
    act: str,
    event: EventDefinition,
    subject: tuple[str, int],
    *,
    now: datetime,
    **after: Any,
) -> None:
    """One act of the invited themselves."""
    note(
        session,
        act,
        by=None,
        now=now,
        network_id=event.network.id,
        event_id=event.id,
        subject=subject,
        after=after,
    )
