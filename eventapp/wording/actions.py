"""Writing sections: a draft first, in the mails from the moment it is released."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert  # its ON CONFLICT is SQLite's, word for word
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.mail import outbox
from eventapp.sitecache import bump
from eventapp.wording.models import Wording
from eventapp.wording.rules import Texts, WordingChanged, without_empty

TEST = "wording-test"
_W = table_of(Wording).c


def save_draft(
    session: Session, kind: str, texts: Texts, *, seen: int, now: datetime, **scope: int
) -> int:
    """Keep what was written from revision `seen`, 0 where there was none; nobody gets it yet. The
    row. Raises `WordingChanged`."""
    draft = without_empty(texts)
    row = _find(session, kind, scope)
    if row is None:
        if seen:
            raise WordingChanged
        values = {"kind": kind, "live": {}, "draft": draft, "revision": 1, "changed_at": now}
        statement = insert(table_of(Wording)).values(**values, **scope).on_conflict_do_nothing()
        made = session.execute(statement.returning(_W.id)).scalar()
        if made is None:  # somebody else was faster
            raise WordingChanged
        return int(made)
    _write(session, row, seen, now, draft=draft)
    return int(row.id)


def release(session: Session, kind: str, *, seen: int, now: datetime, **scope: int) -> Any:
    """From now on all mails say it; the row as it was. Raises `WordingChanged`."""
    row = _drafted(session, kind, scope)
    _write(session, row, seen, now, live=row.draft, draft=None)
    bump(session, now)
    return row


def discard(session: Session, kind: str, *, seen: int, now: datetime, **scope: int) -> None:
    """The mails stay as they are. Raises `WordingChanged`."""
    _write(session, _drafted(session, kind, scope), seen, now, draft=None)


def copy(
    session: Session, from_event_id: int, to_event_ids: Sequence[int], *, now: datetime
) -> None:
    """What an event says is said by its copies; drafts stay behind."""
    said = session.execute(select(_W.kind, _W.live).where(_W.event_id == from_event_id)).all()
    rows = [
        {"event_id": each, "kind": kind, "live": live, "revision": 1, "changed_at": now}
        for kind, live in said
        for each in to_event_ids
        if live
    ]
    if rows:
        session.connection().execute(insert(table_of(Wording)), rows)
        bump(session, now)


def owe_test(
    session: Session,
    wording_id: int,
    account_id: int,
    event_id: int,
    *,
    in_english: bool,
    now: datetime,
) -> None:
    """One mail to the account that shows the draft at this event."""
    outbox.add(
        session,
        TEST,
        f"{TEST}:{wording_id}:{account_id}:{now.isoformat()}",
        now,
        wording_id=wording_id,
        account_id=account_id,
        event_id=event_id,
        in_english=int(in_english),
    )


def _find(session: Session, kind: str, scope: dict[str, int]) -> Any:
    [(name, number)] = scope.items()
    statement = select(table_of(Wording)).where(_W[name] == number, _W.kind == kind)
    return session.execute(statement.with_for_update()).first()


def _drafted(session: Session, kind: str, scope: dict[str, int]) -> Any:
    row = _find(session, kind, scope)
    if row is None or row.draft is None:
        raise WordingChanged
    return row


def _write(session: Session, row: Any, seen: int, now: datetime, **values: Any) -> None:
    if row.revision != seen:
        raise WordingChanged
    session.execute(
        update(table_of(Wording))
        .where(_W.id == row.id)
        .values(revision=row.revision + 1, changed_at=now, **values)
    )
