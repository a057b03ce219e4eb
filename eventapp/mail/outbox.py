"""Writing a mail: one row in the transaction of the change it tells of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.mail.models import MailState, OutboxMail
from eventapp.names import key, wire_address
from eventapp.privacy.declarations import Subject
from eventapp.tokens import hashed

NOBODY = 0  # the id of no row: a mail about it is dropped

_INSERT = insert(table_of(OutboxMail))


def add(session: Session, kind: str, dedupe_key: str, now: datetime, **ids: int) -> None:
    """Owe a mail of this kind, due now. `dedupe_key` names the act it tells of, once for ever."""
    session.connection().execute(_INSERT, _row(kind, dedupe_key, now, ids))


def add_all(
    session: Session, kind: str, mails: Iterable[tuple[str, Mapping[str, int]]], now: datetime
) -> None:
    """As `add`, many at once: (dedupe key, ids) each."""
    rows = [_row(kind, key, now, ids) for key, ids in mails]
    if rows:
        session.connection().execute(_INSERT, rows)


def _row(kind: str, dedupe_key: str, now: datetime, ids: Mapping[str, int]) -> dict[str, Any]:
    return {
        "kind": kind,
        "ids": ids,
        "dedupe_key": dedupe_key,
        "message_id": uuid4().hex,
        "state": MailState.PENDING,
        "due_at": now,
        "attempts": 0,
        "interrupted": 0,
        "created_at": now,
    }


@dataclass(frozen=True)
class Departures:
    """Of the mails of some kinds about a thing, apart from those that a server has accepted."""

    is_leaving: bool  # a worker holds one right now
    may_have_left: bool  # one was handed over and the answer never came


def departures(connection: Connection, kinds: tuple[str, ...], **ids: int) -> Departures:
    rows = connection.execute(
        select(OutboxMail.state, OutboxMail.interrupted).where(
            OutboxMail.kind.in_(kinds), _about(ids)
        )
    ).all()
    return Departures(
        is_leaving=any(row.state == MailState.SENDING for row in rows),
        may_have_left=any(row.interrupted for row in rows),
    )


def list_about(connection: Connection, **ids: int) -> Sequence[Any]:
    """Every mail about any of these, in the order of owing: kind, state, and when."""
    statement = (
        select(OutboxMail.kind, OutboxMail.state, OutboxMail.created_at, OutboxMail.settled_at)
        .where(_about(ids))
        .order_by(OutboxMail.id)
    )
    return connection.execute(statement).all()


def _about(ids: Mapping[str, int]) -> ColumnElement[bool]:
    """About any of these."""
    return or_(*(OutboxMail.ids[name].as_integer() == number for name, number in ids.items()))


def recipient_hash(address: str) -> bytes:
    """By which a row knows whom its mail was for, without holding an address."""
    return hashed(key(wire_address(address)))


def forget(session: Session, subjects: Sequence[Subject], _now: datetime) -> None:
    """Delete every mail about these people, also what is just leaving."""
    delete_about(session, "registration_id", [each.registration_id for each in subjects])


def delete_about(session: Session, name: str, numbers: Sequence[int]) -> None:
    """Delete every mail whose ids name one of these."""
    about = OutboxMail.ids[name].as_integer().in_(numbers)
    session.execute(delete(OutboxMail).where(about))
