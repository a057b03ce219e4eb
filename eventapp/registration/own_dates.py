"""All registrations of one address: what its holder sees of them, and cancels together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from eventapp import clock
from eventapp.base import table_of
from eventapp.errors import Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import load_definitions
from eventapp.registration import queries
from eventapp.registration.holder import Standing
from eventapp.registration.holder_rules import can_cancel
from eventapp.registration.lock import lock_events
from eventapp.registration.models import Registration, RegistrationStatus
from eventapp.registration.promotion import promote
from eventapp.registration.standing import give_back, owe

TOGETHER = "registrations-cancelled"

_R = table_of(Registration).c


class NothingChosen(Refused):
    """Nothing was ticked, or all of it has been cancelled meanwhile."""

    code = "nothing-chosen"
    field = "registration"


@dataclass(frozen=True)
class OwnDate:
    """One line of the list."""

    standing: Standing
    event: EventDefinition
    can_cancel: bool


def list_own(connection: Connection, registration_id: int, *, now: datetime) -> list[OwnDate]:
    """What is not over, of everybody with this registration's address, by date."""
    rows = queries.list_standing(connection, registration_id, since=clock.berlin_day(now))
    ids = [each.id for each in rows]
    events = dict(connection.execute(select(_R.id, _R.event_id).where(_R.id.in_(ids))).all())
    found = {each.id: each for each in load_definitions(connection, sorted(set(events.values())))}
    return [
        OwnDate(row, event, can_cancel(event, row.status, now))
        for row in rows
        for event in [found[events[row.id]]]
    ]


def cancel_together(
    session: Session, registration_id: int, chosen: Collection[int], *, now: datetime
) -> int:
    """Cancel those chosen that belong to the same address; how many. One act, one mail.

    Raises `NothingChosen`.
    """
    own = {each.standing.id for each in list_own(session.connection(), registration_id, now=now)}
    rows = _lock(session, own & set(chosen), now)
    if not rows:
        raise NothingChosen
    for event, row in rows:
        give_back(session, event, row, now)
    _owe_mail(session, [row.id for _event, row in rows], now)
    for event in {event.id: event for event, _row in rows}.values():
        promote(session, event, now=now)
    return len(rows)


def _lock(
    session: Session, ids: Collection[int], now: datetime
) -> list[tuple[EventDefinition, Any]]:
    """All their events in one step, then the rows as they are, by date."""
    connection = session.connection()
    mine = select(table_of(Registration)).where(_R.id.in_(ids)).order_by(_R.id)
    event_ids = sorted({row.event_id for row in connection.execute(mine)})
    events = lock_events(session, load_definitions(connection, event_ids), now=now)
    by_id = {event.id: event for event in events}
    rows = [(by_id[row.event_id], row) for row in connection.execute(mine)]
    standing = [(event, row) for event, row in rows if can_cancel(event, row.status, now)]
    return sorted(standing, key=lambda pair: (pair[0].first_day, pair[1].id))


def _owe_mail(session: Session, ids: Sequence[int], now: datetime) -> None:
    if len(ids) == 1:
        owe(session, "registration-cancelled", ids[0], str(ids[0]), now)
    else:
        owe(session, TOGETHER, ids[0], f"{ids[0]}:{now.isoformat()}", now)


def list_cancelled_with(connection: Connection, registration_id: int) -> list[int]:
    """The registrations that were cancelled in the same act, by date, for its mail."""
    row = connection.execute(
        select(_R.email_key, _R.cancelled_at).where(_R.id == registration_id)
    ).first()
    if row is None:
        return []
    statement = select(_R.id).where(
        _R.email_key == row.email_key,
        _R.cancelled_at == row.cancelled_at,
        _R.status == RegistrationStatus.CANCELLED,
    )
    return list(connection.execute(statement.order_by(_R.id)).scalars())
