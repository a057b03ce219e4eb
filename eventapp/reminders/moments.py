"""Which steps of which dates have their moment now, whoever's they are; two statements."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from eventapp.base import table_of
from eventapp.clock import berlin_day
from eventapp.events.models import AskComing, Event, EventDate, EventStatus
from eventapp.reminders import coming, rules
from eventapp.reminders.models import Group, ReminderPlan, ReminderRun, ReminderStep, Unit
from eventapp.reminders.plans import step_of
from eventapp.reminders.rules import DEFAULTS, DEFAULTS_REACH, FOLLOW_UPS, Due, Step, plan_date

_E = table_of(Event).c
_D = table_of(EventDate).c
_P = table_of(ReminderPlan).c
_S = table_of(ReminderStep).c
_N = table_of(ReminderRun).c

_REACH = timedelta(days=rules.MOST[Unit.DAYS] + 1)
_FOLLOWS = _REACH + rules.WAITS_FOR_MATERIALS
_FOLLOWED = timedelta(days=FOLLOW_UPS[0].amount + 1) + rules.FOLLOWS_UP  # the usual ones
_STEP = ("side", "amount", "unit", "group", "text", "text_en", "awaits", "since")
_ASKED: Mapping[str, tuple[Group, ...]] = {
    AskComing.IN_PERSON: (Group.IN_PERSON,),
    AskComing.ALL: (Group.IN_PERSON, Group.ONLINE),
}


def list_planned(connection: Connection, now: datetime) -> list[Due]:
    """Every step of every date that is near enough to matter, what was left out by rule aside."""
    return [
        due
        for each in _near_dates(connection, now)
        for due in _planned(each)
        if not due.is_held_back
    ]


def list_ran(connection: Connection, due: Iterable[Due]) -> set[tuple[str, str, Any]]:
    """Of these, the keys of those that had their moment."""
    events = sorted({each.event_id for each in due})
    rows = connection.execute(select(_N.date_uid, _N.step, _N.day).where(_N.event_id.in_(events)))
    return {tuple(row) for row in rows}


def is_replaced(
    due: Due, ask_coming: str | None, starts_at: datetime | None, first_day: date
) -> bool:
    """Whether "do you still come?", asked of an event with these columns, goes to the same people
    at about the same time."""
    if ask_coming is None or due.day != first_day:
        return False
    asks_at = coming.moment(starts_at, first_day)
    return rules.is_asked_instead(due, asks_at, _ASKED.get(ask_coming, ()))


def _near_dates(connection: Connection, now: datetime) -> Iterator[list[Any]]:
    """The rows of one date after the other, one for each step of its event's own plan."""
    today = berlin_day(now)
    has_plan = _P.event_id.is_not(None)
    soon = today + timedelta(days=DEFAULTS_REACH + 1)
    near = or_(
        and_(has_plan, _E.first_day <= today + _REACH, _E.last_day >= today - _FOLLOWS),
        and_(~has_plan, _E.first_day <= soon, _E.last_day >= today - _FOLLOWED),
    )
    last = func.max(_D.position).over(partition_by=_D.event_id)
    rows = connection.execute(
        select(
            _E.network_id,
            _E.ask_coming,
            _E.first_day,
            _E.starts_at.label("event_starts_at"),
            _D.event_id,
            _D.position,
            _D.uid,
            _D.starts_at,
            _D.ends_at,
            _D.starts_on,
            _D.ends_on,
            _D.moved_at,
            _P.revision,
            (_D.position == last).label("is_last"),
            *(_S[name] for name in _STEP),
        )
        .select_from(
            table_of(EventDate)
            .join(table_of(Event))
            .outerjoin(table_of(ReminderPlan), _P.event_id == _E.id)
            .outerjoin(table_of(ReminderStep), _S.event_id == _P.event_id)
        )
        .where(_E.status == EventStatus.PUBLISHED, near, ~_D.is_off)
        .order_by(_D.event_id, _D.position)
    ).all()
    for _uid, group in groupby(rows, key=lambda row: row.uid):
        yield list(group)


def _planned(rows: list[Any]) -> Iterator[Due]:
    first = rows[0]
    steps: Iterable[Step] = DEFAULTS
    if first.revision is not None:
        steps = [step_of(row) for row in rows if row.side is not None]
    for due in plan_date(
        first.event_id,
        first.network_id,
        first.uid,
        first,
        steps,
        moved_at=first.moved_at,
        is_last=bool(first.is_last),
    ):
        if not is_replaced(due, first.ask_coming, first.event_starts_at, first.first_day):
            yield due
