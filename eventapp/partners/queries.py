"""Reads of partners."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from eventapp.base import table_of
from eventapp.errors import Gone
from eventapp.partners.models import Partner
from eventapp.rows import get_row
from eventapp.tokens import hashed, keyring

_P = table_of(Partner).c


@dataclass(frozen=True)
class Linked:
    """A partner of an event with the link's token, as organisers see it."""

    id: int
    event_id: int
    name: str
    email: str | None
    token: str
    used_at: datetime | None
    revoked_at: datetime | None


def get_by_token(connection: Connection, token: str) -> Linked:
    """Whose link it is. Raises `NotFound`, and `Gone` where it was taken back."""
    row = get_row(connection, _linked().where(_P.token_hash == hashed(token)))
    if row.revoked_at is not None:
        raise Gone
    return _of(row)


def list_partners(connection: Connection, event_id: int) -> list[Linked]:
    """Those of the event by name, also with a link taken back; not the links that were replaced."""
    rows = connection.execute(_of_event(event_id).order_by(func.lower(_P.name), _P.id))
    return [_of(row) for row in rows]


def get_partner(connection: Connection, event_id: int, partner_id: int) -> Linked:
    """One of the event's. Raises `NotFound`."""
    return _of(get_row(connection, _of_event(event_id).where(_P.id == partner_id)))


def count_partners(connection: Connection, event_id: int) -> int:
    statement = select(func.count()).where(_P.event_id == event_id, _P.is_replaced.is_(False))
    return connection.execute(statement).scalar_one()


def _of_event(event_id: int) -> Any:
    return _linked().where(_P.event_id == event_id, _P.is_replaced.is_(False))


def _linked() -> Any:
    names = ("id", "event_id", "name", "email", "token_sealed", "used_at", "revoked_at")
    return select(*(_P[name] for name in names))


def _of(row: Row[Any]) -> Linked:
    return Linked(
        id=row.id,
        event_id=row.event_id,
        name=row.name,
        email=row.email,
        token=keyring().open(row.token_sealed),
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )
