"""What the doors know of one guest, for the office."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from eventapp.base import table_of
from eventapp.checkin.devices import DOOR
from eventapp.checkin.models import Device, Door, Scan, WalkIn
from eventapp.checkin.rules import Direction, Finding
from eventapp.events.definition import EventDefinition
from eventapp.registration.models import Registration

_R = table_of(Registration).c
_W = table_of(WalkIn).c


def list_passages(connection: Connection, registration_id: int) -> Sequence[Any]:
    """Every scan of one guest's code in the order of scanning: what it was, when and where."""
    statement = (
        select(
            Scan.scanned_at,
            Scan.direction,
            Scan.finding,
            Scan.undone_at,
            Scan.programme_item_id,
            DOOR,
        )
        .join(Device, Device.id == Scan.device_id)
        .outerjoin(Door, Door.id == Device.door_id)
        .where(Scan.registration_id == registration_id)
        .order_by(Scan.scanned_at, Scan.id)
    )
    return connection.execute(statement).all()


def first_admissions(event: EventDefinition) -> Select[int | None, datetime]:
    """(registration id, when) of whoever any door of the event let in, the first time."""
    let_in = select(Scan.registration_id, func.min(Scan.scanned_at)).where(
        Scan.event_id == event.id,
        Scan.registration_id.is_not(None),
        Scan.finding == Finding.TICKET,
        Scan.direction == Direction.IN,
        Scan.programme_item_id.is_(None),
    )
    return let_in.group_by(Scan.registration_id)


def walked_in() -> ColumnElement[bool]:
    """Of a row of `registration`: a door made it; who was let in as a walk-in and turned out to be
    registered has an older one."""
    return select(_W.id).where(_W.registration_id == _R.id, _W.created_at <= _R.created_at).exists()
