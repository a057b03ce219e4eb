"""Reads of registrations and places: Core statements on a connection, a fixed number each."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Row,
    String,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    select,
    union_all,
)

from eventapp.base import table_of
from eventapp.errors import Gone, NotFound
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition_by_id, list_dates
from eventapp.events.models import Attendance, Event, EventStatus
from eventapp.names import full_name
from eventapp.networks.models import Organisation
from eventapp.registration.assistants import find_assistant_id
from eventapp.registration.holder import ChosenItem, Holder, Standing
from eventapp.registration.line import find_position, position_of
from eventapp.registration.models import (
    HOLDING,
    IN_ITEMS,
    PersonalFeed,
    Place,
    PlaceStatus,
    Registration,
    RegistrationDate,
    RegistrationStatus,
    Signup,
    WithdrawnLink,
)
from eventapp.registration.places import Count, Places
from eventapp.sitecache import REVISION
from eventapp.tokens import hashed, keyring

_R = Registration.__table__.c
_P = Place.__table__.c
_E = Event.__table__.c
_O = table_of(Organisation).c
_F = table_of(PersonalFeed).c
_D = RegistrationDate.__table__.c


# Rows (event id, attendance, item id, status, line, quota, n): people by attendance and by the line
# they stand in, chosen items by their id, delegates by that of their organisation. Whoever waits
# for the event, or was only offered a place in it, holds no item, and what a registration held is
# released when it ends: so one index tells how many are held. People are grouped in the order of
# `ix_registration_places`, of every status: a planner that knows nothing yet of a new event then
# reads that index alone, and sorts nothing. The person behind an awaited item is looked up, and not
# joined: the plan of a join, made while the tables were empty, would be kept.
_EVENTS: Any = bindparam("events", expanding=True)
_ITEMS: Any = bindparam("items", expanding=True)
_NO_QUOTA = cast(null(), Integer)
_COUNT_PEOPLE = (
    select(
        _R.event_id,
        _R.attendance,
        literal(None).label("item"),
        _R.status,
        _R.waits_for,
        _NO_QUOTA.label("quota"),
        func.count().label("n"),
    )
    .where(_R.event_id.in_(_EVENTS))
    .group_by(_R.event_id, _R.status, _R.attendance, _R.waits_for)
)
_ITEM = (
    *(literal(None), literal(None), _P.programme_item_id, _P.status, literal(None)),
    *(_NO_QUOTA, func.count()),
)
_COUNT_HELD = (
    select(*_ITEM)
    .where(_P.programme_item_id.in_(_ITEMS), _P.status == PlaceStatus.CONFIRMED)
    .group_by(_P.programme_item_id, _P.status)
)
_COUNT_AWAITED = (
    select(*_ITEM)
    .where(
        _P.programme_item_id.in_(_ITEMS),
        _P.status == PlaceStatus.WAITLISTED,
        select(_R.status).where(_R.id == _P.registration_id).scalar_subquery().in_(IN_ITEMS),
    )
    .group_by(_P.programme_item_id, _P.status)
)
_DELEGATES = "delegates"  # in place of a status
_COUNT_DELEGATES = (
    select(
        *(literal(None), literal(None), _O.id, literal(_DELEGATES), literal(None)),
        func.coalesce(bindparam("most", type_=Integer), _O.delegate_quota),
        func.count(_R.id),
    )
    .select_from(
        table_of(Organisation).outerjoin(
            table_of(Registration),
            and_(
                _R.organisation_id == _O.id,
                _R.event_id == bindparam("event"),
                _R.status.in_(HOLDING),
                ~_R.is_guest,
            ),
        )
    )
    .where(_O.id.in_(bindparam("organisations", expanding=True)))
    .group_by(_O.id, _O.delegate_quota)
)
# By whether there are items, and organisations with a cap.
_COUNTS: dict[tuple[bool, bool], Any] = {
    (False, False): _COUNT_PEOPLE,
    (True, False): union_all(_COUNT_PEOPLE, _COUNT_HELD, _COUNT_AWAITED),
    (False, True): union_all(_COUNT_PEOPLE, _COUNT_DELEGATES),
    (True, True): union_all(_COUNT_PEOPLE, _COUNT_HELD, _COUNT_AWAITED, _COUNT_DELEGATES),
}


def places(
    connection: Connection, event: EventDefinition, *, delegates_of: Sequence[int] = ()
) -> Places:
    """The event's places now, with those of some organisations, see `rules.capped`; in one
    statement."""
    rows = _count(connection, [event], delegates_of)
    return replace(_places([event], rows)[event.id], delegates=_delegates(rows))


def list_places(connection: Connection, events: Sequence[EventDefinition]) -> dict[int, Places]:
    """The places of several events, by event id, in one query."""
    return _places(events, _count(connection, events))


def _count(
    connection: Connection, events: Sequence[EventDefinition], delegates_of: Sequence[int] = ()
) -> Sequence[Any]:
    items = [item.id for event in events for item in event.choices]
    asked: dict[str, Any] = {"events": [event.id for event in events]}
    if items:
        asked["items"] = items
    if delegates_of:
        [event] = events
        asked |= {"event": event.id, "organisations": delegates_of}
        asked["most"] = event.delegates_per_organisation
    return connection.execute(_COUNTS[bool(items), bool(delegates_of)], asked).all()


def _delegates(rows: Sequence[Any]) -> dict[int, Count]:
    """By organisation, those that have a cap; the event's number holds, else their own."""
    return {
        organisation_id: Count(quota, n)
        for _event, _attendance, organisation_id, status, _line, quota, n in rows
        if status == _DELEGATES and quota is not None
    }


def _places(events: Sequence[EventDefinition], rows: Sequence[Any]) -> dict[int, Places]:
    taken: dict[Any, int] = {}
    waiting: dict[Any, int] = {}
    for event_id, attendance, item_id, status, waits_for, _quota, n in rows:
        if status == _DELEGATES:
            continue
        is_held = status in HOLDING
        if is_held:
            _add(taken, item_id or (event_id, attendance), n)
        if status == RegistrationStatus.WAITLISTED or (is_held and waits_for):
            _add(waiting, item_id or (event_id, waits_for), n)

    def count(key: Any, capacity: int | None, *, has_caps: bool = False) -> Count:
        return Count(capacity, taken.get(key, 0), waiting.get(key, 0), has_caps)

    return {
        event.id: Places(
            {
                each: count((event.id, each), event.capacity(each), has_caps=event.has_caps)
                for each in event.attendances
            },
            {item.slug: count(item.id, item.capacity) for item in event.choices},
        )
        for event in events
    }


def _add(counter: dict[Any, int], key: Any, n: int) -> None:
    counter[key] = counter.get(key, 0) + n


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
    found = list_holders(connection, [registration_id])
    if not found:
        raise NotFound
    return found[registration_id]


def list_holders(connection: Connection, registration_ids: Sequence[int]) -> dict[int, Holder]:
    """By id, those that there are: one statement for all who chose no workshop and do not wait."""
    rows = connection.execute(_HOLDERS, {"ids": registration_ids}).all()
    return {row.id: _holder(connection, row) for row in rows}


def _holder(connection: Connection, row: Any) -> Holder:
    event = get_definition_by_id(connection, row.event_id, row.revision)
    secrets = keyring().open(row.secrets_sealed)
    return Holder(
        **{name: getattr(row, name) for name in _HOLDER_COLUMNS},
        event=event,
        items=list_chosen_items(connection, event, row.id),
        position=find_position(connection, row),
        manage_token=secrets["manage"],
        ticket=secrets["ticket"],
        short_code=secrets["short_code"],
        join_token=secrets["join"],
        uids=_uids(row.uids),
    )


def find_assistant(connection: Connection, holder: Holder) -> Holder | None:
    """Whoever assists this person, while they stand."""
    found = find_assistant_id(connection, holder.event.id, holder.id)
    return get_holder(connection, found) if found else None


_HOLDER_COLUMNS = [
    name for name in Holder.__dataclass_fields__ if name in _R or name == "uses_feed"
]
_UIDS = (
    select(func.aggregate_strings(cast(_D.event_date_id, String) + "=" + _D.uid, " "))
    .where(_D.registration_id == _R.id)
    .scalar_subquery()
    .label("uids")
)
_HOLDERS = select(
    *(_R[name] for name in _HOLDER_COLUMNS if name != "uses_feed"),
    _R.event_id,
    _R.secrets_sealed,
    exists()
    .where(_F.person_key == _R.person_key, _F.no_files_since.is_not(None))
    .label("uses_feed"),
    _UIDS,
    REVISION,
).where(_R.id.in_(bindparam("ids", expanding=True)))


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


def _uids(pairs: str | None) -> dict[int, str]:
    found = (pair.partition("=") for pair in (pairs or "").split())
    return {int(date_id): uid for date_id, _, uid in found}


_STANDING = (
    select(
        _R.id,
        _R.secrets_sealed,
        _R.title.label("before_name"),
        _R.first_name,
        _R.last_name,
        _R.status,
        position_of(_R).label("position"),
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
