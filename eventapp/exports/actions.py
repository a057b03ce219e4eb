"""Writes to export jobs: by those who ask, by the worker, by time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Update, and_, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.exports.models import ExportJob, ExportPart, ExportState
from eventapp.exports.queries import count_open
from eventapp.exports.rules import (
    KEPT,
    LEASE,
    LISTED,
    MOST_ATTEMPTS,
    MOST_OPEN,
    Order,
    TooManyExports,
)
from eventapp.privacy.declarations import Subject

OPEN = (ExportState.WAITING, ExportState.WORKING)

_JOB, _PART = table_of(ExportJob), table_of(ExportPart)
_J, _P = _JOB.c, _PART.c


def order(
    session: Session, wish: Order, *, account_id: int, event_id: int, rows: int, now: datetime
) -> int:
    """Owe a file; its job's id. Raises `TooManyExports`."""
    if count_open(session.connection(), account_id, OPEN) >= MOST_OPEN:
        raise TooManyExports(most=MOST_OPEN)
    job_id: int = session.execute(
        insert(_JOB)
        .values(
            account_id=account_id,
            event_id=event_id,
            kind=wish.kind,
            format=wish.format,
            columns=list(wish.columns),
            filters=wish.filters,
            options=wish.options,
            language=wish.language,
            is_sensitive=wish.is_sensitive,
            within=wish.within,
            state=ExportState.WAITING,
            due_at=now,
            attempts=0,
            rows_total=rows,
            rows_done=0,
            created_at=now,
        )
        .returning(_J.id)
    ).scalar_one()
    return job_id


def cancel(session: Session, job_id: int) -> bool:
    """Stop what is not finished; the worker notices at its next step. False: there was nothing."""
    return _touched(
        session,
        update(_JOB)
        .where(_J.id == job_id, _J.state.in_(OPEN))
        .values(state=ExportState.CANCELLED, lease=None),
    )


def again(session: Session, job_id: int, *, now: datetime) -> bool:
    """Make the same file once more, of the people as they are now. False: it is being made."""
    is_over = _touched(
        session,
        update(_JOB)
        .where(_J.id == job_id, _J.state.not_in(OPEN))
        .values(
            state=ExportState.WAITING,
            due_at=now,
            created_at=now,
            attempts=0,
            rows_done=0,
            problem=None,
            size=None,
            done_at=None,
        ),
    )
    if is_over:
        session.execute(delete(_PART).where(_P.job_id == job_id))
    return is_over


def remove(session: Session, job_id: int) -> None:
    """Delete the file and its job."""
    session.execute(delete(_PART).where(_P.job_id == job_id))
    session.execute(delete(_JOB).where(_J.id == job_id))


def claim(session: Session, *, now: datetime) -> Any | None:
    """Take the next job that is due, ours by a lease; None where there is none.

    What fell to too many dead workers is given up: it may be what kills them.
    """
    session.execute(
        update(_JOB)
        .where(_J.state == ExportState.WORKING, _J.due_at <= now, _J.attempts >= MOST_ATTEMPTS)
        .values(state=ExportState.FAILED, problem="worker-died", lease=None)
    )
    due = (
        select(_J.id)
        .where(_J.state.in_(OPEN), _J.due_at <= now)
        .order_by(_J.due_at, _J.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    return session.execute(
        update(_JOB)
        .where(_J.id.in_(select(due.c.id)))
        .values(
            state=ExportState.WORKING,
            lease=uuid4().hex,
            due_at=now + LEASE,
            attempts=_J.attempts + 1,
            rows_done=0,
        )
        .returning(_JOB)
    ).first()


def advance(session: Session, lease: str, *, done: int, total: int, now: datetime) -> bool:
    """Note how far it is and renew the lease; False if it is no longer ours."""
    return _touched(
        session, _ours(lease).values(rows_done=done, rows_total=total, due_at=now + LEASE)
    )


def finish(
    session: Session, lease: str, job_id: int, parts: Sequence[bytes], *, size: int, now: datetime
) -> bool:
    """Keep the sealed parts of the file; False if the job is no longer ours."""
    is_ours = _touched(
        session,
        _ours(lease).values(
            state=ExportState.DONE, lease=None, size=size, rows_done=_J.rows_total, done_at=now
        ),
    )
    if is_ours:
        session.execute(
            insert(_PART),
            [
                {"job_id": job_id, "number": number, "sealed": sealed}
                for number, sealed in enumerate(parts)
            ],
        )
    return is_ours


def fail(session: Session, lease: str, problem: str) -> None:
    """`problem` is a code that the page has words for."""
    session.execute(_ours(lease).values(state=ExportState.FAILED, problem=problem, lease=None))


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete files that have had their time, later also what tells of them."""
    expired = _J.done_at < now - KEPT
    old = and_(_J.created_at < now - LISTED, _J.state.not_in(OPEN))
    gone = select(_J.id).where(or_(expired, old))
    session.execute(delete(_PART).where(_P.job_id.in_(gone)))
    session.execute(delete(_JOB).where(old))


def forget_files(session: Session, subjects: Sequence[Subject], _now: datetime) -> None:
    """Delete the files of these people's events, made or being made: they may stand in them."""
    theirs = select(_J.id).where(_J.event_id.in_({subject.event_id for subject in subjects}))
    session.execute(delete(_PART).where(_P.job_id.in_(theirs)))
    session.execute(delete(_JOB).where(_J.id.in_(theirs)))


def _ours(lease: str) -> Update:
    return update(_JOB).where(_J.lease == lease, _J.state == ExportState.WORKING)


def _touched(session: Session, statement: Update) -> bool:
    return session.execute(statement.returning(_J.id)).first() is not None
