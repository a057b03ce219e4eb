"""Erasing whoever asked to be told when sign-up opens, and what erasing somebody leaves to do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, null, select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.mail import outbox
from eventapp.mail.models import MailState, OutboxMail
from eventapp.privacy.declarations import Subject
from eventapp.reminders.models import OpeningWish, ReminderClaim
from eventapp.reminders.sweep import REMINDER

_W = table_of(OpeningWish).c
_C, _M = table_of(ReminderClaim).c, table_of(OutboxMail).c
_LEAVES = (MailState.PENDING, MailState.SENDING)


def forget_wishes(session: Session, address: str, _now: datetime) -> int:
    """Delete the wishes of this normalised address, and their mails; how many."""
    ids = session.scalars(select(_W.id).where(_W.email_key == address)).all()
    outbox.delete_about(session, "wish_id", ids)
    session.execute(delete(OpeningWish).where(_W.id.in_(ids)))
    return len(ids)


def hand_on(session: Session, subjects: Sequence[Subject], now: datetime) -> None:
    """A reminder that has not left goes with the registration that it is about. Where it was to
    tell of another date of the person's that day, that one's reminder is owed instead."""
    ids = [each.registration_id for each in subjects]
    for lead_id, heir in _list_heirs(session, ids).items():
        follows = case((_C.id == heir.id, null()), else_=heir.id)
        led = update(table_of(ReminderClaim)).where(_C.lead_id == lead_id)
        session.execute(led.values(lead_id=follows))
        about = {"registration_id": heir.registration_id, "claim_id": heir.id}
        outbox.add(session, REMINDER, f"{REMINDER}-instead:{heir.id}", now, **about)


def _list_heirs(session: Session, ids: Sequence[int]) -> dict[int, Any]:
    """The first claim that follows each one of these registrations' whose mail has yet to leave."""
    owed = select(_M.ids["claim_id"].as_integer()).where(
        _M.registration_id.in_(ids),
        _M.kind == REMINDER,
        _M.state.in_(_LEAVES),
        _M.data_at.is_(None),
    )
    rows = session.execute(
        select(_C.id, _C.registration_id, _C.lead_id)
        .where(_C.lead_id.in_(owed), _C.registration_id.not_in(ids))
        .order_by(_C.id.desc())
    )
    return {row.lead_id: row for row in rows}
