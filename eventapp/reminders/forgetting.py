"""Erasing whoever asked to be told when sign-up opens."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.mail import outbox
from eventapp.reminders.models import OpeningWish

_W = table_of(OpeningWish).c


def forget_wishes(session: Session, address: str, _now: datetime) -> int:
    """Delete the wishes of this normalised address, and their mails; how many."""
    ids = session.scalars(select(_W.id).where(_W.email_key == address)).all()
    outbox.delete_about(session, "wish_id", ids)
    session.execute(delete(OpeningWish).where(_W.id.in_(ids)))
    return len(ids)
