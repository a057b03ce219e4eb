"""Reads of who was there."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, func, select

from eventapp.attendance.models import Presence
from eventapp.events.definition import EventDefinition


def list_presences(connection: Connection, registration_id: int) -> Sequence[Any]:
    """Where else than at the door one guest was noted, and when."""
    return connection.execute(
        select(Presence.source, Presence.recorded_at)
        .where(Presence.registration_id == registration_id)
        .order_by(Presence.recorded_at, Presence.id)
    ).all()


def were_noted(event: EventDefinition) -> Select[Any]:
    """The ids of the registrations noted at any date of the event; to be asked within."""
    return select(Presence.registration_id).where(
        Presence.event_date_id.in_([date.id for date in event.dates])
    )


def first_presences(event: EventDefinition) -> Select[Any]:
    """(registration id, when) of whoever was noted at any date of the event, the first time."""
    noted = were_noted(event).add_columns(func.min(Presence.recorded_at))
    return noted.group_by(Presence.registration_id)
