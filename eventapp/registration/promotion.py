"""Moving up: freed places go to the next in line, in the transaction that freed them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from eventapp.events.definition import EventDefinition, ItemDefinition
from eventapp.mail import outbox
from eventapp.registration import queries
from eventapp.registration.models import Place, PlaceStatus, Registration, RegistrationStatus
from eventapp.registration.rules import Count, next_revised_at

_R = Registration.__table__.c
_P = Place.__table__.c


def promote(session: Session, event: EventDefinition, *, now: datetime) -> list[int]:
    """Fill every free place from its line; the ids of those who got a place in the event.

    The event must be locked. Nobody moves up after the event began.
    """
    if now >= event.start:
        return []
    places = queries.places(session.connection(), event)
    promoted: list[int] = []
    for attendance in event.attendances:
        waiting = _next_people(session, event, attendance, places[attendance])
        for registration_id, revised_at in waiting:
            _confirm(session, event, registration_id, revised_at, now)
            promoted.append(registration_id)
    fill_items(session, event, promoted, now=now)
    return promoted


def fill_items(
    session: Session, event: EventDefinition, newly: Collection[int], *, now: datetime
) -> None:
    """Give free items to those who wait for them; `newly` have just got a place, and a mail of it.

    The event must be locked.
    """
    while _fill_items(session, event, newly, now):
        pass  # who moves to a better item of a group frees the old one


def _fill_items(
    session: Session, event: EventDefinition, promoted: Collection[int], now: datetime
) -> bool:
    """One round over all items; whether anybody moved."""
    moved = [item.slug for item in event.choices if _fill(session, event, item, promoted, now)]
    return bool(moved)


def _next_people(
    session: Session, event: EventDefinition, attendance: str, count: Count
) -> Sequence[tuple[int, datetime]]:
    if count.waiting == 0 or not count.is_free:
        return []
    statement = (
        select(_R.id, _R.revised_at)
        .where(
            _R.event_id == event.id,
            _R.status == RegistrationStatus.WAITLISTED,
            _R.attendance == attendance,
        )
        .order_by(_R.id)
        .limit(count.free)
    )
    return [(row.id, row.revised_at) for row in session.execute(statement)]


def _confirm(
    session: Session,
    event: EventDefinition,
    registration_id: int,
    revised_at: datetime,
    now: datetime,
) -> None:
    revised_at = next_revised_at(now, event.revised_at, revised_at)
    session.execute(
        update(Registration)
        .where(Registration.id == registration_id)
        .values(
            status=RegistrationStatus.CONFIRMED,
            confirmed_at=now,
            sequence=Registration.sequence + 1,
            revised_at=revised_at,
        )
    )
    kind = "registration-promoted"
    act = f"{kind}:{registration_id}:{revised_at.isoformat()}"  # some wait twice
    outbox.add(session, kind, act, now, registration_id=registration_id)


def _fill(
    session: Session,
    event: EventDefinition,
    item: ItemDefinition,
    promoted: Collection[int],
    now: datetime,
) -> bool:
    """Give the item's free seats to those who wait for it; whether anybody moved."""
    count = queries.places(session.connection(), event).items[item.slug]
    if count.waiting == 0 or not count.is_free:
        return False
    statement = (
        select(_P.id, _P.registration_id)
        .join(Registration.__table__, _R.id == _P.registration_id)
        .where(
            _P.programme_item_id == item.id,
            _P.status == PlaceStatus.WAITLISTED,
            _R.status == RegistrationStatus.CONFIRMED,
        )
        .order_by(_P.id)
        .limit(count.free)
    )
    rows = session.execute(statement).all()
    for row in rows:
        _take_item(session, event, item, row.id, row.registration_id)
        if row.registration_id not in promoted:  # their mail already tells of the items
            kind = "registration-changed"
            outbox.add(
                session,
                kind,
                f"{kind}:{row.registration_id}:{item.id}:{now.isoformat()}",
                now,
                registration_id=row.registration_id,
            )
    return bool(rows)


def _take_item(
    session: Session,
    event: EventDefinition,
    item: ItemDefinition,
    place_id: int,
    registration_id: int,
) -> None:
    """Hold the item, giving back another held one of its group."""
    siblings = [
        other.id
        for other in event.choices
        if other.id != item.id and item.group is not None and other.group == item.group
    ]
    session.execute(
        delete(Place).where(
            Place.registration_id == registration_id, Place.programme_item_id.in_(siblings)
        )
    )
    session.execute(update(Place).where(Place.id == place_id).values(status=PlaceStatus.CONFIRMED))
