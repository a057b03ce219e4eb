"""The lines of those who wait: who stands where. One line for each way to take part."""

from typing import Any

from sqlalchemy import Connection, ScalarSelect, bindparam, func, select
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from eventapp.base import table_of
from eventapp.events.definition import EventDefinition
from eventapp.registration.models import Registration

_R = table_of(Registration).c
_AHEAD = table_of(Registration).alias("ahead").c
_LAST = table_of(Registration).alias("last").c

Columns = ReadOnlyColumnCollection[str, Any]


def position_of(columns: Columns) -> ScalarSelect[int]:
    """The position of a row of `registration` in its line, from 1; sense only where it waits."""
    return (
        select(func.count() + 1)
        .where(
            _AHEAD.event_id == columns.event_id,
            _AHEAD.waits_for == columns.waits_for,
            _AHEAD.queue_number < columns.queue_number,
        )
        .scalar_subquery()
    )


NEXT_NUMBER = (
    select(func.coalesce(func.max(_LAST.queue_number), 0) + 1)
    .where(_LAST.event_id == bindparam("line_of"))
    .scalar_subquery()
)
_NEXT_NUMBER = select(NEXT_NUMBER)
_POSITION = select(position_of(_R)).where(_R.id == bindparam("registration_id"))


def next_number(connection: Connection, event: EventDefinition) -> int:
    """The number of whoever joins a line next; the event must be locked."""
    number: int = connection.execute(_NEXT_NUMBER, {"line_of": event.id}).scalar_one()
    return number


def find_position(connection: Connection, row: Any) -> int | None:
    """From 1, in the line that this registration stands in, if any."""
    if row.waits_for is None:
        return None
    position: int = connection.execute(_POSITION, {"registration_id": row.id}).scalar_one()
    return position
