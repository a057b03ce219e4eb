"""Many mails owed by one act: counted, withdrawn before they leave, stopped, tried again.

They leave after all mails that were owed one by one. What a worker has begun to hand over cannot be
called back; it notes `data_at` first, on the same row, so that one of the two comes too late.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, select, union_all, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.mail.models import MailState, OutboxMail, PastMail
from eventapp.mail.outbox import row_of

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
        {**row_of(kind, _key(batch, ids), ids, due_at=due_at, now=now), "batch": batch}
        for ids in each_ids
    ]
    if rows:
        session.connection().execute(insert(table_of(OutboxMail)), rows)
    return len(rows)


def _key(batch: str, ids: Mapping[str, int]) -> str:
    return f"{batch}:{':'.join(map(str, ids.values()))}"


def count_states(connection: Connection, batches: Sequence[str]) -> dict[str, Counts]:
    """Of each batch that has any mails, how many are in which state, also of those whose rows have
    had their time; one statement."""
    rows = connection.execute(
        union_all(
            *(
                select(each.batch, each.state, func.count())
                .where(each.batch.in_(batches))
                .group_by(each.batch, each.state)
                for each in (_M, table_of(PastMail).c)
            )
        )
    )
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for batch, state, n in rows:
        found[batch][state] += n
    return dict(found)


def withdraw(session: Session, batch: str) -> bool:
    """Take all of it back as if it had never been owed; False where some of it has left."""
    session.execute(delete(OutboxMail).where(_M.batch == batch, _NOT_BEGUN))
    left = session.execute(select(_M.id).where(_M.batch == batch).limit(1)).first()
    return left is None


def list_open(connection: Connection, batch: str) -> Sequence[Mapping[str, int]]:
    """The ids of those that have not begun to leave."""
    return connection.execute(select(_M.ids).where(_M.batch == batch, _NOT_BEGUN)).scalars().all()


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
        .values(**again_from(now))
        .returning(_M.id)
    )
    return len(again.all())


def again_from(now: datetime) -> dict[str, Any]:
    """The columns of a refused mail that is to be tried anew."""
    begun = {"state": MailState.PENDING, "due_at": now, "waits_since": now, "attempts": 0}
    ended = ("settled_at", "last_answer", "bounced_at", "bounce_status")
    return {**begun, **dict.fromkeys(ended)}
