"""Erasing whoever was invited by name."""

from datetime import datetime

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.invitations.models import Invitation

_I = table_of(Invitation).c
_OF_A_PERSON = (
    "person_key",
    "salutation",
    "title",
    "first_name",
    "last_name",
    "email",
    "organisation",
    "call_note",
)


def forget_guests(session: Session, address: str, now: datetime) -> int:
    """Empty the personal invitations to this normalised address and revoke their links; that
    somebody was invited stays in the figures. How many."""
    statement = (
        update(table_of(Invitation))
        .where(func.lower(_I.email) == address)
        .values({**dict.fromkeys(_OF_A_PERSON), "revoked_at": func.coalesce(_I.revoked_at, now)})
    )
    return session.connection().execute(statement).rowcount
