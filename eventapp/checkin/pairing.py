"""Doors get links, devices are paired with them, seen, and handed over to a home screen."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.checkin.devices import PairedDevice, find_device, find_handed_over
from eventapp.checkin.links import DoorLink, count_devices, count_doors, get_door
from eventapp.checkin.models import Device, Door
from eventapp.checkin.rules import (
    HANDOVER_HOLDS,
    MOST_DEVICES,
    MOST_DOORS,
    Direction,
    TooManyDevices,
    TooManyDoors,
)
from eventapp.errors import Gone
from eventapp.events.actions import lock_events
from eventapp.events.definition import EventDefinition
from eventapp.tokens import hashed, keyring, new_token

SEEN_EVERY = timedelta(seconds=30)  # as exactly as anybody wants to know when a device was seen

_D = table_of(Door).c
_P = table_of(Device).c


def make_door(
    session: Session,
    event: EventDefinition,
    name: str,
    *,
    now: datetime,
    programme_item_id: int | None = None,
    event_date_id: int | None = None,
    direction: str = Direction.IN,
) -> tuple[int, bool]:
    """A door with a new link: its id, and whether it is new; the same door twice is one.

    Raises `TooManyDoors`.
    """
    lock_events(session, [event.slug])
    values = {
        "event_id": event.id,
        "name": name,
        "programme_item_id": programme_item_id,
        "event_date_id": event_date_id,
        "direction": direction,
    }
    same = [_D[column].is_not_distinct_from(value) for column, value in values.items()]
    found = session.execute(select(_D.id).where(*same, _D.ended_at.is_(None)).limit(1)).scalar()
    if found is not None:
        return found, False
    if count_doors(session.connection(), event.id) >= MOST_DOORS:
        raise TooManyDoors(most=MOST_DOORS)
    token = new_token()
    secrets = {"token_hash": hashed(token), "token_sealed": keyring().seal(token)}
    row = insert(Door).values(**values, **secrets, created_at=now).returning(Door.id)
    return session.execute(row).scalar_one(), True


def end_door(session: Session, door: DoorLink, *, now: datetime) -> bool:
    """Its link pairs nothing more; what was paired stays. Whether it still held."""
    holds = (Door.id == door.id, Door.ended_at.is_(None))
    done: Any = session.execute(update(Door).where(*holds).values(ended_at=now))
    return bool(done.rowcount)


def pair(
    session: Session,
    event: EventDefinition,
    door: DoorLink,
    name: str,
    *,
    form_token: str,
    now: datetime,
) -> str:
    """A new device at this door, whose holder has just promised confidentiality; its token.

    One form makes one device, however often it is sent. Raises `Gone` where the link was ended
    meanwhile, `TooManyDevices`.
    """
    lock_events(session, [event.slug])
    if get_door(session.connection(), event.id, door.id).ended_at is not None:
        raise Gone
    token = keyring().sign("device", form_token)
    if find_device(session.connection(), token):
        return token
    if count_devices(session.connection(), event.id) >= MOST_DEVICES:
        raise TooManyDevices(most=MOST_DEVICES)
    row = insert(Device).values(
        event_id=event.id,
        door_id=door.id,
        name=name,
        token_hash=hashed(token),
        created_at=now,
        accepted_at=now,
    )
    device_id = session.execute(row.returning(Device.id)).scalar_one()
    note_contact(session, device_id, waiting=None, now=now)
    return token


def accept(session: Session, device: PairedDevice, *, now: datetime) -> PairedDevice:
    """Remember when its holder promised confidentiality; the first time counts."""
    mine = (Device.id == device.id, Device.accepted_at.is_(None))
    session.execute(update(Device).where(*mine).values(accepted_at=now))
    return replace(device, accepted_at=device.accepted_at or now)


def is_worth_noting(device: PairedDevice, waiting: int | None, now: datetime) -> bool:
    """Whether the device's last contact is older, or its queue other, than what is known."""
    is_late = device.last_seen_at is None or now - device.last_seen_at >= SEEN_EVERY
    return is_late or (waiting is not None and waiting != device.waiting)


def note_contact(session: Session, device_id: int, *, waiting: int | None, now: datetime) -> None:
    """The device was there, with so many scans that it has not sent."""
    values = {"last_seen_at": now} | ({} if waiting is None else {"waiting": waiting})
    session.execute(update(Device).where(Device.id == device_id).values(**values))


def begin_handover(session: Session, device: PairedDevice, *, now: datetime) -> str:
    """A code with which the same device gets its second token, shortly and once; one before
    holds no longer."""
    code = new_token()
    values = {"handover_hash": hashed(code), "handover_until": now + HANDOVER_HOLDS}
    session.execute(update(Device).where(Device.id == device.id).values(**values))
    return code


def take_over(session: Session, code: str, *, now: datetime) -> tuple[PairedDevice, str] | None:
    """The device of this code, and its second token; the one before holds no longer. None where
    the code was used, is too old or unknown, or the device may scan no longer."""
    if find_handed_over(session.connection(), code, now) is None:
        return None
    token = new_token()
    usable = (
        _P.handover_hash == hashed(code),
        _P.handover_until > now,
        _P.revoked_at.is_(None),
    )
    values = {"handover_hash": None, "handover_until": None, "home_token_hash": hashed(token)}
    done: Any = session.execute(update(Device).where(*usable).values(**values))
    if not done.rowcount:
        return None
    device = find_device(session.connection(), token)
    return (device, token) if device else None
