"""Assistants of people who need one: a registration of their own that goes wherever the one it
belongs to goes, past quota and waiting list by right."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.definition import EventDefinition
from eventapp.registration.models import Registration, RegistrationStatus
from eventapp.registration.rules import next_revised_at

KIND = "companion"  # of the assistance needs: whoever ticks it brings one

_MAIN_TABLE = table_of(Registration).alias("main")
_R, _MAIN = table_of(Registration).c, _MAIN_TABLE.c
_ASTRAY = (
    select(
        _R.id,
        _R.attendance,
        _R.sequence,
        _R.revised_at,
        _R.confirmed_at,
        _MAIN.status.label("main_status"),
        _MAIN.attendance.label("main_attendance"),
        _MAIN.offer_ends_at.label("main_offer_ends_at"),
        _MAIN.cancelled_as.label("main_cancelled_as"),
    )
    .outerjoin(_MAIN_TABLE, _MAIN.id == _R.main_id)
    .where(
        _R.event_id == bindparam("event"),
        _R.main_id.is_not(None),
        _R.status != RegistrationStatus.CANCELLED,
        or_(_MAIN.id.is_(None), _MAIN.status != _R.status, _MAIN.attendance != _R.attendance),
    )
)


def borrowed_name(first_name: str) -> str:
    """The first name of an assistant whose own is not known yet: that of whom they assist."""
    return f"Assistenz von {first_name}"


def follow(session: Session, event: EventDefinition, *, now: datetime) -> None:
    """Let assistants be where theirs are: with a place, waiting, online, gone. The event must be
    locked. They may take places that are not there."""
    for row in session.execute(_ASTRAY, {"event": event.id}).all():
        status = row.main_status or RegistrationStatus.CANCELLED
        values: dict[str, Any] = {
            "status": status,
            "attendance": row.main_attendance or row.attendance,
            "offer_ends_at": row.main_offer_ends_at,
            "sequence": row.sequence + 1,
            "revised_at": next_revised_at(now, event.revised_at, row.revised_at),
        }
        if status == RegistrationStatus.CANCELLED:
            values |= {"cancelled_at": now, "cancelled_as": row.main_cancelled_as}
        elif status == RegistrationStatus.CONFIRMED:
            values["confirmed_at"] = row.confirmed_at or now
        session.execute(update(table_of(Registration)).where(_R.id == row.id).values(**values))


def find_assistant_id(connection: Connection, event_id: int, main_id: int) -> int | None:
    """The registration of whoever assists, while it stands."""
    return connection.execute(
        select(_R.id).where(
            _R.event_id == event_id,
            _R.main_id == main_id,
            _R.status != RegistrationStatus.CANCELLED,
        )
    ).scalar()
