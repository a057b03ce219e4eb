"""Erasing whoever was invited by name, and what an organisation was asked about somebody."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.invitations.models import Invitation, Naming
from eventapp.mail import outbox
from eventapp.privacy.declarations import Subject

_I, _N = table_of(Invitation).c, table_of(Naming).c
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


def forget_questions(session: Session, subjects: Sequence[Subject], _now: datetime) -> None:
    """Delete the mails that ask about these people."""
    outbox.delete_about(session, "naming_of", [each.registration_id for each in subjects])
