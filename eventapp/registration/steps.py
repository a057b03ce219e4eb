"""Writing what becomes of registrations, of one or of thousands: the rows in one statement, and one
mail each. The event is locked and everything decided before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.definition import EventDefinition
from eventapp.mail import outbox
from eventapp.registration.line import next_number
from eventapp.registration.line_rules import Step, offer_ends_at
from eventapp.registration.models import (
    CancelledAs,
    Place,
    PlaceStatus,
    Registration,
    RegistrationStatus,
)
from eventapp.registration.rules import next_revised_at

OFFERED = RegistrationStatus.OFFERED

_R, _P = table_of(Registration).c, table_of(Place).c
_IN_ONE = 5_000  # ids in one statement; both databases take more
WRITTEN = (
    "status",
    "attendance",
    "waits_for",
    "queue_number",
    "offer_ends_at",
    "sequence",
    "revised_at",
    "admitted_at",
    "confirmed_at",
    "request_sent_at",
    "cancelled_at",
    "cancelled_as",
    "cancel_note",
)
_UPDATE = (
    update(table_of(Registration))
    .where(_R.id == bindparam("of"))
    .values({name: bindparam(f"new_{name}") for name in WRITTEN})
)


@dataclass(frozen=True)
class Farewell:
    """How registrations end: a `CancelledAs`, and a sentence of the office to the person."""

    as_: str
    note: str | None = None


def write(
    session: Session,
    event: EventDefinition,
    rows: Sequence[Any],
    steps: Mapping[int, Step],
    *,
    now: datetime,
    farewell: Farewell | None = None,
) -> None:
    """Take the steps of these rows, which have the columns `WRITTEN`, and owe their mails; whoever
    comes to wait joins the line in the order of the rows."""
    connection = session.connection()
    waits = any(steps[row.id].waits_for for row in rows)
    numbers = count(next_number(connection, event)) if waits else count()
    new = [_values(event, row, steps[row.id], numbers, farewell, now) for row in rows]
    connection.execute(_UPDATE, new)
    ended = [row.id for row in rows if steps[row.id].status == RegistrationStatus.CANCELLED]
    release_items(session, event, ended)
    _owe_mails(session, rows, new, now)


def release_items(session: Session, event: EventDefinition, ids: Sequence[int]) -> None:
    """Whoever has no registration any more holds no programme item, and waits for none."""
    for some in in_parts(ids if event.choices else ()):
        session.execute(
            update(table_of(Place))
            .where(_P.registration_id.in_(some))
            .values(status=PlaceStatus.RELEASED)
        )


def is_moved(row: Any, step: Step) -> bool:
    """Whether the calendar entry becomes another one."""
    return bool((row.status, row.attendance) != (step.status, step.attendance))


def is_promotion(before: str, after: str) -> bool:
    return before != after and after == RegistrationStatus.CONFIRMED


def is_demotion(before: str, after: str) -> bool:
    return before != after and after == RegistrationStatus.WAITLISTED


def mail_kind(before: str, after: str, ended_as: str | None = None) -> str:
    """The one mail that tells of the step; `ended_as` is a `CancelledAs`."""
    is_decided = before == RegistrationStatus.RECEIVED
    if after == RegistrationStatus.CANCELLED:
        is_declined = is_decided and ended_as == CancelledAs.DECLINED
        return "registration-declined" if is_declined else "registration-cancelled"
    if after == OFFERED:
        return "registration-offered"
    if is_promotion(before, after):
        return "registration-confirmed" if is_decided else "registration-promoted"
    return "registration-waitlisted" if is_demotion(before, after) else "registration-changed"


def _values(
    event: EventDefinition,
    row: Any,
    step: Step,
    numbers: Iterator[int],
    farewell: Farewell | None,
    now: datetime,
) -> dict[str, Any]:
    """SEQUENCE rises with every change of place or way, not with a wish for one; who waits again is
    asked anew later."""
    values = {name: getattr(row, name) for name in WRITTEN}
    values |= {
        "status": step.status,
        "attendance": step.attendance,
        "waits_for": step.waits_for,
        "queue_number": next(numbers) if step.waits_for else None,
        "offer_ends_at": offer_ends_at(event, now) if step.status == OFFERED else None,
        "sequence": row.sequence + is_moved(row, step),
        "revised_at": next_revised_at(now, event.revised_at, row.revised_at),
    }
    if step.status == RegistrationStatus.CANCELLED:
        values["cancelled_at"] = now
        values["cancelled_as"] = farewell.as_ if farewell else None
        values["cancel_note"] = farewell.note if farewell else None
    elif is_promotion(row.status, step.status):
        values["confirmed_at"] = now
    elif is_demotion(row.status, step.status):
        values |= {"confirmed_at": None, "request_sent_at": None}
    if row.status == RegistrationStatus.RECEIVED:
        values["admitted_at"] = now
    return {"of": row.id, **{f"new_{name}": value for name, value in values.items()}}


def _owe_mails(
    session: Session, rows: Sequence[Any], new: Sequence[Mapping[str, Any]], now: datetime
) -> None:
    mails: dict[str, list[tuple[str, dict[str, int]]]] = {}
    for row, values in zip(rows, new, strict=True):
        kind = mail_kind(row.status, values["new_status"], values["new_cancelled_as"])
        ids = {"registration_id": row.id}
        if kind == "registration-changed" and values["new_sequence"] != row.sequence:
            ids["sequence"] = values["new_sequence"]  # its calendar entry changed too
        act = f"{kind}:{row.id}:{values['new_revised_at'].isoformat()}"
        mails.setdefault(kind, []).append((act, ids))
    for kind, owed in mails.items():
        outbox.add_all(session, kind, owed, now)


def in_parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """As many as one statement takes."""
    return (ids[start : start + _IN_ONE] for start in range(0, len(ids), _IN_ONE))
