"""Walk-ins that were not registered when they were told: kept aside until the office decides."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_once  # SQLite's words are the same
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.checkin.devices import PairedDevice, get_device
from eventapp.checkin.models import HeldWalkIn, WalkIn
from eventapp.checkin.walk_in_rules import NewWalkIn
from eventapp.checkin.walkins import Welcome, register_walk_in
from eventapp.clock import berlin_day
from eventapp.events.models import Event
from eventapp.names import address_key, sort_key
from eventapp.privacy.declarations import Subject
from eventapp.privacy.erasure import is_called

KEPT = timedelta(days=365)  # after the event

_H = table_of(HeldWalkIn).c


def hold(
    session: Session,
    device: PairedDevice,
    asked: NewWalkIn,
    *,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Keep it, once by its id; `reason` is the code of the refusal, None where the device holds no
    longer. What was registered before needs no keeping."""
    same = WalkIn.walk_in_id == asked.walk_in_id
    if session.execute(select(WalkIn.id).where(same)).first():
        return
    session.execute(
        insert_once(HeldWalkIn)
        .values(
            walk_in_id=asked.walk_in_id,
            event_id=device.event_id,
            device_id=device.id,
            first_name=asked.first_name,
            last_name=asked.last_name,
            email=asked.email,
            email_key=address_key(asked.email),
            organisation=asked.organisation,
            reason=reason,
            came_at=min(asked.came_at, now),
            received_at=now,
        )
        .on_conflict_do_nothing()
    )


def accept(session: Session, held: Any, *, now: datetime) -> Welcome:
    """Register them as if their device had been heard in time: they are in the house, whatever the
    places. Raises what `register_walk_in` raises; then they stay held."""
    device = get_device(session.connection(), held.event_id, held.device_id)
    asked = NewWalkIn(
        walk_in_id=held.walk_in_id,
        first_name=held.first_name,
        last_name=held.last_name,
        email=held.email,
        organisation=held.organisation,
        came_at=held.came_at,
        let_in=True,
    )
    return register_walk_in(session, device, asked, now=now)


def reject(session: Session, event_id: int, ids: list[int], *, now: datetime) -> int:
    """They stay to be seen, and may still be accepted. How many that were."""
    waiting = (_H.event_id == event_id, _H.id.in_(ids), _H.rejected_at.is_(None))
    done: Any = session.execute(update(HeldWalkIn).where(*waiting).values(rejected_at=now))
    return int(done.rowcount)


def list_held_walk_ins(connection: Connection, event_id: int) -> list[Any]:
    """All of the event, rejected ones too, in the order in which they came."""
    rows = connection.execute(
        select(HeldWalkIn.__table__).where(_H.event_id == event_id).order_by(_H.came_at, _H.id)
    )
    return list(rows)


def forget_old(session: Session, *, now: datetime) -> None:
    """A year after the event nobody decides about them any more."""
    over = select(Event.id).where(Event.last_day < berlin_day(now) - KEPT)
    session.execute(delete(HeldWalkIn).where(_H.event_id.in_(over)))


def forget_address(session: Session, address: str, _now: datetime) -> int:
    """Delete whom this normalised address belongs to; how many."""
    gone = session.execute(delete(HeldWalkIn).where(_H.email_key == address).returning(_H.id))
    return len(gone.all())


def forget_name(session: Session, name: str, _now: datetime) -> int:
    """Delete who is called so, as `sort_key` writes it, and left no address; how many."""
    return _forget_called(session, {name})


def forget_namesakes(session: Session, subjects: Sequence[Subject], _now: datetime) -> None:
    """Who is erased may have come to a door once more, where nobody asked for an address."""
    _forget_called(session, {sort_key(word) for each in subjects for word in each.words})


def _forget_called(session: Session, names: Collection[str]) -> int:
    if not names:
        return 0
    known = select(_H.id, _H.first_name, _H.last_name).where(_H.email == "")
    ids = [
        row.id
        for row in session.execute(known)
        if any(is_called(name, row.first_name, row.last_name) for name in names)
    ]
    session.execute(delete(HeldWalkIn).where(_H.id.in_(ids)))
    return len(ids)
