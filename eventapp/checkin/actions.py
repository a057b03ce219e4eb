"""What happens at the door: scans are recorded as they come, devices are paired and withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, case, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_once  # SQLite's words are the same
from sqlalchemy.orm import Session

from eventapp.checkin import queries
from eventapp.checkin.devices import PairedDevice
from eventapp.checkin.guests import Items, find_items, lock_guests
from eventapp.checkin.models import Device, Scan
from eventapp.checkin.queries import Answer
from eventapp.checkin.rules import (
    Code,
    Direction,
    Finding,
    corrected,
    date_id_of,
    direction_at,
    find_obstacle,
    is_practice,
    off_dates,
    read_code,
    settle,
    valid_until,
)
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition
from eventapp.tokens import hashed, new_token

_insert_scan = insert_once(Scan)
_NEW = _insert_scan.excluded
# A refused scan that comes again once its guest may enter lets them in, and a mistake that is taken
# back counts no longer, whichever of the two comes first. Of a device that holds no longer either
# waits for the office. That the door let somebody in is kept, however often it is told otherwise.
# All else stays as it was.
_FINDS = or_(
    _NEW.finding == Finding.UNDONE,
    and_(
        _NEW.finding == Finding.TICKET,
        Scan.finding != Finding.HELD,
        Scan.finding != Finding.REJECTED,
    ),
)
_HOLDS = and_(
    Scan.held_as.is_distinct_from(Finding.UNDONE),
    or_(
        _NEW.held_as == Finding.UNDONE,
        and_(_NEW.held_as == Finding.TICKET, Scan.finding != Finding.TICKET),
    ),
)
_LETS_IN = and_(_NEW.let_in.is_(True), Scan.let_in.is_not(True))
_INSERT_SCAN = _insert_scan.on_conflict_do_update(
    index_elements=["scan_id"],
    set_={
        "finding": case((_FINDS, _NEW.finding), else_=Scan.finding),
        "held_as": case((_HOLDS, _NEW.held_as), else_=Scan.held_as),
        "undone_at": func.coalesce(_NEW.undone_at, Scan.undone_at),
        "let_in": case((Scan.let_in.is_(True), True), else_=_NEW.let_in),
    },
    where=and_(
        or_(_FINDS, _HOLDS, _LETS_IN),
        Scan.finding != Finding.UNDONE,
        Scan.event_id == _NEW.event_id,
        Scan.registration_id.is_not_distinct_from(_NEW.registration_id),
        Scan.programme_item_id.is_not_distinct_from(_NEW.programme_item_id),
    ),
)


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

    Four statements, however many scans; one or two more for workshops. What a device sends that
    holds no longer is kept as well, and held.
    """
    connection = session.connection()
    event = get_definition(connection, device.event_slug)
    desk = _Desk(connection, event, device, batch.scans, is_open=device.holds(now))
    scans = [
        {
            "scan_id": scan.scan_id,
            "event_id": event.id,
            "device_id": device.id,
            "direction": direction_at(device.direction, scan.direction),
            "scanned_at": scanned_at,
            "undone_at": scan.undone_at and corrected(scan.undone_at, batch.sent_at, now),
            "received_at": now,
            "let_in": scan.let_in,
            **desk.look_at(scan, scanned_at),
        }
        for scan in sorted(batch.scans, key=lambda scan: scan.scan_id)  # one order: no deadlock
        if not is_practice(scan.code)
        for scanned_at in [corrected(scan.scanned_at, batch.sent_at, now)]
    ]
    if scans:
        connection.execute(_INSERT_SCAN, scans)
    scan_ids = [scan.scan_id for scan in batch.scans]
    return queries.list_answers(connection, event, scan_ids, desk.guests)


class _Desk:
    """The registrations of a batch, locked, and what they say to each code."""

    def __init__(
        self,
        connection: Connection,
        event: EventDefinition,
        device: PairedDevice,
        scans: Sequence[NewScan],
        *,
        is_open: bool,
    ) -> None:
        self._event, self._device, self._is_open = event, device, is_open
        self._item_ids = {item.slug: item.id for item in event.programme}
        self._off = off_dates(event)
        self._chosen = {item.id for item in event.choices}
        self._codes = {scan.code: read_code(scan.code) for scan in scans}
        self.guests = lock_guests(connection, event.id, self._codes.values())
        self._by_ticket = {row.ticket_hash: row for row in self.guests}
        self._by_short = {row.short_code_hash: row for row in self.guests}
        self._items: Items = {}
        if device.programme_item_id or any(scan.programme_item for scan in scans):
            self._items = find_items(connection, event, [row.id for row in self.guests])

    def look_at(self, scan: NewScan, scanned_at: datetime) -> dict[str, Any]:
        """What the scan is filed under; a ticket of another event leaves no trace of its guest."""
        item_id = self._item_of(scan)
        row = self._find(self._codes[scan.code])
        registration_id = None
        date_id = date_id_of(self._event, self._device.event_date_id, scanned_at)
        if row is None:
            finding = Finding.UNKNOWN
        elif row.event_id != self._event.id:
            finding = Finding.WRONG_EVENT
        else:
            registration_id = row.id
            is_house = item_id is None and scan.programme_item is None
            has_item = is_house or self._has_item(row.id, item_id)
            obstacle = find_obstacle(row.status, row.attendance, has_item=has_item)
            if obstacle is Finding.TICKET and date_id in self._off:
                obstacle = Finding.CANCELLED
            finding = settle(obstacle, let_in=scan.let_in)
        if scan.undone_at:
            finding = Finding.UNDONE
        return {
            "registration_id": registration_id,
            "programme_item_id": item_id,
            "event_date_id": date_id,
            "finding": finding if self._is_open else Finding.HELD,
            "held_as": None if self._is_open else finding,
        }

    def _item_of(self, scan: NewScan) -> int | None:
        """The door knows best where it leads; a device without one says it."""
        if self._device.programme_item_id is not None:
            return self._device.programme_item_id
        return self._item_ids.get(scan.programme_item) if scan.programme_item else None

    def _find(self, code: Code) -> Any:
        if code.ticket:
            return self._by_ticket.get(hashed(code.ticket))
        row = self._by_short.get(hashed(code.short)) if code.short else None
        return row if row and row.event_id == self._event.id else None

    def _has_item(self, registration_id: int, item_id: int | None) -> bool:
        """Whoever is there may enter what nobody had to choose."""
        if item_id not in self._chosen:
            return item_id is not None
        return any(item.id == item_id for item in self._items.get(registration_id, ()))


def create_device(
    session: Session,
    event_id: int,
    name: str,
    *,
    valid_until: datetime,
    now: datetime,
    account_id: int | None = None,
) -> str:
    """The token of a new device; it is shown once and stored as its hash only."""
    return _insert_device(session, event_id, name, valid_until, now, account_id)[1]


def _insert_device(
    session: Session,
    event_id: int,
    name: str,
    valid_until: datetime,
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
        "valid_until": valid_until,
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
        Device.valid_until > now,
    )
    found = session.execute(select(Device.id).where(mine).order_by(Device.id).limit(1)).scalar()
    holds_until = valid_until(event)
    if found is None:
        found, _ = _insert_device(session, event.id, name, holds_until, now, account_id)
    return PairedDevice(found, event.id, event.slug, name, holds_until, None)


def revoke_device(session: Session, device_id: int, *, now: datetime) -> bool:
    """What the device sends from now on is kept, but held; the first revocation counts. Whether
    this was it."""
    done: Any = session.execute(
        update(Device)
        .where(Device.id == device_id, Device.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    return bool(done.rowcount)
