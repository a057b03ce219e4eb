"""Everything that one person is registered for, as calendar entries: a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, or_, select

from eventapp.base import table_of
from eventapp.events.definition import EventDefinition
from eventapp.events.ical import CalendarEntry
from eventapp.events.loading import load_definitions
from eventapp.events.models import Event
from eventapp.names import full_name
from eventapp.registration import ical
from eventapp.registration.models import (
    Place,
    PlaceStatus,
    Registration,
    RegistrationDate,
    RegistrationStatus,
)

_R, _E = table_of(Registration).c, table_of(Event).c
_RD, _P = table_of(RegistrationDate).c, table_of(Place).c
_CONFIRMED, _CANCELLED = RegistrationStatus.CONFIRMED, RegistrationStatus.CANCELLED
_IDS: Any = bindparam("ids", expanding=True)

# Who only ever waited has nothing to take back.
_OWN = (
    select(
        _R.id,
        _R.event_id,
        _R.status,
        _R.attendance,
        _R.sequence,
        _R.revised_at,
        _R.title,
        _R.first_name,
        _R.last_name,
    )
    .join(table_of(Event), _E.id == _R.event_id)
    .where(
        _R.email_key == bindparam("email_key"),
        _R.person_key == bindparam("person_key"),
        or_(
            _R.status == _CONFIRMED,
            and_(_R.status == _CANCELLED, _R.confirmed_at.is_not(None)),
        ),
        _E.last_day >= bindparam("since"),
    )
    .order_by(_E.first_day, _E.id, _R.id)
)
_UIDS = select(_RD.registration_id, _RD.event_date_id, _RD.uid).where(_RD.registration_id.in_(_IDS))
_ITEMS = select(_P.registration_id, _P.programme_item_id, _P.uid).where(
    _P.registration_id.in_(_IDS), _P.status == PlaceStatus.CONFIRMED
)


@dataclass(frozen=True)
class Own:
    """One registration of the person, see `ical.Entered`."""

    event: EventDefinition
    status: str
    attendance: str
    uids: Mapping[int, str]
    sequence: int
    revised_at: datetime


@dataclass(frozen=True)
class OwnEntries:
    """What the person is called, and the entries by date; `name` is empty where there are none."""

    name: str
    entries: tuple[CalendarEntry, ...]


def list_entries(
    connection: Connection, email_key: str, person_key: str, *, since: date, public_url: str
) -> OwnEntries:
    """The dates of places that are held, or were, in events not over before `since`; with the
    chosen items of those that are held."""
    person = {"email_key": email_key, "person_key": person_key}
    rows = _latest(connection.execute(_OWN, {**person, "since": since}))
    ids = {"ids": [row.id for row in rows]}
    events = _events(connection, rows)
    uids, items = _by_owner(connection, _UIDS, ids), _by_owner(connection, _ITEMS, ids)
    found: list[CalendarEntry] = []
    for row in rows:
        own = _own(row, events[row.event_id], uids[row.id])
        found += ical.entries(own, public_url=public_url, attendee=None)
        chosen = items[row.id]
        found += [
            ical.item_entry(own, item, chosen[item.id], public_url=public_url)
            for item in own.event.choices
            if item.id in chosen
        ]
    return OwnEntries(_name(rows), tuple(found))


def _latest(result: Iterable[Any]) -> list[Any]:
    """Who cancelled and came back has one entry: that of the place they hold."""
    rows = list(result)
    held = {row.event_id for row in rows if row.status == _CONFIRMED}
    return [row for row in rows if row.status == _CONFIRMED or row.event_id not in held]


def _events(connection: Connection, rows: Sequence[Row[Any]]) -> dict[int, EventDefinition]:
    ids = sorted({row.event_id for row in rows})
    return {each.id: each for each in load_definitions(connection, ids)}


def _by_owner(
    connection: Connection, statement: Any, ids: Mapping[str, Any]
) -> dict[int, dict[int, str]]:
    """UIDs by registration and then by what they are of."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for owner, of, uid in connection.execute(statement, ids):
        found[owner][of] = uid
    return found


def _own(row: Row[Any], event: EventDefinition, uids: Mapping[int, str]) -> Own:
    return Own(event, row.status, row.attendance, uids, row.sequence, row.revised_at)


def _name(rows: Sequence[Row[Any]]) -> str:
    """As in the registration made last."""
    if not rows:
        return ""
    last = max(rows, key=lambda row: int(row.id))
    return full_name(last.title, last.first_name, last.last_name)
