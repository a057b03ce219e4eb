"""An act on one person or on thousands: planned from what stands, carried out in one transaction.

Whom it is for is fixed when the confirm page is shown; what becomes of each is decided again under
the event's lock, by the same rules.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.errors import NotFound
from eventapp.events.definition import EventDefinition, ItemDefinition
from eventapp.events.models import EventStatus
from eventapp.mail import outbox
from eventapp.participants.models import BulkAct
from eventapp.participants.rules import (
    Candidate,
    Left,
    Plan,
    plan_acceptance,
    plan_attendance,
    plan_cancelling,
    plan_item,
    plan_places,
    plan_without_item,
    with_gone,
)
from eventapp.registration import moving, queries
from eventapp.registration.lock import lock_event
from eventapp.registration.models import CancelledAs, Place
from eventapp.registration.promotion import promote
from eventapp.registration.refusals import EventChanged
from eventapp.registration.rules import capped, for_newcomers, next_revised_at
from eventapp.registration.steps import Farewell, in_parts
from eventapp.registration.uids import new_item_uid
from eventapp.tokens import hashed

MOST = 20_000  # people in one act

_P = table_of(Place).c
_B = table_of(BulkAct).c


class Act(StrEnum):
    ACCEPT = "accept"
    PLACE = "place"
    ATTENDANCE = "attendance"
    ITEM_ADDED = "item_added"
    ITEM_REMOVED = "item_removed"
    DECLINE = "decline"
    CANCEL = "cancel"


NOTED = {  # what the log calls them
    Act.ACCEPT: "registrations.accepted",
    Act.PLACE: "registrations.confirmed",
    Act.ATTENDANCE: "registrations.moved",
    Act.ITEM_ADDED: "registrations.item_given",
    Act.ITEM_REMOVED: "registrations.item_taken",
    Act.DECLINE: "registrations.declined",
    Act.CANCEL: "registrations.cancelled",
}


@dataclass(frozen=True)
class Order:
    """What shall be done."""

    act: Act
    attendance: str | None = None
    item: ItemDefinition | None = None
    beyond: bool = False  # places that are not there
    note: str | None = None  # a sentence to those whose registration ends

    @property
    def options(self) -> dict[str, Any]:
        """What the record keeps of it: no word to anybody."""
        values = {
            "attendance": self.attendance,
            "item": self.item.slug if self.item else None,
            "beyond": self.beyond or None,
        }
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True)
class Planned:
    """The plan with the rows it was made from."""

    plan: Plan
    rows: Sequence[Any]


def plan(
    connection: Connection,
    event: EventDefinition,
    order: Order,
    ids: Sequence[int],
    *,
    now: datetime,
) -> Planned:
    """What the order would do now; the event must be locked if it shall hold."""
    rows = moving.list_rows(connection, event, ids)
    items = _list_items(connection, [row.id for row in rows]) if order.item else {}
    candidates = [
        Candidate(row.id, row.status, row.attendance, items.get(row.id, {}), row.organisation_id)
        for row in rows
    ]
    found = _plan(connection, event, order, candidates, now)
    return Planned(with_gone(found, ids, candidates), rows)


def _plan(
    connection: Connection,
    event: EventDefinition,
    order: Order,
    candidates: Sequence[Candidate],
    now: datetime,
) -> Plan:
    if order.act in (Act.CANCEL, Act.DECLINE):
        return plan_cancelling(candidates, only_waiting=order.act == Act.DECLINE)
    if event.status == EventStatus.CANCELLED:
        return Plan(left=dict.fromkeys((each.id for each in candidates), Left.NOT_OFFERED))
    delegates_of = capped(event, now, *(each.organisation_id for each in candidates))
    counted = queries.places(connection, event, delegates_of=delegates_of)
    places = for_newcomers(event, counted, now)
    beyond = order.beyond
    if order.act == Act.ACCEPT:
        return plan_acceptance(event, places, candidates, beyond=beyond)
    if order.act == Act.PLACE:
        return plan_places(event, places, candidates, beyond=beyond)
    if order.act == Act.ATTENDANCE:
        return plan_attendance(event, places, candidates, order.attendance, beyond=beyond)
    if order.item is None:
        raise LookupError(f"{order.act} without what it is about")
    if order.act == Act.ITEM_ADDED:
        return plan_item(event, places, candidates, order.item, beyond=beyond)
    return plan_without_item(candidates, order.item)


def carry_out(
    session: Session, event: EventDefinition, order: Order, ids: Sequence[int], *, now: datetime
) -> Plan:
    """Lock, count, decide, write. Raises `EventChanged` where the event is not what it was."""
    if lock_event(session, event, now=now) is not event:
        raise EventChanged
    planned = plan(session.connection(), event, order, ids, now=now)
    write(session, event, order, planned, now=now)
    return planned.plan


def write(
    session: Session, event: EventDefinition, order: Order, planned: Planned, *, now: datetime
) -> None:
    """Do what was planned under the lock that still holds."""
    steps, places = planned.plan.steps, planned.plan.places
    if steps:
        farewell = _farewell(order)
        moving.write_steps(session, event, planned.rows, steps, now=now, farewell=farewell)
    if places and order.item:
        _write_places(session, event, order.item, planned, now)


def _farewell(order: Order) -> Farewell | None:
    as_ = {Act.CANCEL: CancelledAs.OFFICE, Act.DECLINE: CancelledAs.DECLINED}.get(order.act)
    return Farewell(as_, order.note) if as_ else None


def _write_places(
    session: Session, event: EventDefinition, item: ItemDefinition, planned: Planned, now: datetime
) -> None:
    """Give or take the item, revise the registrations and owe a mail each; the VEVENT stays."""
    places = planned.plan.places
    given = {id_: status for id_, status in places.items() if status is not None}
    if given:
        session.connection().execute(
            insert(table_of(Place)),
            [
                {
                    "registration_id": id_,
                    "programme_item_id": item.id,
                    "status": status,
                    "uid": new_item_uid(event),
                }
                for id_, status in given.items()
            ],
        )
    for some in in_parts([id_ for id_, status in places.items() if status is None]):
        session.execute(
            delete(table_of(Place)).where(
                _P.programme_item_id == item.id, _P.registration_id.in_(some)
            )
        )
    rows = [row for row in planned.rows if row.id in places]
    revised = {row.id: next_revised_at(now, event.revised_at, row.revised_at) for row in rows}
    moving.write_revisions(session, revised)
    kind = "registration-changed"
    mails = [
        (f"{kind}:{id_}:{at.isoformat()}", {"registration_id": id_}) for id_, at in revised.items()
    ]
    outbox.add_all(session, kind, mails, now)
    promote(session, event, now=now)


def _list_items(connection: Connection, ids: Sequence[int]) -> Mapping[int, Mapping[int, str]]:
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for some in in_parts(ids):
        for row in connection.execute(
            select(_P.registration_id, _P.programme_item_id, _P.status).where(
                _P.registration_id.in_(some)
            )
        ):
            found[row.registration_id][row.programme_item_id] = row.status
    return found


# --- the record ---------------------------------------------------------------------------------


def find_done(connection: Connection, token: str) -> int | None:
    """The record of the act that this form has done already."""
    return connection.execute(
        select(_B.id).where(_B.token_hash == hashed(token))
    ).scalar_one_or_none()


def get_record(connection: Connection, event: EventDefinition, number: int) -> Any:
    """What was done; raises `NotFound`."""
    row = connection.execute(
        select(table_of(BulkAct)).where(_B.id == number, _B.event_id == event.id)
    ).first()
    if row is None:
        raise NotFound
    return row


def record(
    session: Session,
    event: EventDefinition,
    order: Order,
    done: Plan,
    *,
    token: str,
    by: int,
    now: datetime,
) -> int:
    """Write down what was done to whom; the record's id."""
    return session.execute(
        insert(BulkAct)
        .values(
            event_id=event.id,
            account_id=by,
            token_hash=hashed(token),
            act=order.act,
            options=order.options,
            ids=done.ids,
            left={reason.value: ids for reason, ids in done.reasons},
            created_at=now,
        )
        .returning(BulkAct.id)
    ).scalar_one()
