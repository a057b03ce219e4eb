"""Who scans: the device behind a token, and what its door says."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select

from eventapp.checkin.models import Device, Door
from eventapp.checkin.rules import Direction, holds_until
from eventapp.events.models import Event
from eventapp.rows import get_row
from eventapp.sitecache import SiteRevision
from eventapp.tokens import hashed


@dataclass(frozen=True)
class PairedDevice:
    """A phone or laptop at a door."""

    id: int
    event_id: int
    event_slug: str
    name: str
    valid_until: datetime  # follows the event
    revoked_at: datetime | None
    accepted_at: datetime | None = None  # confidentiality
    last_seen_at: datetime | None = None
    waiting: int | None = None  # scans not sent yet when it was last seen
    # What its door points at; nothing where it has none.
    programme_item_id: int | None = None
    event_date_id: int | None = None
    direction: str = Direction.IN
    door_id: int | None = None
    door_name: str | None = None
    site_revision: int | None = None  # as it was looked up; spares asking for it again

    @property
    def door(self) -> str:
        """Where it stands; a device without a door's link is called after its door."""
        return self.door_name or self.name

    def holds(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.valid_until


DOOR = func.coalesce(Door.name, Device.name).label("door")  # where a scan was made
# Built once: making a statement costs more than sending it.
_DEVICES = (
    select(
        Device.id,
        Device.event_id,
        Event.slug.label("event_slug"),
        Device.name,
        Event.ends_at,
        Event.last_day,
        Device.revoked_at,
        Device.accepted_at,
        Device.last_seen_at,
        Device.waiting,
        Door.programme_item_id,
        Door.event_date_id,
        func.coalesce(Door.direction, Direction.IN),
        Device.door_id,
        Door.name,
        select(SiteRevision.revision).scalar_subquery(),
    )
    .join(Event, Event.id == Device.event_id)
    .outerjoin(Door, Door.id == Device.door_id)
)
_DEVICE = _DEVICES.where(
    or_(
        Device.token_hash == bindparam("token_hash"),
        Device.home_token_hash == bindparam("token_hash"),
    )
)


def find_device(connection: Connection, token: str) -> PairedDevice | None:
    """The device of this token, also one that may scan no longer."""
    row = connection.execute(_DEVICE, {"token_hash": hashed(token)}).one_or_none()
    return _paired(row) if row else None


def get_device(connection: Connection, event_id: int, device_id: int) -> PairedDevice:
    """One of the event's, also one that may scan no longer. Raises `NotFound`."""
    mine = (Device.event_id == event_id, Device.id == device_id)
    return _paired(get_row(connection, _DEVICES.where(*mine)))


def _paired(row: Any) -> PairedDevice:
    id_, event_id, slug, name, ends_at, last_day, *rest = row
    return PairedDevice(id_, event_id, slug, name, holds_until(ends_at, last_day), *rest)


def find_handed_over(connection: Connection, code: str, now: datetime) -> PairedDevice | None:
    """The device that this code hands over to a home screen, while it may."""
    is_meant = (Device.handover_hash == hashed(code), Device.handover_until > now)
    row = connection.execute(_DEVICES.where(*is_meant)).one_or_none()
    device = _paired(row) if row else None
    return device if device and device.holds(now) else None
