"""Reads of doors with their links, and of the devices that were paired."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from eventapp.base import table_of
from eventapp.checkin.models import Device, Door
from eventapp.checkin.rules import holds_until
from eventapp.errors import Gone
from eventapp.events.models import Event
from eventapp.rows import get_row
from eventapp.tokens import hashed, keyring

_D = table_of(Door).c
_P = table_of(Device).c


@dataclass(frozen=True)
class DoorLink:
    """A door of an event with its link's token, as organisers see it."""

    id: int
    event_id: int
    name: str
    programme_item_id: int | None
    event_date_id: int | None
    direction: str
    token: str
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class ListedDevice:
    """A device in the organisers' list."""

    id: int
    name: str
    door_id: int | None
    account_id: int | None
    created_at: datetime
    accepted_at: datetime | None
    last_seen_at: datetime | None
    waiting: int | None
    revoked_at: datetime | None
    valid_until: datetime


def get_door_by_token(connection: Connection, token: str) -> DoorLink:
    """Which door the link is for. Raises `NotFound`, and `Gone` where it was ended."""
    row = get_row(connection, _doors().where(_D.token_hash == hashed(token)))
    if row.ended_at is not None:
        raise Gone
    return _door(row)


def list_door_links(connection: Connection, event_id: int) -> list[DoorLink]:
    """The event's doors in the order they were made, those with an ended link last."""
    order = (_D.ended_at.is_not(None), _D.id)
    return [
        _door(row)
        for row in connection.execute(_doors().where(_D.event_id == event_id).order_by(*order))
    ]


def get_door(connection: Connection, event_id: int, door_id: int) -> DoorLink:
    """One of the event's. Raises `NotFound`."""
    mine = (_D.event_id == event_id, _D.id == door_id)
    return _door(get_row(connection, _doors().where(*mine)))


def list_devices(connection: Connection, event_id: int) -> list[ListedDevice]:
    """All devices of the event, those ended last."""
    order = (_P.revoked_at.is_not(None), func.lower(_P.name), _P.id)
    rows = connection.execute(_devices().where(_P.event_id == event_id).order_by(*order))
    return [_listed(row) for row in rows]


def get_listed_device(connection: Connection, event_id: int, device_id: int) -> ListedDevice:
    """One of the event's. Raises `NotFound`."""
    mine = (_P.event_id == event_id, _P.id == device_id)
    return _listed(get_row(connection, _devices().where(*mine)))


def count_doors(connection: Connection, event_id: int) -> int:
    """With a link that was not ended."""
    statement = select(func.count()).where(_D.event_id == event_id, _D.ended_at.is_(None))
    return connection.execute(statement).scalar_one()


def count_devices(connection: Connection, event_id: int) -> int:
    """Paired through a link, and not ended."""
    mine = (_P.event_id == event_id, _P.door_id.is_not(None), _P.revoked_at.is_(None))
    return connection.execute(select(func.count()).where(*mine)).scalar_one()


def _doors() -> Select[Any]:
    names = ("id", "event_id", "name", "programme_item_id", "event_date_id", "direction")
    more = ("token_sealed", "created_at", "ended_at")
    return select(*(_D[name] for name in (*names, *more)))


def _door(row: Row[Any]) -> DoorLink:
    return DoorLink(
        id=row.id,
        event_id=row.event_id,
        name=row.name,
        programme_item_id=row.programme_item_id,
        event_date_id=row.event_date_id,
        direction=row.direction,
        token=keyring().open(row.token_sealed),
        created_at=row.created_at,
        ended_at=row.ended_at,
    )


def _devices() -> Select[Any]:
    known = (_P[name] for name in ListedDevice.__dataclass_fields__ if name != "valid_until")
    return select(*known, Event.ends_at, Event.last_day).join(Event, Event.id == _P.event_id)


def _listed(row: Any) -> ListedDevice:
    values = (*row[:-2], holds_until(row.ends_at, row.last_day))
    return ListedDevice(*values)
