"""What happens at the door: scans are recorded as they come, devices are paired and withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, and_, insert, select, update
from sqlalchemy.orm import Session

from eventapp.checkin import queries
from eventapp.checkin.devices import PairedDevice
from eventapp.checkin.guests import find_items, lock_guests
from eventapp.checkin.keeping import keep_scans
from eventapp.checkin.models import Device
from eventapp.checkin.queries import Answer
from eventapp.checkin.rules import (
    Direction,
    Finding,
    corrected,
    date_id_of,
    direction_at,
    find_obstacle,
    off_dates,
    read_code,
    settle,
    valid_until,
)
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition
from eventapp.tokens import hashed, new_token


@dataclass(frozen=True)
class NewScan:
    """One scan as a device tells it; `programme_item` is the slug of the item at whose door, and
    `undone_at` is set where it is told to be a mistake."""

    scan_id: str
    code: str
    scanned_at: datetime
    direction: str = Direction.IN
    programme_item: str | None = None
    undone_at: datetime | None = None
    let_in: bool | None = None  # what the door did without a network


@dataclass(frozen=True)
class Batch:
    """Scans that came together, and the device's clock as it sent them."""

    scans: Sequence[NewScan]
    sent_at: datetime | None = None


def record_scans(
    session: Session, device: PairedDevice, batch: Batch, *, now: datetime
) -> list[Answer]:
    """Keep every scan, once by its id, and say what the rows then say of each.

    Three statements, however many scans; one more for workshops. What a device sends that holds no
    longer is kept as well, and held.
    """
    connection = session.connection()
    event = get_definition(connection, device.event_slug, device.site_revision)
    desk = _Desk(connection, event, device, batch, now)
    scans = [desk.file(scan) for scan in batch.scans if not desk.is_practice(scan)]
    if scans:
        scans.sort(key=itemgetter("scan_id"))
        shared = {"event_id": event.id, "device_id": device.id, "received_at": now}
        keep_scans(connection, shared, scans)
    loose = [scan["scan_id"] for scan in scans if scan["registration_id"] is None]
    scan_ids = [scan.scan_id for scan in batch.scans]
    return queries.list_answers(connection, event, scan_ids, desk.guests, loose, desk.items)


class _Desk:
    """The registrations of a batch, locked, and what they say to each code."""

    def __init__(
        self,
        connection: Connection,
        event: EventDefinition,
        device: PairedDevice,
        batch: Batch,
        now: datetime,
    ) -> None:
        self._event, self._device = event, device
        self._sent_at, self._now = batch.sent_at, now
        self._is_open = device.holds(now)
        self._item_ids = {item.slug: item.id for item in event.programme}
        self._off = off_dates(event)
        self._chosen = {item.id for item in event.choices}
        self._codes = {scan.code: read_code(scan.code) for scan in batch.scans}
        locked = lock_guests(connection, event.id, self._codes)
        self.guests, self._by_code = locked.rows, locked.by_code
        self.items = find_items(connection, event, [row.id for row in self.guests])

    def is_practice(self, scan: NewScan) -> bool:
        """Whether somebody tries the scanner; nobody is let in by that."""
        return self._codes[scan.code].is_practice

    def file(self, scan: NewScan) -> dict[str, Any]:
        """The scan's row; a ticket of another event leaves no trace of its guest."""
        scanned_at = corrected(scan.scanned_at, self._sent_at, self._now)
        item_id = self._item_of(scan)
        date_id = date_id_of(self._event, self._device.event_date_id, scanned_at)
        row = self._by_code.get(scan.code)
        guest_id = row.id if row is not None and row.event_id == self._event.id else None
        finding = self._find(scan, row, item_id, date_id)
        return {
            "scan_id": scan.scan_id,
            "registration_id": guest_id,
            "programme_item_id": item_id,
            "event_date_id": date_id,
            "direction": direction_at(self._device.direction, scan.direction),
            "finding": finding if self._is_open else Finding.HELD,
            "held_as": None if self._is_open else finding,
            "undone_at": scan.undone_at and corrected(scan.undone_at, self._sent_at, self._now),
            "let_in": scan.let_in,
            "scanned_at": scanned_at,
        }

    def _find(self, scan: NewScan, row: Any, item_id: int | None, date_id: int | None) -> Finding:
        """What the code is, of whichever registration it was found to be."""
        if scan.undone_at:
            return Finding.UNDONE
        if row is None:
            return Finding.UNKNOWN
        if row.event_id != self._event.id:
            return Finding.WRONG_EVENT
        is_house = item_id is None and scan.programme_item is None
        has_item = is_house or self._has_item(row.id, item_id)
        obstacle = find_obstacle(row.status, row.attendance, has_item=has_item)
        if obstacle is Finding.TICKET and date_id in self._off:
            obstacle = Finding.CANCELLED
        return settle(obstacle, let_in=scan.let_in)

    def _item_of(self, scan: NewScan) -> int | None:
        """The door knows best where it leads; a device without one says it."""
        if self._device.programme_item_id is not None:
            return self._device.programme_item_id
        return self._item_ids.get(scan.programme_item) if scan.programme_item else None

    def _has_item(self, registration_id: int, item_id: int | None) -> bool:
        """Whoever is there may enter what nobody had to choose."""
        if item_id not in self._chosen:
            return item_id is not None
        return any(item.id == item_id for item in self.items.get(registration_id, ()))


def create_device(
    session: Session,
    event_id: int,
    name: str,
    *,
    now: datetime,
    account_id: int | None = None,
) -> str:
    """The token of a new device; it is shown once and stored as its hash only."""
    return _insert_device(session, event_id, name, now, account_id)[1]


def _insert_device(
    session: Session,
    event_id: int,
    name: str,
    now: datetime,
    account_id: int | None,
) -> tuple[int, str]:
    """The new device's id and token."""
    token = new_token()
    values = {
        "event_id": event_id,
        "name": name,
        "token_hash": hashed(token),
        "account_id": account_id,
        "created_at": now,
    }
    inserted = session.execute(insert(Device).values(values).returning(Device.id))
    return inserted.scalar_one(), token


def open_own_device(
    session: Session, event: EventDefinition, account_id: int, name: str, *, now: datetime
) -> PairedDevice:
    """What a person who is logged in checks in with; made at the first use, known to nobody."""
    mine = and_(
        Device.event_id == event.id,
        Device.account_id == account_id,
        Device.name == name,
        Device.revoked_at.is_(None),
    )
    found = session.execute(select(Device.id).where(mine).order_by(Device.id).limit(1)).scalar()
    if found is None:
        found, _ = _insert_device(session, event.id, name, now, account_id)
    return PairedDevice(found, event.id, event.slug, name, valid_until(event), None)


def revoke_device(session: Session, device_id: int, *, now: datetime) -> bool:
    """What the device sends from now on is kept, but held; the first revocation counts. Whether
    this was it."""
    done: Any = session.execute(
        update(Device)
        .where(Device.id == device_id, Device.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    return bool(done.rowcount)
