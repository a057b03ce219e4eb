"""What organisers do to an event, in the log."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from eventapp import clock
from eventapp.accounts.access import me
from eventapp.audit.actions import note
from eventapp.events.definition import EventDefinition


def note_mine(
    session: Session,
    act: str,
    event: EventDefinition,
    *,
    subject: tuple[str, int] | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """One act at this event of whoever is logged in, now; see `audit.actions.note`."""
    note(
        session,
        act,
        by=me().account_id,
        now=clock.now(),
        network_id=event.network.id,
        event_id=event.id,
        subject=subject,
        before=before,
        after=after,
    )
