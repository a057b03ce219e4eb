"""Writing a mail: one row in the transaction of the change it tells of."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, exists, insert, select
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.mail.models import MailState, OutboxMail

_INSERT = insert(table_of(OutboxMail))


def add(session: Session, kind: str, dedupe_key: str, now: datetime, **ids: int) -> None:
    """Owe a mail of this kind, due now. `dedupe_key` names the act it tells of, once for ever."""
    session.connection().execute(
        _INSERT,
        {
            "kind": kind,
            "ids": ids,
            "dedupe_key": dedupe_key,
            "message_id": uuid4().hex,
            "state": MailState.PENDING,
            "due_at": now,
            "attempts": 0,
            "interrupted": 0,
            "created_at": now,
        },
    )


def is_leaving(connection: Connection, kinds: tuple[str, ...], **ids: int) -> bool:
    """Whether a worker is sending a mail of these kinds about this thing right now."""
    same = [OutboxMail.ids[name].as_integer() == number for name, number in ids.items()]
    leaving = exists().where(
        OutboxMail.state == MailState.SENDING, OutboxMail.kind.in_(kinds), *same
    )
    return bool(connection.execute(select(leaving)).scalar())
