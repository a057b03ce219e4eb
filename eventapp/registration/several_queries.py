"""What became of a form for several events: read for its receipt and for its mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select

from eventapp.base import table_of
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import load_definitions
from eventapp.registration.line import position_of
from eventapp.registration.models import (
    Registration,
    RegistrationStatus,
    SignupRefusal,
    is_standing,
)
from eventapp.tokens import keyring

_R = table_of(Registration).c
_F = table_of(SignupRefusal).c
_GIVEN = select(
    _R.id,
    _R.event_id,
    _R.status.label("outcome"),
    _R.attendance,
    position_of(_R).label("position"),
).where(_R.signup_id == bindparam("signup"))
_REFUSED = select(_F.event_id, _F.code).where(_F.signup_id == bindparam("signup"))


@dataclass(frozen=True)
class Told:
    """One event that was asked for. `outcome` is the state of its registration, or the code of the
    refusal; then there is no registration of this form."""

    event: EventDefinition
    outcome: str
    registration_id: int | None = None
    attendance: str | None = None
    position: int | None = None  # in the waiting list, from 1


def list_told(connection: Connection, signup_id: int) -> list[Told]:
    """Event by event in the order of time, in a fixed number of queries."""
    refused = connection.execute(_REFUSED, {"signup": signup_id}).all()
    late = {row.event_id for row in refused}  # given, then given back to an earlier registration
    rows = connection.execute(_GIVEN, {"signup": signup_id})
    given = [row for row in rows if row.event_id not in late]
    ids = [row.event_id for row in (*given, *refused)]
    events = {event.id: event for event in load_definitions(connection, ids)}
    told = [_given(events[row.event_id], row) for row in given]
    told += [Told(events[row.event_id], row.code) for row in refused]
    return sorted(told, key=lambda each: (each.event.start, each.event.id))


def _given(event: EventDefinition, row: Any) -> Told:
    position = row.position if row.outcome == RegistrationStatus.WAITLISTED else None
    return Told(event, row.outcome, row.id, row.attendance, position)


def list_links(
    connection: Connection, registration_id: int, event_ids: Sequence[int]
) -> Mapping[int, str]:
    """The management tokens of the same person's standing registrations, by event."""
    person = select(_R.person_key).where(_R.id == registration_id).scalar_subquery()
    rows = connection.execute(
        select(_R.event_id, _R.secrets_sealed).where(
            _R.event_id.in_(event_ids),
            _R.person_key == person,
            is_standing(_R),
        )
    )
    return {row.event_id: keyring().open(row.secrets_sealed)["manage"] for row in rows}
