"""The guests behind codes: looked up, locked, with the workshops that they hold."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, or_, select
from sqlalchemy.orm import aliased

from eventapp.checkin.rules import Code
from eventapp.events.definition import EventDefinition, ItemDefinition
from eventapp.names import full_name
from eventapp.registration.models import Place, PlaceStatus, Registration, is_standing
from eventapp.tokens import hashed


@dataclass(frozen=True)
class Guest:
    """What the door may know of a person; no need, no address."""

    id: int
    name: str | None  # this and the next two only where the door may know them
    organisation: str | None
    note: str | None  # in the guest's own words, for the door
    status: str
    items: tuple[ItemDefinition, ...]
    no_photo: bool = False  # gave no leave where the organiser asks for it
    has_companion: bool = False  # two people with a code each; only with names


Items = dict[int, tuple[ItemDefinition, ...]]
# Built once: making a statement costs more than sending it.
_Assistant = aliased(Registration)
_HAS_COMPANION = or_(
    Registration.main_id.is_not(None),
    exists().where(
        _Assistant.event_id == Registration.event_id,
        _Assistant.main_id == Registration.id,
        is_standing(_Assistant),
    ),
)
_GUESTS = select(
    Registration.id,
    Registration.event_id,
    Registration.status,
    Registration.attendance,
    Registration.title,
    Registration.first_name,
    Registration.last_name,
    Registration.organisation,
    Registration.door_note,
    Registration.photo_consent,
    _HAS_COMPANION.label("has_companion"),
    Registration.ticket_hash,
    Registration.short_code_hash,
)
_WITH_TICKET = Registration.ticket_hash.in_(bindparam("tickets", expanding=True))
_WITH_SHORT = and_(
    Registration.event_id == bindparam("event_id"),
    Registration.short_code_hash.in_(bindparam("shorts", expanding=True)),
)
_WITH_CODE = {
    (True, False): _GUESTS.where(_WITH_TICKET).order_by(Registration.id),
    (False, True): _GUESTS.where(_WITH_SHORT).order_by(Registration.id),
    (True, True): _GUESTS.where(or_(_WITH_TICKET, _WITH_SHORT)).order_by(Registration.id),
}
_LOCKED = {key: each.with_for_update(key_share=True) for key, each in _WITH_CODE.items()}
_WITH_ID = _GUESTS.where(Registration.id.in_(bindparam("ids", expanding=True)))


def lock_guests(connection: Connection, event_id: int, codes: Iterable[Code]) -> Sequence[Any]:
    """The registrations behind the codes, in one statement ordered by id: no two doors deadlock.

    Tickets of other events are among them, short codes only of this one.
    """
    codes = list(codes)
    tickets = [hashed(code.ticket) for code in codes if code.ticket]
    shorts = [hashed(code.short) for code in codes if code.short]
    if not tickets and not shorts:
        return []
    values: dict[str, Any] = {"tickets": tickets} if tickets else {}
    if shorts:
        values |= {"event_id": event_id, "shorts": shorts}
    return connection.execute(_LOCKED[bool(tickets), bool(shorts)], values).all()


def list_guests(connection: Connection, ids: Iterable[int]) -> Sequence[Any]:
    """The rows of these registrations, as `lock_guests` gives them, unlocked."""
    return connection.execute(_WITH_ID, {"ids": list(ids)}).all()


def find_ticket_event(connection: Connection, ticket: str) -> int | None:
    """The id of the event that this ticket belongs to."""
    return connection.execute(
        select(Registration.event_id).where(Registration.ticket_hash == hashed(ticket))
    ).scalar_one_or_none()


def get_guest(
    connection: Connection, event: EventDefinition, ticket: str, *, is_named: bool
) -> Guest:
    """The guest behind a ticket that exists."""
    row = connection.execute(_WITH_CODE[True, False], {"tickets": [hashed(ticket)]}).one()
    return told_guest(row, find_items(connection, event, [row.id]), event, is_named=is_named)


def find_items(connection: Connection, event: EventDefinition, guest_ids: Iterable[int]) -> Items:
    """By registration: the workshops it holds; no statement where there are none to choose."""
    choices = {item.id: item for item in event.choices}
    if not choices or not guest_ids:
        return {}
    return _load_items(connection, choices, Place.registration_id.in_(guest_ids))


def find_all_items(connection: Connection, event: EventDefinition) -> Items:
    """As `find_items`, of everybody."""
    choices = {item.id: item for item in event.choices}
    if not choices:
        return {}
    return _load_items(connection, choices, Place.programme_item_id.in_(choices))


def _load_items(
    connection: Connection, choices: dict[int, ItemDefinition], of_whom: ColumnElement[bool]
) -> Items:
    rows = connection.execute(
        select(Place.registration_id, Place.programme_item_id)
        .where(of_whom, Place.status == PlaceStatus.CONFIRMED)
        .order_by(Place.id)
    )
    held: Items = defaultdict(tuple)
    for registration_id, item_id in rows:
        held[registration_id] += (choices[item_id],)
    return held


def told_guest(
    row: Any, items: Items, event: EventDefinition, *, is_named: bool | None = None
) -> Guest:
    """Named where the event's door may know names, unless somebody may who asks."""
    is_named = event.names_at_door if is_named is None else is_named
    return Guest(
        id=row.id,
        name=full_name(row.title, row.first_name, row.last_name) if is_named else None,
        organisation=row.organisation if is_named else None,
        note=row.door_note if is_named else None,
        status=row.status,
        items=items.get(row.id, ()),
        no_photo="photo_consent" in event.fields and not row.photo_consent,
        has_companion=is_named and row.has_companion,
    )
