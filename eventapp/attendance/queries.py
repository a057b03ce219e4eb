"""Reads of who was there."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from eventapp.attendance.models import Presence


def list_presences(connection: Connection, registration_id: int) -> Sequence[Any]:
    """Where else than at the door one guest was noted, and when."""
    return connection.execute(
        select(Presence.source, Presence.recorded_at)
        .where(Presence.registration_id == registration_id)
        .order_by(Presence.recorded_at, Presence.id)
    ).all()
