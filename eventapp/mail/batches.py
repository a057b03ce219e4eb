"""Many mails owed by one act: counted, withdrawn before they leave, stopped, tried again.

They leave after all mails that were owed one by one. What a worker has begun to hand over cannot be
called back; it notes `data_at` first, on the same row, so that one of the two comes too late.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, and_, delete, func, insert, select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.mail.models import MailState, OutboxMail

_M = table_of(OutboxMail).c
_NOT_BEGUN = and_(
    _M.state.in_((MailState.PENDING, MailState.SENDING)),
    _M.data_at.is_(None),
    _M.interrupted == 0,
)

Counts = Mapping[str, int]  # mails by state


def add_many(
    session: Session,
    kind: str,
    batch: str,
    each_ids: Iterable[Mapping[str, int]],
    *,
    due_at: datetime,
    now: datetime,
) -> int:
    """Owe one mail per mapping of ids, once for ever in this batch; how many."""
    rows = [
        {
            "kind": kind,
            "ids": ids,
            "dedupe_key": f"{batch}:{':'.join(map(str, ids.values()))}",
            "batch": batch,
            "message_id": uuid4().hex,
            "state": MailState.PENDING,
            "due_at": due_at,
            "attempts": 0,
            "interrupted": 0,
            "created_at": now,
        }
        for ids in each_ids
    ]
    if rows:
        session.connection().execute(insert(table_of(OutboxMail)), rows)
    return len(rows)


def count_states(connection: Connection, batches: Sequence[str]) -> dict[str, Counts]:
    """Of each batch that has any mails, how many are in which state; one statement."""
    rows = connection.execute(
        select(_M.batch, _M.state, func.count())
        .where(_M.batch.in_(batches))
        .group_by(_M.batch, _M.state)
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for batch, state, n in rows:
        found[batch][state] = n
    return dict(found)


def withdraw(session: Session, batch: str) -> bool:
    """Take all of it back as if it had never been owed; False where some of it has left."""
    session.execute(delete(OutboxMail).where(_M.batch == batch, _NOT_BEGUN))
    left = session.execute(select(_M.id).where(_M.batch == batch).limit(1)).first()
    return left is None


def stop(session: Session, batch: str, *, now: datetime) -> int:
    """Drop what has not left; how many."""
    dropped = session.execute(
        update(table_of(OutboxMail))
        .where(_M.batch == batch, _NOT_BEGUN)
        .values(state=MailState.DROPPED, lease=None, settled_at=now)
        .returning(_M.id)
    )
    return len(dropped.all())


def retry_failed(session: Session, batch: str, *, now: datetime) -> int:
    """What was refused for good is due again; how many."""
    again = session.execute(
        update(table_of(OutboxMail))
        .where(_M.batch == batch, _M.state == MailState.FAILED)
        .values(state=MailState.PENDING, due_at=now, attempts=0, settled_at=None, last_answer=None)
        .returning(_M.id)
    )
    return len(again.all())
