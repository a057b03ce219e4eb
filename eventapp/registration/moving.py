"""What the office changes for one person or for many at once: place and way to take part.

The event is locked and everything decided before; here it is written, in a fixed number of
statements, with one mail each.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.definition import EventDefinition
from eventapp.mail import outbox
from eventapp.registration.models import Place, PlaceStatus, Registration, RegistrationStatus
from eventapp.registration.promotion import fill_items, promote
from eventapp.registration.rules import Step, next_revised_at

_R = table_of(Registration).c
_P = table_of(Place).c
_IN_ONE = 5_000  # ids in one statement; both databases take more
_WRITTEN = (
    "status",
    "attendance",
    "sequence",
    "revised_at",
    "confirmed_at",
    "request_sent_at",
    "cancelled_at",
    "cancelled_as",
    "cancel_note",
)
_UPDATE = (
    update(table_of(Registration))
    .where(_R.id == bindparam("of"))
    .values({name: bindparam(f"new_{name}") for name in _WRITTEN})
)
_REVISE = (
    update(table_of(Registration))
    .where(_R.id == bindparam("of"))
    .values(revised_at=bindparam("revised"))
)


@dataclass(frozen=True)
class Farewell:
    """How the office ends registrations: a `CancelledAs`, and a sentence to the person."""

    as_: str
    note: str | None = None


def list_rows(connection: Connection, event: EventDefinition, ids: Sequence[int]) -> list[Any]:
    """The registrations of this event among the ids, in the order of `id`, with who they are."""
    return [
        row
        for some in in_parts(sorted(set(ids)))
        for row in connection.execute(
            select(_R.id, _R.title, _R.first_name, _R.last_name, *(_R[name] for name in _WRITTEN))
            .where(_R.event_id == event.id, _R.id.in_(some))
            .order_by(_R.id)
        )
    ]


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
    new = [_values(event, row, steps[row.id], farewell, now) for row in rows]
    session.connection().execute(_UPDATE, new)
    newly = [row.id for row in rows if is_promotion(row.status, steps[row.id].status)]
    back = [row.id for row in rows if is_demotion(row.status, steps[row.id].status)]
    _wait_for_items(session, back)
    _owe_mails(session, rows, new, now)
    if newly:
        fill_items(session, event, frozenset(newly), now=now)
    promote(session, event, now=now)


def write_revisions(session: Session, revised: Mapping[int, datetime]) -> None:
    """New times of revision, by registration: what hangs on it has changed."""
    if revised:
        session.connection().execute(
            _REVISE, [{"of": id_, "revised": at} for id_, at in revised.items()]
        )


def is_promotion(before: str, after: str) -> bool:
    return before != after and after == RegistrationStatus.CONFIRMED


def is_demotion(before: str, after: str) -> bool:
    return before != after and after == RegistrationStatus.WAITLISTED


def mail_kind(before: str, after: str) -> str:
    """The one mail that tells of the step."""
    if after == RegistrationStatus.CANCELLED:
        return "registration-cancelled"
    if is_promotion(before, after):
        return "registration-promoted"
    return "registration-waitlisted" if is_demotion(before, after) else "registration-changed"


def _values(
    event: EventDefinition, row: Any, step: Step, farewell: Farewell | None, now: datetime
) -> dict[str, Any]:
    """SEQUENCE rises with every change of place or way; who waits again is asked anew later."""
    values = {name: getattr(row, name) for name in _WRITTEN}
    values |= {
        "status": step.status,
        "attendance": step.attendance,
        "sequence": row.sequence + 1,
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
    return {"of": row.id, **{f"new_{name}": value for name, value in values.items()}}


def _wait_for_items(session: Session, ids: Sequence[int]) -> None:
    """Whoever waits for the event holds no item."""
    for some in in_parts(ids):
        session.execute(
            update(table_of(Place))
            .where(_P.registration_id.in_(some))
            .values(status=PlaceStatus.WAITLISTED)
        )


def _owe_mails(
    session: Session, rows: Sequence[Any], new: Sequence[Mapping[str, Any]], now: datetime
) -> None:
    mails: dict[str, list[tuple[str, dict[str, int]]]] = {}
    for row, values in zip(rows, new, strict=True):
        kind = mail_kind(row.status, values["new_status"])
        ids = {"registration_id": row.id}
        if kind == "registration-changed":
            ids["sequence"] = values["new_sequence"]  # its calendar entry changed too
        act = f"{kind}:{row.id}:{values['new_revised_at'].isoformat()}"
        mails.setdefault(kind, []).append((act, ids))
    for kind, owed in mails.items():
        outbox.add_all(session, kind, owed, now)


def in_parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """As many as one statement takes."""
    return (ids[start : start + _IN_ONE] for start in range(0, len(ids), _IN_ONE))
