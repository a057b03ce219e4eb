"""Who gets what when, for the organisers' page: each moment of each step, with how many people."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select

from eventapp.base import table_of
from eventapp.events.definition import EventDefinition
from eventapp.events.models import EventDate
from eventapp.mail.models import MailState, OutboxMail, PastMail
from eventapp.registration.models import Registration
from eventapp.reminders import groups
from eventapp.reminders.models import Group, ReminderClaim
from eventapp.reminders.moments import is_replaced, list_ran
from eventapp.reminders.plans import Plan
from eventapp.reminders.rules import Due, Step, plan_date
from eventapp.reminders.step_forms import groups_of
from eventapp.reminders.sweep import FOLLOW_UP, REMINDER

MOST_SHOWN = 3  # moments of one step; a course may have twenty

_C = table_of(ReminderClaim).c
_D = table_of(EventDate).c
_R = table_of(Registration).c


class Fate(StrEnum):
    """What became of a mail that was owed."""

    SENT = "sent"
    UNDER_WAY = "under_way"
    DROPPED = "dropped"  # its reason had gone by the time it would have left
    FAILED = "failed"  # refused by their mail server, or perhaps lost on the way


_FATES = {
    MailState.PENDING: Fate.UNDER_WAY,
    MailState.SENDING: Fate.UNDER_WAY,
    MailState.DROPPED: Fate.DROPPED,
    MailState.FAILED: Fate.FAILED,
    MailState.UNKNOWN: Fate.FAILED,
}


class State(StrEnum):
    """How a moment stands."""

    AHEAD = "ahead"
    SENT = "sent"
    REPLACED = "replaced"  # "do you still come?" goes to the same people
    WAITS = "waits"  # its time has come, what it waits for has not
    PAST = "past"  # nobody got it, and nobody will


_TO_COME = (State.AHEAD, State.WAITS)


@dataclass(frozen=True)
class Moment:
    """One step of one date: when, and how many people got it or would get it now."""

    at: datetime
    state: State
    people: int
    until: datetime  # waits no longer
    others: Mapping[Fate, int] = field(default_factory=dict)  # of a mail that was owed, not sent


@dataclass(frozen=True)
class Line:
    """One step with its moments; without any the time of the event is not known yet."""

    step: Step
    moments: Sequence[Moment]
    more: int  # moments that are not shown


def list_lines(
    connection: Connection, event: EventDefinition, plan: Plan, now: datetime
) -> list[Line]:
    """The steps of the groups that the event has; four statements."""
    offered = groups_of(event)
    steps = [step for step in plan.steps if step.group in offered]
    sent = _count_sent(connection, event)
    people = _count_people(connection, event, now)
    moments: dict[str, list[Moment]] = defaultdict(list)
    planned = _planned(connection, event, steps)
    ran = list_ran(connection, planned)
    for due in planned:
        state = _state(event, due, sent, ran, now)
        went = sent.get(due.key, Counter())
        n = went[Fate.SENT] if state is State.SENT else people[due.step.group]
        unsent = [each for each in Fate if each != Fate.SENT and went[each]]
        others: dict[Fate, int] = {each: went[each] for each in unsent}
        moments[due.step.key].append(Moment(due.due_at, state, n, due.too_late_at, others))
    return [_line(step, moments[step.key]) for step in steps]


def _line(step: Step, moments: Sequence[Moment]) -> Line:
    """Those to come first: of a long course nobody looks for what is over."""
    ahead = [each for each in moments if each.state in _TO_COME]
    others = [each for each in moments if each.state not in _TO_COME]
    shown = (ahead[:MOST_SHOWN] or others[-MOST_SHOWN:]) if len(moments) > MOST_SHOWN else moments
    return Line(step, shown, len(moments) - len(shown))


def _planned(
    connection: Connection, event: EventDefinition, steps: Sequence[Step]
) -> Sequence[Due]:
    moved = dict(
        connection.execute(select(_D.uid, _D.moved_at).where(_D.event_id == event.id)).all()
    )
    return [
        due
        for each in event.dates_on
        for due in plan_date(
            event.id,
            event.network.id,
            each.uid,
            each,
            steps,
            moved_at=moved.get(each.uid),
            is_last=each is event.dates_on[-1],
        )
    ]


def _state(
    event: EventDefinition,
    due: Due,
    sent: Mapping[Any, Counter[Fate]],
    ran: Collection[Any],
    now: datetime,
) -> State:
    if due.key in sent:
        return State.SENT
    if is_replaced(due, event.ask_coming, event.starts_at, event.first_day):
        return State.REPLACED
    is_owed = due.is_due(now) and not due.is_held_back and due.key not in ran
    if due.step.awaits and is_owed:
        return State.WAITS
    return State.PAST if due.is_held_back or due.due_at <= now else State.AHEAD


def _count_sent(
    connection: Connection, event: EventDefinition
) -> Mapping[tuple[str, str, date], Counter[Fate]]:
    """By moment, what became of the mails owed; who is named in another's mail has its fate. A mail
    of which nothing is left had left before the person with whom it was shared was deleted."""
    rows = connection.execute(
        select(_C.date_uid, _C.step, _C.day, _STATE, func.count())
        .select_from(_MAILED)
        .where(_C.date_uid.in_([each.uid for each in event.dates]))
        .group_by(_C.date_uid, _C.step, _C.day, _STATE)
    )
    found: dict[tuple[str, str, date], Counter[Fate]] = defaultdict(Counter)
    for uid, step, day, state, n in rows:
        found[uid, step, day][_FATES.get(state, Fate.SENT)] += n
    return found


def _of(mail: Any, lead: Any) -> ColumnElement[bool]:
    """Whether the mail is the one of this claim; an index leads from the person to their mails."""
    return and_(
        mail.registration_id == lead.registration_id,
        mail.kind.in_((REMINDER, FOLLOW_UP)),
        mail.ids["claim_id"].as_integer() == lead.id,
    )


_LEAD = table_of(ReminderClaim).alias("lead")
_M, _P = table_of(OutboxMail), table_of(PastMail)
_STATE = func.coalesce(_M.c.state, _P.c.state).label("state")
_MAILED = (
    table_of(ReminderClaim)
    .outerjoin(_LEAD, _LEAD.c.id == func.coalesce(_C.lead_id, _C.id))
    .outerjoin(_M, _of(_M.c, _LEAD.c))
    .outerjoin(_P, _of(_P.c, _LEAD.c))
)


def _count_people(
    connection: Connection, event: EventDefinition, now: datetime
) -> Mapping[Group, int]:
    """Who would get it if it were due now, by group."""
    row = connection.execute(
        select(
            *(
                func.count().filter(groups.counted_in(each, now, event.id)).label(each.value)
                for each in Group
            )
        ).where(_R.event_id == event.id)
    ).one()
    return {each: getattr(row, each.value) for each in Group}
