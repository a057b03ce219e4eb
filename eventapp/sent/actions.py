"""Sending a mail once more. Whoever may do it has been asked before."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.mail import kinds, outbox
from eventapp.mail.batches import again_from
from eventapp.mail.models import MailState, OutboxMail, PastMail
from eventapp.sent.queries import SentMail
from eventapp.sent.rules import MailUnderWay, can_repeat, has_rested

_M = table_of(OutboxMail).c
_REFUSED = (MailState.FAILED, MailState.UNKNOWN)


def send_again(session: Session, mail: SentMail, *, now: datetime) -> None:
    """What was refused is tried anew; what left is owed once more, under a name of its own.

    Raises `MailUnderWay`, also for whoever presses twice.
    """
    _lock(session, mail)
    if not can_repeat(mail.pile) or not has_rested(_asked_at(session, mail), now):
        raise MailUnderWay
    if mail.is_kept and mail.state in _REFUSED:
        _retry(session, mail, now)
    else:
        key = f"{_prefix(mail)}{now.isoformat()}"
        outbox.add(session, mail.kind, key, now, **{**mail.ids, kinds.AGAIN: 1})


def _lock(session: Session, mail: SentMail) -> None:
    """Of two at once the second sees what the first has done."""
    table = table_of(OutboxMail if mail.is_kept else PastMail)
    mine = table.c.message_id == mail.message_id
    session.execute(select(table.c.id).where(mine).with_for_update())


def _prefix(mail: SentMail) -> str:
    return f"again:{mail.message_id}:"


def _asked_at(session: Session, mail: SentMail) -> datetime | None:
    """When it was last owed once more."""
    again = _M.dedupe_key.startswith(_prefix(mail), autoescape=True)
    return session.execute(select(func.max(_M.created_at)).where(again)).scalar()


def _retry(session: Session, mail: SentMail, now: datetime) -> None:
    again = session.execute(
        update(table_of(OutboxMail))
        .where(_M.message_id == mail.message_id, _M.state.in_(_REFUSED))
        .values(**again_from(now), interrupted=0)
        .returning(_M.id)
    )
    if again.first() is None:
        raise MailUnderWay
