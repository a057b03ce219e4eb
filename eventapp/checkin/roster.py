"""What a device needs to decide without a network: every ticket of the event, and who is in.

No code is in it, only what a code leads to: half of the ticket's hash, and the short code's under a
key that only this device and the server can make. Where names are allowed, the short code comes
with the name; the device keeps both encrypted.
"""

import hmac
import json
from base64 import urlsafe_b64encode
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from eventapp.checkin.devices import DOOR, PairedDevice
from eventapp.checkin.guests import Items, find_all_items, told_item, wants_no_photo
from eventapp.checkin.models import Device, Door, Scan
from eventapp.checkin.rules import (
    Finding,
    Passage,
    date_id_of,
    find_obstacle,
    find_present,
    in_time,
    off_dates,
)
from eventapp.clock import berlin_day
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition
from eventapp.names import full_name
from eventapp.registration.models import Registration, RegistrationStatus
from eventapp.tokens import keyring

TICKET_BYTES = 12  # of SHA-256 of the ticket
SHORT_BYTES = 6
SHORT_KEY = b"eventapp short codes"

Present = dict[int, list[list[Any]]]

_ENTRIES = select(
    Registration.id,
    Registration.status,
    Registration.attendance,
    Registration.ticket_hash,
    Registration.short_code_hash,
    Registration.photo_consent,
)
_NAMED = _ENTRIES.add_columns(
    Registration.main_id,
    Registration.title,
    Registration.first_name,
    Registration.last_name,
    Registration.organisation,
    Registration.door_note,
    Registration.secrets_sealed,
)


def load_roster(connection: Connection, device: PairedDevice, token: str, now: datetime) -> bytes:
    """The roster of a device's event as it is now: the same rows are the same bytes."""
    event = get_definition(connection, device.event_slug, device.site_revision)
    entries = _NAMED if event.names_at_door else _ENTRIES
    mine = entries.where(Registration.event_id == event.id).order_by(Registration.id)
    rows = connection.execute(mine).all()
    date_id = date_id_of(event, device.event_date_id, now)
    items, present = find_all_items(connection, event), _list_present(connection, event, date_id)
    return json.dumps(
        {
            "event": event.slug,
            "names": event.names_at_door,
            "until": device.valid_until.isoformat(),
            "off": date_id in off_dates(event),
            "dates": _dates(event, device),
            "door": _door(event, device),
            "items": {item.slug: told_item(item) for item in event.choices},
            "free_items": [item.slug for item in event.programme if item not in event.choices],
            "entries": _entries(event, rows, short_key(token), items, present),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()


def short_key(token: str) -> bytes:
    """The key of short codes: made of the pairing's token, which the roster does not hold."""
    return hmac.digest(token.encode(), SHORT_KEY, "sha256")


def _entries(
    event: EventDefinition, rows: Sequence[Any], key: bytes, items: Items, present: Present
) -> dict[str, dict[str, Any]]:
    """By the first bytes of the ticket's hash; whatever is as usual is left out."""
    entries, accompanied = {}, _accompanied(rows) if event.names_at_door else set()
    for row in rows:
        obstacle = find_obstacle(row.status, row.attendance, has_item=True)
        said = {
            "short": _text(hmac.digest(key, row.short_code_hash, "sha256")[:SHORT_BYTES]),
            "state": None if obstacle is Finding.TICKET else obstacle,
            "items": [item.slug for item in items.get(row.id, ())],
            "in": present.get(row.id),
            "no_photo": wants_no_photo(event, row),
        }
        if event.names_at_door:
            said |= _named(row) | {"companion": row.id in accompanied}
        entries[_text(row.ticket_hash[:TICKET_BYTES])] = {
            name: value for name, value in said.items() if value
        }
    return entries


def _named(row: Any) -> dict[str, Any]:
    return {
        "name": full_name(row.title, row.first_name, row.last_name),
        "organisation": row.organisation,
        "note": row.door_note,
        "code": keyring().open(row.secrets_sealed)["short_code"],  # lets in whom a search finds
    }


def _accompanied(rows: Sequence[Any]) -> set[int]:
    """Who comes with an assistant, and the assistants."""
    assistants = [row for row in rows if row.main_id is not None]
    standing = {row.main_id for row in assistants if row.status != RegistrationStatus.CANCELLED}
    return standing | {row.id for row in assistants}


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


def _list_present(connection: Connection, event: EventDefinition, date_id: int | None) -> Present:
    """By registration: [programme item's slug or "", seconds since 1970, door] of each admission
    that no way out has ended; of a course those of one date."""
    slugs: dict[int | None, str] = {item.id: item.slug for item in event.programme}
    slugs[None] = ""
    rows = connection.execute(
        select(
            Scan.registration_id,
            Scan.programme_item_id,
            Scan.scan_id,
            Scan.direction,
            Scan.scanned_at,
            DOOR,
        )
        .join(Device, Device.id == Scan.device_id)
        .outerjoin(Door, Door.id == Device.door_id)
        .where(Scan.event_id == event.id, Scan.finding == Finding.TICKET, *_of_date(date_id))
        .order_by(Scan.id)
    )
    passages: dict[tuple[Any, Any], list[Passage]] = defaultdict(list)
    for row in rows:
        passage = Passage(row.scan_id, row.direction, row.scanned_at, row.door)
        passages[row.registration_id, row.programme_item_id].append(passage)
    present: Present = defaultdict(list)
    for (registration_id, item_id), each in passages.items():
        if (admission := find_present(each)) and item_id in slugs:
            at = int(admission.scanned_at.timestamp())
            present[registration_id].append([slugs[item_id], at, admission.door])
    return present


def _of_date(date_id: int | None) -> list[ColumnElement[bool]]:
    if date_id is None:
        return []
    return [or_(Scan.programme_item_id.is_not(None), Scan.event_date_id == date_id)]


def _dates(event: EventDefinition, device: PairedDevice) -> list[list[Any]]:
    """Of a door for every date of a course: [Berlin's day, seconds since 1970 of the start, whether
    it is called off], from which the device tells whose day it is."""
    if device.event_date_id is not None or len(event.dates) < 2:
        return []
    off = off_dates(event)
    return [
        [berlin_day(start).isoformat(), int(start.timestamp()), date.id in off]
        for date, start in in_time(event)
    ]


def _door(event: EventDefinition, device: PairedDevice) -> dict[str, str]:
    """What the device's door points at, whatever the device says."""
    slugs = {item.id: item.slug for item in event.programme}
    item = slugs.get(device.programme_item_id or 0, "")
    return {"item": item, "direction": device.direction}
