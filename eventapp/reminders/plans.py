"""The steps of an event: its own once its organisers have touched them, else `rules.DEFAULTS`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.models import Event
from eventapp.events.rules import ChangedMeanwhile
from eventapp.reminders import rules
from eventapp.reminders.models import Awaits, Group, ReminderPlan, ReminderStep, Side, Unit
from eventapp.reminders.rules import DEFAULTS, FOLLOW_UPS, Step, StepThere, TooManySteps, in_order

_P = table_of(ReminderPlan).c
_S = table_of(ReminderStep).c


@dataclass(frozen=True)
class Plan:
    """The steps in the order of time; revision 0 as long as nobody has chosen any."""

    steps: tuple[Step, ...]
    revision: int

    def find(self, key: str) -> Step | None:
        """The step of this name."""
        return next((step for step in self.steps if step.key == key), None)


def get_plan(connection: Connection, event_id: int) -> Plan:
    """What holds for the event now."""
    rows = connection.execute(
        select(_P.revision, *_S)
        .select_from(table_of(ReminderPlan).outerjoin(table_of(ReminderStep)))
        .where(_P.event_id == event_id)
    ).all()
    if not rows:
        return Plan(in_order(DEFAULTS), 0)
    steps = [step_of(row) for row in rows if row.side is not None]
    return Plan(in_order(steps), rows[0].revision)


def step_of(row: Any) -> Step:
    """From a row of the table."""
    return Step(
        Side(row.side),
        row.amount,
        Unit(row.unit),
        Group(row.group),
        row.text,
        row.text_en,
        row.since,
        Awaits(row.awaits) if row.awaits else None,
    )


def add_step(session: Session, event_id: int, step: Step, *, now: datetime) -> None:
    """One more; what would have been due by now is not made up for. In the place of a usual
    follow-up of the same name its organisers' own stands. Raises `StepThere`, `TooManySteps`."""
    plan = _hold(session, event_id)
    present = plan.find(step.key)
    if present and (present not in FOLLOW_UPS or step == present):
        raise StepThere
    if len(plan.steps) >= rules.MOST_STEPS and not present:
        raise TooManySteps(most=rules.MOST_STEPS)
    others = [each for each in plan.steps if each.key != step.key]
    _write(session, event_id, plan, (*others, _new(step, now)), now)


def change_step(
    session: Session, event_id: int, key: str, step: Step, *, seen: int, now: datetime
) -> None:
    """Put another in its place. With the same moment and group only the text changes, and who had
    it gets no other. Raises `ChangedMeanwhile`, `StepThere`."""
    plan = _hold(session, event_id)
    present = plan.find(key)
    if plan.revision != seen or present is None:
        raise ChangedMeanwhile
    if step.key != key and plan.find(step.key):
        raise StepThere
    others = tuple(each for each in plan.steps if each.key != key)
    since = present.since if step.key == key else now
    _write(session, event_id, plan, (*others, _new(step, since)), now)


def remove_step(session: Session, event_id: int, key: str, *, now: datetime) -> bool:
    """Whether it was there."""
    plan = _hold(session, event_id)
    left = tuple(each for each in plan.steps if each.key != key)
    if len(left) == len(plan.steps):
        return False
    _write(session, event_id, plan, left, now)
    return True


def end_follow_ups(session: Session, event_id: int, *, now: datetime) -> bool:
    """Nobody is written to after the end; whether anybody would have been."""
    plan = _hold(session, event_id)
    left = tuple(each for each in plan.steps if each.side is Side.BEFORE)
    if len(left) == len(plan.steps):
        return False
    _write(session, event_id, plan, left, now)
    return True


def take_defaults(session: Session, event_id: int, *, now: datetime) -> None:
    """The usual steps and no others; those that were not there hold from now on."""
    plan = _hold(session, event_id)
    steps = tuple(plan.find(each.key) or _new(each, now) for each in DEFAULTS)
    _write(session, event_id, plan, steps, now)


def set_steps(session: Session, event_id: int, steps: Sequence[Step], *, now: datetime) -> None:
    """These and no others; those that were there stay as they are, and the same write nothing."""
    plan = _hold(session, event_id)
    known = {each.key: each for each in plan.steps} if plan.revision else {}
    since = {key: step.since for key, step in known.items()}
    wanted = tuple(_new(each, since.get(each.key, now)) for each in steps)
    if plan.revision == 0 or in_order(wanted) != plan.steps:
        _write(session, event_id, plan, wanted, now)


def copy_plan(session: Session, pattern_id: int, slugs: Sequence[str], *, now: datetime) -> None:
    """New events remind as the pattern does; where it has no steps of its own, they have none."""
    plan = get_plan(session.connection(), pattern_id)
    if plan.revision == 0:
        return
    ids = session.scalars(select(Event.id).where(Event.slug.in_(slugs)).order_by(Event.id)).all()
    if not ids:
        return
    session.execute(
        insert(table_of(ReminderPlan)),
        [{"event_id": each, "revision": 1, "changed_at": now} for each in ids],
    )
    steps = [_row(each, _new(step, None)) for each in ids for step in plan.steps]
    if steps:
        session.execute(insert(table_of(ReminderStep)), steps)


def _new(step: Step, since: datetime | None) -> Step:
    return replace(step, since=since)


def _hold(session: Session, event_id: int) -> Plan:
    """The plan, its event held so that no two write it at once."""
    session.execute(
        select(Event.id).where(Event.id == event_id).with_for_update(key_share=True)
    ).one()
    return get_plan(session.connection(), event_id)


def _write(
    session: Session, event_id: int, plan: Plan, steps: Sequence[Step], now: datetime
) -> None:
    session.execute(delete(ReminderStep).where(_S.event_id == event_id))
    session.execute(delete(ReminderPlan).where(_P.event_id == event_id))
    session.execute(
        insert(ReminderPlan).values(event_id=event_id, revision=plan.revision + 1, changed_at=now)
    )
    rows = [_row(event_id, step) for step in steps]
    if rows:
        session.execute(insert(table_of(ReminderStep)), rows)


def _row(event_id: int, step: Step) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "side": step.side.value,
        "amount": step.amount,
        "unit": step.unit.value,
        "group": step.group.value,
        "text": step.text,
        "text_en": step.text_en,
        "awaits": step.awaits.value if step.awaits else None,
        "since": step.since,
    }
