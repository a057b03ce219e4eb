"""Writing a mail: one row in the transaction of the change it tells of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Select, delete, insert, or_, select, union_all
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.mail.models import MailState, OutboxMail, PastMail
from eventapp.names import key, wire_address
from eventapp.tokens import hashed

NOBODY = 0  # the id of no row: a mail about it is dropped

_INSERT = insert(table_of(OutboxMail)).inline()  # see `db.in_one_trip`
_M, _P = table_of(OutboxMail).c, table_of(PastMail).c


def add(session: Session, kind: str, dedupe_key: str, now: datetime, **ids: int) -> None:
    """Owe a mail of this kind, due now.

    `dedupe_key` names the act it tells of, once as long as the row stands: what a sweep could owe
    again weeks later is claimed by a row of its own.
    """
    add_all(session, kind, [(dedupe_key, ids)], now)


def add_all(
    session: Session, kind: str, mails: Iterable[tuple[str, Mapping[str, int]]], now: datetime
) -> None:
    """As `add`, many at once: (dedupe key, ids) each."""
    rows = [row_of(kind, key, ids, due_at=now, now=now) for key, ids in mails]
    if rows:
        session.connection().execute(_INSERT, rows)


def row_of(
    kind: str, dedupe_key: str, ids: Mapping[str, int], *, due_at: datetime, now: datetime
) -> dict[str, Any]:
    """The columns of a mail that nobody has touched yet."""
    return {
        "kind": kind,
        "ids": ids,
        "registration_id": ids.get("registration_id"),
        "signup_id": ids.get("signup_id"),
        "event_id": ids.get("event_id"),
        "dedupe_key": dedupe_key,
        "message_id": uuid4().hex,
        "state": MailState.PENDING,
        "due_at": due_at,
        "waits_since": due_at,
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
    """Of all that was ever owed about any of these."""
    rows = connection.execute(
        union_all(
            *(
                select(each.state, each.interrupted).where(each.kind.in_(kinds), _about(each, ids))
                for each in (_M, _P)
            )
        )
    ).all()
    return Departures(
        is_leaving=any(row.state == MailState.SENDING for row in rows),
        may_have_left=any(row.interrupted for row in rows),
    )


def list_about(connection: Connection, **ids: int) -> Sequence[Any]:
    """Every mail about any of these, in the order of owing: kind, state, when, and its name in
    addresses; also those whose rows have had their time."""
    both = union_all(*(_told(each).where(_about(each, ids)) for each in (_M, _P))).subquery()
    return connection.execute(select(both).order_by(both.c.created_at, both.c.id)).all()


def _told(columns: Any) -> Select[Any]:
    names = ("id", "message_id", "kind", "state", "created_at", "settled_at", "bounced_at")
    return select(*(columns[name] for name in names))


def _about(columns: Any, ids: Mapping[str, int]) -> Any:
    """About any of these."""
    return or_(*(columns[name] == number for name, number in ids.items()))


def recipient_hash(address: str) -> bytes:
    """By which a row knows whom its mail was for, without holding an address."""
    return hashed(key(wire_address(address)))


def was_for(hash_: bytes, address: str) -> bool:
    """Whether this is the `recipient_hash` of the address."""
    try:
        return recipient_hash(address) == bytes(hash_)
    except UnicodeError:  # a host that none can have
        return False


def delete_about(session: Session, name: str, numbers: Sequence[int]) -> None:
    """Delete every mail whose ids name one of these."""
    for model in (OutboxMail, PastMail):
        session.execute(delete(model).where(model.ids[name].as_integer().in_(numbers)))
