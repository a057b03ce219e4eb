"""The guests behind codes: looked up, locked, with the workshops that they hold."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, or_, select
from sqlalchemy.orm import aliased

from eventapp.among import among, bound, size_of
from eventapp.checkin.rules import Code
from eventapp.events.definition import EventDefinition, ItemDefinition
from eventapp.names import full_name
from eventapp.registration.models import Place, PlaceStatus, Registration, is_standing
from eventapp.tokens import hashed


class Guest(NamedTuple):
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
# Not EXISTS: for many guests PostgreSQL would read every registration there is to answer it.
_HAS_COMPANION = or_(
    Registration.main_id.is_not(None),
    select(_Assistant.id)
    .where(
        _Assistant.event_id == Registration.event_id,
        _Assistant.main_id == Registration.id,
        is_standing(_Assistant),
    )
    .limit(1)
    .scalar_subquery()
    .is_not(None),
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


@cache
def _with_code(tickets: int, shorts: int) -> Select[*tuple[Any, ...]]:
    """By ticket, by short code of an event, or by both; see `size_of`."""
    ways: list[ColumnElement[bool]] = []
    if tickets:
        ways.append(among(Registration.ticket_hash, "tickets", tickets))
    if shorts:
        is_short = among(Registration.short_code_hash, "shorts", shorts)
        ways.append(and_(Registration.event_id == bindparam("event_id"), is_short))
    return _GUESTS.where(or_(*ways)).order_by(Registration.id)


@cache
def _locked(tickets: int, shorts: int) -> Select[*tuple[Any, ...]]:
    return _with_code(tickets, shorts).with_for_update(key_share=True)


_WITH_ID = _GUESTS.where(among(Registration.id, "ids", 2))


@dataclass(frozen=True)
class Locked:
    """Rows of registrations, and which of them each code leads to."""

    rows: Sequence[Any]
    by_code: Mapping[str, Any]


def lock_guests(connection: Connection, event_id: int, codes: Mapping[str, Code]) -> Locked:
    """The registrations behind the codes, by what was scanned, in one statement ordered by id: no
    two doors deadlock.

    Tickets of other events are among them, short codes only of this one.
    """
    tickets = {text: hashed(code.ticket) for text, code in codes.items() if code.ticket}
    shorts = {text: hashed(code.short) for text, code in codes.items() if code.short}
    if not tickets and not shorts:
        return Locked((), {})
    values = bound(tickets=tickets.values(), shorts=shorts.values())
    statement = _locked(size_of(tickets), size_of(shorts))
    rows = connection.execute(statement, values | {"event_id": event_id}).all()
    by_ticket = {row.ticket_hash: row for row in rows}
    by_short = {row.short_code_hash: row for row in rows if row.event_id == event_id}
    found = {text: by_ticket.get(hash_) for text, hash_ in tickets.items()}
    return Locked(rows, found | {text: by_short.get(hash_) for text, hash_ in shorts.items()})


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
    row = connection.execute(_with_code(1, 0), {"tickets": hashed(ticket)}).one()
    return told_guest(row, find_items(connection, event, [row.id]), event, is_named=is_named)


_ITEMS = (
    select(Place.registration_id, Place.programme_item_id)
    .where(Place.status == PlaceStatus.CONFIRMED)
    .order_by(Place.id)
)


@cache
def _items_of(guests: int) -> Select[int, int]:
    return _ITEMS.where(among(Place.registration_id, "guests", guests))


def find_items(connection: Connection, event: EventDefinition, guests: Collection[int]) -> Items:
    """By registration: the workshops it holds; no statement where there are none to choose."""
    choices = {item.id: item for item in event.choices}
    if not choices or not guests:
        return {}
    rows = connection.execute(_items_of(size_of(guests)), bound(guests=guests))
    return _by_guest(rows, choices)


def find_all_items(connection: Connection, event: EventDefinition) -> Items:
    """As `find_items`, of everybody."""
    choices = {item.id: item for item in event.choices}
    if not choices:
        return {}
    rows = connection.execute(_ITEMS.where(Place.programme_item_id.in_(choices)))
    return _by_guest(rows, choices)


def _by_guest(rows: Iterable[Any], choices: Mapping[int, ItemDefinition]) -> Items:
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
        no_photo=wants_no_photo(event, row),
        has_companion=is_named and row.has_companion,
    )


def wants_no_photo(event: EventDefinition, row: Any) -> bool:
    """Whether a guest gave no leave where the organiser asks for it."""
    return "photo_consent" in event.fields and not row.photo_consent


def told_item(item: ItemDefinition) -> dict[str, str | None]:
    """A workshop as the door is told of it."""
    return {"letter": item.letter, "title": item.title, "room": item.room}
