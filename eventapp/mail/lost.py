"""Mails that did not arrive, as far as anybody knows: refused, come back, or perhaps lost."""

from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_

from eventapp.base import table_of
from eventapp.mail.models import MailState, OutboxMail

# Written out, as the indexes of such mails are: of bound values no database knows that they fit.
_TROUBLED: list[ColumnElement[str]] = [
    bindparam(None, state.value, literal_execute=True)
    for state in (MailState.FAILED, MailState.UNKNOWN)
]


def is_lost(mail: Any) -> ColumnElement[bool]:
    """Of these columns of the outbox: it did not arrive, and no later one to the same did."""
    later = table_of(OutboxMail).alias("later").c
    has_arrived = exists().where(
        _is_to(later, mail.registration_id, mail.signup_id),
        later.state == MailState.SENT,
        later.bounced_at.is_(None),
        later.settled_at > mail.settled_at,
    )
    return and_(or_(mail.state.in_(_TROUBLED), mail.bounced_at.is_not(None)), ~has_arrived)


def has_lost(registration_id: Any, signup_id: Any) -> ColumnElement[bool]:
    """Whether somebody with these numbers misses a mail."""
    lost = table_of(OutboxMail).alias("lost").c
    return exists().where(_is_to(lost, registration_id, signup_id), is_lost(lost))


def _is_to(mail: Any, registration_id: Any, signup_id: Any) -> ColumnElement[bool]:
    return or_(mail.registration_id == registration_id, mail.signup_id == signup_id)
