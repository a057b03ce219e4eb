"""Reads of registrations and places: Core statements on a connection, a fixed number each."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, literal, select, union_all

from eventapp.base import table_of
from eventapp.errors import Gone, NotFound
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition_by_id, list_dates
from eventapp.events.models import Attendance, Event, EventStatus
from eventapp.names import full_name
from eventapp.registration.holder import ChosenItem, Holder, Standing
from eventapp.registration.models import (
    Place,
    PlaceStatus,
    Registration,
    RegistrationDate,
    RegistrationStatus,
    Signup,
    WithdrawnLink,
)
from eventapp.registration.rules import Count, Places
from eventapp.tokens import hashed, keyring

_R = Registration.__table__.c
_P = Place.__table__.c
_E = Event.__table__.c
_HOLDING = (RegistrationStatus.CONFIRMED, RegistrationStatus.PENDING)
_COUNTED = (*_HOLDING, RegistrationStatus.WAITLISTED)


# Rows (event id, attendance, item id, status, n): people by attendance, chosen items by item.
_EVENTS: Any = bindparam("events", expanding=True)
_COUNT_PEOPLE = (
    select(_R.event_id, _R.attendance, literal(None).label("item"), _R.status, func.count())
    .where(_R.event_id.in_(_EVENTS), _R.status.in_(_COUNTED))
    .group_by(_R.event_id, _R.attendance, _R.status)
)
_COUNT_ITEMS = (
    select(_R.event_id, literal(None), _P.programme_item_id, _P.status, func.count())
    .select_from(table_of(Place).join(table_of(Registration), _R.id == _P.registration_id))
    .where(_R.event_id.in_(_EVENTS), _R.status.in_(_HOLDING))
    .group_by(_R.event_id, _P.programme_item_id, _P.status)
)
_COUNT_ALL = union_all(_COUNT_PEOPLE, _COUNT_ITEMS)


def places(connection: Connection, event: EventDefinition) -> Places:
    """The event's places now."""
    return list_places(connection, [event])[event.id]


def list_places(connection: Connection, events: Sequence[EventDefinition]) -> dict[int, Places]:
    """The places of several events, by event id, in one query."""
    taken: dict[tuple[int, Any], int] = {}
    waiting: dict[tuple[int, Any], int] = {}
    statement = _COUNT_ALL if any(event.choices for event in events) else _COUNT_PEOPLE
    rows = connection.execute(statement, {"events": [event.id for event in events]})
    for event_id, attendance, item_id, status, n in rows:
        counter = waiting if status == RegistrationStatus.WAITLISTED else taken
        key = (event_id, item_id or attendance)
        counter[key] = counter.get(key, 0) + n

    def count(event_id: int, key: Any, capacity: int | None) -> Count:
        return Count(capacity, taken.get((event_id, key), 0), waiting.get((event_id, key), 0))

    return {
        event.id: Places(
            {each: count(event.id, each, event.capacity(each)) for each in event.attendances},
            {item.slug: count(event.id, item.id, item.capacity) for item in event.choices},
        )
        for event in events
    }


def find_receipt(connection: Connection, token: str) -> Row[Any] | None:
    """The sign-up of this receipt with its registration; of several one that stands, if any."""
    statement = (
        select(
            Signup.id,
            Signup.event_id,
            Signup.masked_email,
            Signup.correctable_until,
            Signup.is_repeat,
            Signup.is_several,
            _R.id.label("registration_id"),
            _R.status,
        )
        .outerjoin(Registration.__table__, _R.signup_id == Signup.id)
        .where(Signup.receipt_hash == hashed(token))
        .order_by(_R.status == RegistrationStatus.CANCELLED, _R.id)
    )
    return connection.execute(statement).first()


def get_id_by_manage_token(connection: Connection, token: str) -> int:
    """Raises `NotFound`, or `Gone` for a link that was replaced."""
    return _id_by(connection, _R.manage_hash, token)


def get_id_by_join_token(connection: Connection, token: str) -> int:
    """Raises `NotFound`."""
    return _id_by(connection, _R.join_hash, token)


def find_online_door(connection: Connection, ticket: str) -> str | None:
    """The join token behind a ticket whose holder takes part online, while that can be."""
    statement = (
        select(_R.secrets_sealed)
        .join(Event.__table__, _E.id == _R.event_id)
        .where(
            _R.ticket_hash == hashed(ticket),
            _R.status == RegistrationStatus.CONFIRMED,
            _R.attendance == Attendance.ONLINE,
            _E.status != EventStatus.CANCELLED,
        )
    )
    sealed = connection.execute(statement).scalar()
    return str(keyring().open(sealed)["join"]) if sealed else None


def _id_by(connection: Connection, column: Any, token: str) -> int:
    found = connection.execute(select(_R.id).where(column == hashed(token))).scalar()
    if found is not None:
        return int(found)
    withdrawn = select(WithdrawnLink.token_hash).where(WithdrawnLink.token_hash == hashed(token))
    if connection.execute(withdrawn).first():
        raise Gone
    raise NotFound


def get_holder(connection: Connection, registration_id: int) -> Holder:
    """One registration with its tokens opened, for its holder's pages and mails; or `NotFound`."""
    row = connection.execute(select(Registration.__table__).where(_R.id == registration_id)).first()
    if row is None:
        raise NotFound
    event = get_definition_by_id(connection, row.event_id)
    secrets = keyring().open(row.secrets_sealed)
    return Holder(
        **{name: getattr(row, name) for name in _HOLDER_COLUMNS},
        event=event,
        items=list_chosen_items(connection, event, registration_id),
        position=find_position(connection, row),
        manage_token=secrets["manage"],
        ticket=secrets["ticket"],
        short_code=secrets["short_code"],
        join_token=secrets["join"],
        uids=_uids(connection, registration_id),
    )


_HOLDER_COLUMNS = [name for name in Holder.__dataclass_fields__ if name in _R]


def list_chosen_items(
    connection: Connection, event: EventDefinition, registration_id: int
) -> tuple[ChosenItem, ...]:
    """What one registration holds or waits for, in the programme's order."""
    if not event.choices:
        return ()
    rows = connection.execute(
        select(_P.id, _P.programme_item_id, _P.status).where(_P.registration_id == registration_id)
    )
    places = {row.programme_item_id: row for row in rows}
    return tuple(
        ChosenItem(item, places[item.id].status, _item_position(connection, places[item.id]))
        for item in event.choices
        if item.id in places
    )


def _item_position(connection: Connection, place: Any) -> int | None:
    if place.status != PlaceStatus.WAITLISTED:
        return None
    ahead = (
        select(func.count())
        .select_from(Place.__table__.join(Registration.__table__, _R.id == _P.registration_id))
        .where(
            _P.programme_item_id == place.programme_item_id,
            _P.status == PlaceStatus.WAITLISTED,
            _R.status == RegistrationStatus.CONFIRMED,
            _P.id < place.id,
        )
    )
    return connection.execute(ahead).scalar_one() + 1


def find_position(connection: Connection, row: Any) -> int | None:
    """From 1, in the line for this event and attendance."""
    if row.status != RegistrationStatus.WAITLISTED:
        return None
    ahead = select(func.count()).where(
        _R.event_id == row.event_id,
        _R.status == RegistrationStatus.WAITLISTED,
        _R.attendance == row.attendance,
        _R.id < row.id,
    )
    return connection.execute(ahead).scalar_one() + 1


def _uids(connection: Connection, registration_id: int) -> dict[int, str]:
    dates = RegistrationDate.__table__.c
    rows = connection.execute(
        select(dates.event_date_id, dates.uid).where(dates.registration_id == registration_id)
    )
    return {row.event_date_id: row.uid for row in rows}


_AHEAD = table_of(Registration).alias("ahead").c
_STANDING = (
    select(
        _R.id,
        _R.secrets_sealed,
        _R.title.label("before_name"),
        _R.first_name,
        _R.last_name,
        _R.status,
        select(func.count() + 1)
        .where(
            _AHEAD.event_id == _R.event_id,
            _AHEAD.status == RegistrationStatus.WAITLISTED,
            _AHEAD.attendance == _R.attendance,
            _AHEAD.id < _R.id,
        )
        .scalar_subquery()
        .label("position"),
        _R.event_id,
        _E.title,
        _E.starts_at,
        _E.ends_at,
        _E.starts_on,
        _E.ends_on,
    )
    .join(table_of(Event), _E.id == _R.event_id)
    .where(
        _R.email_key
        == select(_R.email_key).where(_R.id == bindparam("registration_id")).scalar_subquery(),
        _R.status != RegistrationStatus.CANCELLED,
    )
    .order_by(_E.first_day, _R.id)
)


def list_standing(
    connection: Connection, registration_id: int, *, since: date | None = None
) -> list[Standing]:
    """All standing registrations of this one's address by date, in two queries.

    `since` leaves out events whose last day lies before it.
    """
    statement = _STANDING.where(_E.last_day >= since) if since else _STANDING
    rows = connection.execute(statement, {"registration_id": registration_id}).all()
    dates = list_dates(connection, [row.event_id for row in rows])
    return [
        Standing(
            **{name: getattr(row, name) for name in _STANDING_COLUMNS},
            dates=dates[row.event_id],
            manage_token=keyring().open(row.secrets_sealed)["manage"],
            full_name=full_name(row.before_name, row.first_name, row.last_name),
            position=row.position if row.status == RegistrationStatus.WAITLISTED else None,
        )
        for row in rows
    ]


_STANDING_COLUMNS = ("id", "status", "title", "starts_at", "ends_at", "starts_on", "ends_on")


def find_latest_id_of_address(connection: Connection, email_key: str) -> int | None:
    """Any standing registration of this address, for the mail with its links."""
    statement = select(func.max(_R.id)).where(
        _R.email_key == email_key, _R.status != RegistrationStatus.CANCELLED
    )
    return connection.execute(statement).scalar()


def is_address_unproved(connection: Connection, registration_id: int) -> bool:
    """Whether no mailed link of this registration was opened yet."""
    statement = (
        select(Signup.correctable_until)
        .join(Registration.__table__, _R.signup_id == Signup.id)
        .where(_R.id == registration_id)
    )
    return connection.execute(statement).scalar() is not None
