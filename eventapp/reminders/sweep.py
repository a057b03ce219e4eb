"""Owing what is due. A handful of statements, however many events and people.

Whoever inserts the row of a step's moment owes its mails; another scheduler finds it there, or
waits for it and then does nothing. Each person's claim is unique besides, so that nobody gets a
step twice whatever else goes wrong.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, delete, exists, literal, or_, select
from sqlalchemy.dialects.postgresql import insert  # its ON CONFLICT is SQLite's, word for word
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.mail import batches
from eventapp.registration.models import Registration
from eventapp.reminders import groups
from eventapp.reminders.awaiting import ready
from eventapp.reminders.models import ReminderClaim, ReminderRun, Side
from eventapp.reminders.moments import list_planned, list_ran
from eventapp.reminders.rules import OUTCOMES, Due, speaking
from eventapp.reminders.together import Claim, join

REMINDER, FOLLOW_UP = "event-reminder", "event-follow-up"
_IN_ONE = 500  # rows in one statement
_KEPT = timedelta(days=100)  # longer than any step may wait for its date

_R = table_of(Registration).c
_N = table_of(ReminderRun).c
_C = table_of(ReminderClaim).c


def remind(session: Session, *, now: datetime) -> int:
    """Owe every reminder and follow-up that is due; how many mails."""
    planned = list_planned(session.connection(), now)
    due = [each for each in planned if each.is_due(now)]
    if not due:
        return 0
    ran = list_ran(session.connection(), due)
    new = ready(session.connection(), [each for each in due if each.key not in ran], now)
    claims = _claim(session, _run(session, new), now)
    led = join(session, claims, planned, now) if claims else frozenset()
    return _owe(session, [each for each in claims if each.id not in led], now)


def _run(session: Session, due: Sequence[Due]) -> Mapping[int, Due]:
    """Note that these had their moment; of those that nobody noted before, the ones that speak."""
    by_key, speak = {each.key: each for each in due}, speaking(due)
    won: dict[int, Due] = {}
    ordered = sorted(due, key=lambda each: (each.due_at, each.key))  # two sweeps wait in one order
    for start in range(0, len(ordered), _IN_ONE):
        rows = [_run_row(each) for each in ordered[start : start + _IN_ONE]]
        statement = insert(table_of(ReminderRun)).values(rows).on_conflict_do_nothing()
        noted = session.execute(statement.returning(_N.id, _N.date_uid, _N.step, _N.day))
        won |= {id_: by_key[(uid, step, day)] for id_, uid, step, day in noted}
    return {id_: each for id_, each in won.items() if each in speak}


def _run_row(due: Due) -> dict[str, Any]:
    return {
        "event_id": due.event_id,
        "date_uid": due.date_uid,
        "step": due.step.key,
        "group": due.step.group.value,
        "day": due.day,
        "due_at": due.due_at,
    }


def _claim(session: Session, won: Mapping[int, Due], now: datetime) -> list[Claim]:
    """The people of each step's group who have no claim yet: they have one from here on."""
    by_key, runs = {each.key: each for each in won.values()}, sorted(won)
    found: list[Claim] = []
    for start in range(0, len(runs), _IN_ONE):
        ids = runs[start : start + _IN_ONE]
        event_ids = {won[each].event_id for each in ids}
        people = (
            select(_R.id, _N.date_uid, _N.step, _N.day, _N.due_at, literal(now, _C.claimed_at.type))
            .select_from(
                table_of(ReminderRun).join(table_of(Registration), _R.event_id == _N.event_id)
            )
            .where(
                _N.id.in_(ids),
                groups.REACHABLE,
                groups.in_any_group(_N.group, _N.due_at, event_ids),
                ~_HEARD_OTHERWISE,
            )
            .order_by(_R.id, _N.id)
        )
        statement = insert(table_of(ReminderClaim)).from_select(_CLAIMED, people)
        rows = session.execute(
            statement.on_conflict_do_nothing().returning(
                _C.id, _C.registration_id, _C.date_uid, _C.step, _C.day
            )
        )
        found += (Claim(row[0], row[1], by_key[row[2], row[3], row[4]]) for row in rows)
    return sorted(found, key=lambda each: each.id)


def _heard_otherwise() -> ColumnElement[bool]:
    """Whether the person has been told another end of this date: what the ledger learns later
    sends no second mail."""
    told = table_of(ReminderClaim).alias("told").c
    same = (told.registration_id == _R.id, told.date_uid == _N.date_uid, told.day == _N.day)
    return or_(
        *(
            and_(
                _N.group == group,
                _N.step.startswith(Side.AFTER.value),
                exists()
                .where(
                    *same,
                    told.step.startswith(Side.AFTER.value),
                    or_(*(told.step.endswith(f"-{each}") for each in OUTCOMES if each != group)),
                )
                .correlate(table_of(ReminderRun), table_of(Registration)),
            )
            for group in OUTCOMES
        )
    )


_HEARD_OTHERWISE = _heard_otherwise()
_CLAIMED = ["registration_id", "date_uid", "step", "day", "due_at", "claimed_at"]


def _owe(session: Session, claims: Sequence[Claim], now: datetime) -> int:
    """One mail each. They leave after what is owed one by one, as befits many."""
    batch, owed = f"reminders:{uuid4().hex}", 0
    for kind, side in ((REMINDER, Side.BEFORE), (FOLLOW_UP, Side.AFTER)):
        ids = (
            {"registration_id": each.registration_id, "claim_id": each.id}
            for each in claims
            if each.due.step.side is side
        )
        owed += batches.add_many(session, kind, batch, ids, due_at=now, now=now)
    return owed


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete the moments of what is long over; claims stay with their registrations."""
    session.execute(delete(ReminderRun).where(_N.due_at < now - _KEPT))
