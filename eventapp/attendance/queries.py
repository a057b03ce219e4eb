"""Reads of who was there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from eventapp.attendance.models import HandEntry, Presence
from eventapp.base import table_of
from eventapp.errors import NotFound
from eventapp.events.definition import EventDefinition
from eventapp.registration.models import Registration, RegistrationStatus

_R = table_of(Registration).c
_PEOPLE = select(
    _R.id,
    _R.title,
    _R.first_name,
    _R.last_name,
    _R.email,
    _R.organisation,
    _R.organisation_key,
    _R.attendance,
    _R.sort_key,
).where(_R.status == RegistrationStatus.CONFIRMED)


def list_confirmed(connection: Connection, event: EventDefinition) -> Sequence[Any]:
    """Everybody with a place, by surname."""
    statement = _PEOPLE.where(_R.event_id == event.id).order_by(_R.sort_key, _R.id)
    return connection.execute(statement).all()


def get_confirmed(connection: Connection, event: EventDefinition, registration_id: int) -> Any:
    """One of them; raises `NotFound`."""
    statement = _PEOPLE.where(_R.event_id == event.id, _R.id == registration_id)
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return row


def find_entry(connection: Connection, event: EventDefinition, entry_id: int) -> Any | None:
    """What was written down by hand, as long as nobody has taken it back."""
    return connection.execute(
        select(table_of(HandEntry))
        .join(Registration, Registration.id == HandEntry.registration_id)
        .where(HandEntry.id == entry_id, Registration.event_id == event.id)
    ).one_or_none()


def list_presences(connection: Connection, registration_id: int) -> Sequence[Any]:
    """Where else than at the door one guest was noted, and when."""
    return connection.execute(
        select(Presence.source, Presence.recorded_at)
        .where(Presence.registration_id == registration_id)
        .order_by(Presence.recorded_at, Presence.id)
    ).all()


def first_presences(event: EventDefinition) -> Select[int, datetime]:
    """(registration id, when) of whoever was noted at any date of the event, the first time."""
    dates = Presence.event_date_id.in_([date.id for date in event.dates])
    noted = select(Presence.registration_id, func.min(Presence.recorded_at)).where(dates)
    return noted.group_by(Presence.registration_id)
