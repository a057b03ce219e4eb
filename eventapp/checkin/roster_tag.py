"""Whether a roster is another one than the device has, without making it."""

import json
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, extract, func, select

from eventapp.checkin.devices import PairedDevice
from eventapp.checkin.models import Scan
from eventapp.checkin.rules import Finding, date_id_of
from eventapp.events.loading import get_definition
from eventapp.events.models import ProgrammeItem
from eventapp.registration.models import Place, PlaceStatus, Registration

_FORMAT = 2  # raise it when the roster says more, or says it otherwise
_EVENT: BindParameter[int] = bindparam("event_id")
_ADMITTED = (Scan.event_id == _EVENT, Scan.finding == Finding.TICKET)
_HELD = (
    select(Place)
    .join(ProgrammeItem, ProgrammeItem.id == Place.programme_item_id)
    .where(ProgrammeItem.event_id == _EVENT, Place.status == PlaceStatus.CONFIRMED)
)
# Whatever a registration says, a later `revised_at` says that it says something else; the sum
# rises with each. Scans and places come and go whole.
_STATE = select(
    func.count(),
    func.sum(extract("epoch", Registration.revised_at)),
    select(func.count()).where(*_ADMITTED).scalar_subquery(),
    select(func.sum(Scan.id)).where(*_ADMITTED).scalar_subquery(),
    select(func.sum(extract("epoch", Scan.scanned_at))).where(*_ADMITTED).scalar_subquery(),
    _HELD.with_only_columns(func.count()).scalar_subquery(),
    _HELD.with_only_columns(func.sum(Place.id)).scalar_subquery(),
).where(Registration.event_id == _EVENT)


def find_tag(connection: Connection, device: PairedDevice, token: str, now: datetime) -> str:
    """The same as long as the device's roster is; one statement, one row.

    Ask before the roster is made: a tag that is too old costs one roster more, one that is too new
    would hide a change.
    """
    event = get_definition(connection, device.event_slug, device.site_revision)
    state = connection.execute(_STATE, {"event_id": event.id}).one()
    parts: list[Any] = [
        _FORMAT,
        device.site_revision,
        token,  # short codes are keyed with it
        [device.programme_item_id, device.event_date_id, device.direction, device.valid_until],
        date_id_of(event, device.event_date_id, now),
        list(state),
    ]
    return sha256(json.dumps(parts, default=str).encode()).hexdigest()[:32]
