"""What the office changes for one person or for many at once: place and way to take part.

The event is locked and everything decided before; here it is written, in a fixed number of
statements, with one mail each.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.definition import EventDefinition
from eventapp.registration.line_rules import Step
from eventapp.registration.models import Place, PlaceStatus, Registration
from eventapp.registration.promotion import fill_items, promote
from eventapp.registration.steps import (
    WRITTEN,
    Farewell,
    in_parts,
    is_demotion,
    is_promotion,
    write,
)

_R = table_of(Registration).c
_P = table_of(Place).c
_REVISE = (
    update(table_of(Registration))
    .where(_R.id == bindparam("of"))
    .values(revised_at=bindparam("revised"))
)
_LISTED = select(
    _R.id,
    _R.title,
    _R.first_name,
    _R.last_name,
    _R.organisation_id,
    *(_R[name] for name in WRITTEN),
)


def list_rows(connection: Connection, event: EventDefinition, ids: Sequence[int]) -> list[Any]:
    """The registrations of this event among the ids, in the order of waiting, then of signing up,
    with who they are."""
    rows = [
        row
        for some in in_parts(sorted(set(ids)))
        for row in connection.execute(_LISTED.where(_R.event_id == event.id, _R.id.in_(some)))
    ]
    return sorted(rows, key=_order)


def _order(row: Any) -> tuple[bool, int, int]:
    return row.queue_number is None, row.queue_number or 0, row.id


def write_steps(
    session: Session,
    event: EventDefinition,
    rows: Iterable[Any],
    steps: Mapping[int, Step],
    *,
    now: datetime,
    farewell: Farewell | None = None,
) -> None:
    """Take the steps, owe their mails, and let those who wait move up into what is freed."""
    rows = [row for row in rows if row.id in steps]
    if not rows:
        return
    write(session, event, rows, steps, now=now, farewell=farewell)
    newly = [row.id for row in rows if is_promotion(row.status, steps[row.id].status)]
    back = [row.id for row in rows if is_demotion(row.status, steps[row.id].status)]
    _wait_for_items(session, back)
    if newly:
        fill_items(session, event, frozenset(newly), now=now)
    promote(session, event, now=now)


def write_revisions(session: Session, revised: Mapping[int, datetime]) -> None:
    """New times of revision, by registration: what hangs on it has changed."""
    if revised:
        session.connection().execute(
            _REVISE, [{"of": id_, "revised": at} for id_, at in revised.items()]
        )


def _wait_for_items(session: Session, ids: Sequence[int]) -> None:
    """Whoever waits for the event holds no item."""
    for some in in_parts(ids):
        session.execute(
            update(table_of(Place))
            .where(_P.registration_id.in_(some))
            .values(status=PlaceStatus.WAITLISTED)
        )
