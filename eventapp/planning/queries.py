"""Reads of planning: which addresses are taken, who takes part in which way."""

from sqlalchemy import Connection, func, select

from eventapp.base import table_of
from eventapp.events.models import Event
from eventapp.registration.models import Registration, RegistrationStatus

_R = table_of(Registration).c


def list_slugs_like(connection: Connection, start: str) -> list[str]:
    """The events' slugs that begin like this one."""
    statement = select(Event.slug).where(Event.slug.startswith(start, autoescape=True))
    return list(connection.execute(statement).scalars())


def count_standing(connection: Connection, event_id: int) -> dict[str, int]:
    """How many are registered or wait, by attendance; who has cancelled counts no more."""
    statement = (
        select(_R.attendance, func.count())
        .where(_R.event_id == event_id, _R.status != RegistrationStatus.CANCELLED)
        .group_by(_R.attendance)
    )
    return {row[0]: row[1] for row in connection.execute(statement)}
