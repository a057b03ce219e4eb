"""Reads of an account's own exports; nobody sees those of others."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from eventapp.base import table_of
from eventapp.errors import NotFound
from eventapp.exports.kinds import LIST
from eventapp.exports.models import ExportJob, ExportPart
from eventapp.exports.rules import LISTED
from eventapp.tokens import keyring

MOST_LISTED = 10

_J = table_of(ExportJob).c
_P = table_of(ExportPart).c


def get_own(connection: Connection, job_id: int, *, account_id: int, event_id: int) -> Any:
    """The job of this account at this event. Raises `NotFound` alike for what there is not and for
    what is another's."""
    row = connection.execute(
        select(table_of(ExportJob)).where(
            _J.id == job_id, _J.account_id == account_id, _J.event_id == event_id
        )
    ).first()
    if row is None:
        raise NotFound
    return row


def list_own(
    connection: Connection,
    *,
    account_id: int,
    event_id: int,
    now: datetime,
    kinds: Collection[str] = (LIST,),
) -> Sequence[Any]:
    """The latest of the account's jobs of these kinds at this event, newest first."""
    statement = (
        select(table_of(ExportJob))
        .where(
            _J.account_id == account_id,
            _J.event_id == event_id,
            _J.kind.in_(kinds),
            _J.created_at > now - LISTED,
        )
        .order_by(_J.id.desc())
        .limit(MOST_LISTED)
    )
    return connection.execute(statement).all()


def get_file(connection: Connection, job_id: int) -> bytes:
    """The finished file. Raises `NotFound` where it has been deleted."""
    parts = connection.execute(
        select(_P.sealed).where(_P.job_id == job_id).order_by(_P.number)
    ).scalars()
    pieces = [keyring().open_bytes(sealed) for sealed in parts]
    if not pieces:
        raise NotFound
    return b"".join(pieces)


def count_open(connection: Connection, account_id: int, states: Sequence[str]) -> int:
    statement = select(func.count()).where(_J.account_id == account_id, _J.state.in_(states))
    return connection.execute(statement).scalar_one()
