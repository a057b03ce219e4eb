"""What happens at the door: scans are recorded as they come, devices are paired and withdrawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_once  # SQLite's words are the same
from sqlalchemy.orm import Session

from eventapp.checkin import queries
from eventapp.checkin.models import Device, Scan
from eventapp.checkin.queries import Answer, Items, PairedDevice
from eventapp.checkin.rules import (
    Code,
    Direction,
    Finding,
    corrected,
    find_obstacle,
    read_code,
    valid_until,
)
from eventapp.events.definition import EventDefinition, get_definition
from eventapp.registration.models import Registration
from eventapp.tokens import hashed, new_token

_INSERT_SCAN = insert_once(Scan).on_conflict_do_nothing(index_elements=["scan_id"])


@dataclass(frozen=True)
class NewScan:
    """One scan as a device tells it; `programme_item` is the slug of the item at whose door."""

    scan_id: str
    code: str
    scanned_at: datetime
    direction: str = Direction.IN
    programme_item: str | None = None


@dataclass(frozen=True)
class Batch:
    """Scans that came together, and the device's clock as it sent them."""

    scans: Sequence[NewScan]
    sent_at: datetime | None = None


def record_scans(
    session: Session, device: PairedDevice, batch: Batch, *, now: datetime
) -> list[Answer]:
    """Keep every scan, once by its id, and say what the rows then say of each.

    Six statements, however many scans, one more for items. What a withdrawn device sends is held.
    """
    connection = session.connection()
    event = get_definition(connection, device.event_slug)
    desk = _Desk(connection, event, batch.scans)
    scans = [
        {
            "scan_id": scan.scan_id,
            "event_id": event.id,
            "device_id": device.id,
            "direction": scan.direction,
            "scanned_at": corrected(scan.scanned_at, batch.sent_at, now),
            "received_at": now,
            **desk.look_at(scan, is_held=not device.holds(now)),
        }
        for scan in sorted(batch.scans, key=lambda scan: scan.scan_id)  # one order: no deadlock
    ]
    if scans:
        connection.execute(_INSERT_SCAN, scans)
    return queries.list_answers(connection, event, [scan.scan_id for scan in batch.scans])


class _Desk:
    """The registrations of a batch, locked, and what they say to each code."""

    def __init__(
        self, connection: Connection, event: EventDefinition, scans: Sequence[NewScan]
    ) -> None:
        self._event = event
        self._item_ids = {item.slug: item.id for item in event.programme}
        self._chosen = {item.id for item in event.choices}
        codes = [read_code(scan.code) for scan in scans]
        rows = _lock_registrations(connection, event.id, codes)
        self._by_ticket = {row.ticket_hash: row for row in rows}
        self._by_short = {row.short_code_hash: row for row in rows if row.event_id == event.id}
        self._items: Items = {}
        if any(scan.programme_item for scan in scans):
            self._items = queries.find_items(connection, event, [row.id for row in rows])

    def look_at(self, scan: NewScan, *, is_held: bool) -> dict[str, Any]:
        """What the scan is filed under; a ticket of another event leaves no trace of its guest."""
        item_id = self._item_ids.get(scan.programme_item or "")
        row = self._find(read_code(scan.code))
        if row is None or row.event_id != self._event.id:
            finding, registration_id = Finding.WRONG_EVENT if row else Finding.UNKNOWN, None
        else:
            has_item = scan.programme_item is None or self._has_item(row.id, item_id)
            finding = find_obstacle(row.status, row.attendance, has_item=has_item)
            registration_id = row.id
        return {
            "registration_id": registration_id,
            "programme_item_id": item_id,
            "finding": Finding.HELD if is_held else finding,
        }

    def _find(self, code: Code) -> Any:
        if code.ticket:
            return self._by_ticket.get(hashed(code.ticket))
        return self._by_short.get(hashed(code.short)) if code.short else None

    def _has_item(self, registration_id: int, item_id: int | None) -> bool:
        """Whoever is there may enter what nobody had to choose."""
        if item_id not in self._chosen:
            return item_id is not None
        return any(item.id == item_id for item in self._items.get(registration_id, ()))


def _lock_registrations(
    connection: Connection, event_id: int, codes: Sequence[Code]
) -> Sequence[Any]:
    """The registrations behind the codes, ordered by id, so that two doors never deadlock."""
    tickets = {hashed(code.ticket) for code in codes if code.ticket}
    shorts = {hashed(code.short) for code in codes if code.short}
    matches: list[ColumnElement[bool]] = []
    if tickets:
        matches.append(Registration.ticket_hash.in_(tickets))
    if shorts:
        of_event = Registration.event_id == event_id
        matches.append(and_(of_event, Registration.short_code_hash.in_(shorts)))
    if not matches:
        return []
    columns = (
        Registration.id,
        Registration.event_id,
        Registration.status,
        Registration.attendance,
        Registration.ticket_hash,
        Registration.short_code_hash,
    )
    statement = select(*columns).where(or_(*matches)).order_by(Registration.id)
    return connection.execute(statement.with_for_update(key_share=True)).all()


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
    token = new_token()
    session.connection().execute(
        insert(Device),
        {
            "event_id": event_id,
            "name": name,
            "token_hash": hashed(token),
            "account_id": account_id,
            "valid_until": valid_until,
            "created_at": now,
        },
    )
    return token


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
    connection = session.connection()
    if connection.execute(select(Device.id).where(mine)).first() is None:
        create_device(
            session, event.id, name, valid_until=valid_until(event), now=now, account_id=account_id
        )
    device_id = connection.execute(select(func.min(Device.id)).where(mine)).scalar_one()
    return queries.get_device(connection, device_id)


def revoke_device(session: Session, device_id: int, *, now: datetime) -> None:
    """What the device sends from now on is kept, but held; the first revocation counts."""
    session.execute(
        update(Device)
        .where(Device.id == device_id, Device.revoked_at.is_(None))
        .values(revoked_at=now)
    )
