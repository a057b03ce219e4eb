"""Moving up: freed places go to the next in line, in the transaction that freed them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.definition import EventDefinition, ItemDefinition
from eventapp.events.models import EventStatus
from eventapp.mail import outbox
from eventapp.registration import queries
from eventapp.registration.assistants import follow
from eventapp.registration.item_rules import overlap
from eventapp.registration.line_rules import Step, Waiting, moves_up_to, next_in_line
from eventapp.registration.models import Place, PlaceStatus, Registration, RegistrationStatus
from eventapp.registration.places import Count, Places
from eventapp.registration.rules import capped, caps_hold, next_revised_at
from eventapp.registration.steps import WRITTEN, write

_R = table_of(Registration).c
_P = table_of(Place).c
_OTHER = table_of(Place).alias("other").c
_LINE = select(_R.id, _R.organisation_id, _R.is_guest, *(_R[name] for name in WRITTEN)).order_by(
    _R.queue_number
)


def promote(session: Session, event: EventDefinition, *, now: datetime) -> list[int]:
    """Fill every free place from its line, or offer it; the ids of those who moved up.

    The event must be locked. Nobody moves up after it began or was cancelled. Assistants follow.
    """
    follow(session, event, now=now)
    if now >= event.start or event.status == EventStatus.CANCELLED:
        return []
    promoted: list[int] = []
    while rows := _move_up(session, event, now):
        follow(session, event, now=now)
        promoted += [row.id for row in rows if not _has_place(row)]
        if not any(_has_place(row) for row in rows):
            break  # only who changes their way to take part frees another place
    fill_items(session, event, promoted, now=now)
    return promoted


def _has_place(row: Any) -> bool:
    return bool(row.status != RegistrationStatus.WAITLISTED)


def _move_up(session: Session, event: EventDefinition, now: datetime) -> list[Any]:
    """One round over all lines: the rows, as they were, of those who got what they wait for."""
    places = queries.places(session.connection(), event)
    open_lines = {
        each: count.free
        for each, count in places.by_attendance.items()
        if count.waiting and count.is_free
    }
    if not open_lines:
        return []
    if caps_hold(event, now):
        rows = _list_line(session, event, _R.waits_for.in_(list(open_lines)))
        ids = capped(event, now, *(row.organisation_id for row in rows))
        places = queries.places(session.connection(), event, delegates_of=ids)
    else:
        rows = [
            row
            for each, free in open_lines.items()
            for row in _list_line(session, event, _R.waits_for == each, free)
        ]
    return _take_places(session, event, places, rows, now)


def _list_line(
    session: Session, event: EventDefinition, which: ColumnElement[bool], most: int | None = None
) -> Sequence[Any]:
    return session.execute(_LINE.where(_R.event_id == event.id, which).limit(most)).all()


def _take_places(
    session: Session, event: EventDefinition, places: Places, rows: Sequence[Any], now: datetime
) -> list[Any]:
    line = [
        Waiting(
            row.id,
            row.waits_for,
            None if row.is_guest else row.organisation_id,
            has_place=_has_place(row),
        )
        for row in rows
    ]
    chosen = {one.id for one in next_in_line(places, line)}
    moving = [row for row in rows if row.id in chosen]
    if moving:
        steps = {
            row.id: Step(moves_up_to(event, has_place=_has_place(row)), row.waits_for)
            for row in moving
        }
        write(session, event, moving, steps, now=now)
    return moving


def fill_items(
    session: Session, event: EventDefinition, newly: Collection[int], *, now: datetime
) -> None:
    """Give free items to those who wait for them; `newly` have just got a place, and a mail of it.

    The event must be locked.
    """
    while event.choices and _fill_items(session, event, newly, now):
        pass  # who moves to a better item of a group frees the old one


def _fill_items(
    session: Session, event: EventDefinition, promoted: Collection[int], now: datetime
) -> bool:
    """One round over all items; whether anybody moved."""
    counts = queries.places(session.connection(), event).items
    has_moved = False
    for item in event.choices:
        if _fill(session, event, item, counts[item.slug], promoted, now):
            has_moved = True
            counts = queries.places(session.connection(), event).items
    return has_moved


def _fill(
    session: Session,
    event: EventDefinition,
    item: ItemDefinition,
    count: Count,
    promoted: Collection[int],
    now: datetime,
) -> bool:
    """Give the item's free seats to those who wait for it; whether anybody moved."""
    if count.waiting == 0 or not count.is_free:
        return False
    statement = (
        select(_P.id, _P.registration_id, _R.revised_at)
        .join(table_of(Registration), _R.id == _P.registration_id)
        .where(
            _P.programme_item_id == item.id,
            _P.status == PlaceStatus.WAITLISTED,
            _R.status == RegistrationStatus.CONFIRMED,
            *_is_free_then(event, item),
        )
        .order_by(_P.id)
        .limit(count.free)
    )
    rows = session.execute(statement).all()
    for row in rows:
        _take_item(session, event, item, row.id, row.registration_id)
        if row.registration_id not in promoted:  # their mail already tells of the items
            revised_at = _revise(session, event, row, now)
            kind = "registration-changed"
            outbox.add(
                session,
                kind,
                f"{kind}:{row.registration_id}:{item.id}:{revised_at.isoformat()}",
                now,
                registration_id=row.registration_id,
            )
    return bool(rows)


def _revise(session: Session, event: EventDefinition, row: Any, now: datetime) -> datetime:
    """Their calendar holds one entry more; the moment of that, which no earlier one shares."""
    revised_at = next_revised_at(now, event.revised_at, row.revised_at)
    session.execute(
        update(table_of(Registration))
        .where(_R.id == row.registration_id)
        .values(revised_at=revised_at)
    )
    return revised_at


def _is_free_then(event: EventDefinition, item: ItemDefinition) -> list[ColumnElement[bool]]:
    """Whoever holds another item at that time, which can be since items were moved, is passed over
    and keeps their position; one of the same group is given back instead."""
    others = [
        other.id
        for other in event.choices
        if other.id != item.id and not _is_sibling(item, other) and overlap(item, other)
    ]
    if not others:
        return []
    holds_another = exists().where(
        _OTHER.registration_id == _P.registration_id,
        _OTHER.status == PlaceStatus.CONFIRMED,
        _OTHER.programme_item_id.in_(others),
    )
    return [~holds_another]


def _is_sibling(item: ItemDefinition, other: ItemDefinition) -> bool:
    return item.group is not None and item.group == other.group


def _take_item(
    session: Session,
    event: EventDefinition,
    item: ItemDefinition,
    place_id: int,
    registration_id: int,
) -> None:
    """Hold the item, giving back another held one of its group."""
    siblings = [
        other.id for other in event.choices if other.id != item.id and _is_sibling(item, other)
    ]
    session.execute(
        delete(Place).where(
            Place.registration_id == registration_id, Place.programme_item_id.in_(siblings)
        )
    )
    session.execute(update(Place).where(Place.id == place_id).values(status=PlaceStatus.CONFIRMED))
