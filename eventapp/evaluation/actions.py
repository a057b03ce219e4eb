"""Asking, changing what is asked, and taking answers in."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Text, cast, delete, insert, select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.clock import berlin_day
from eventapp.evaluation import queries, rules
from eventapp.evaluation.models import Evaluation, EvaluationBox, EvaluationVoted
from eventapp.evaluation.rules import Asked, Given, Question, box_of
from eventapp.events.actions import lock_events
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition_by_id
from eventapp.events.models import Event

TEXTS_KEPT = timedelta(days=180)  # after the event; the counts stay
_NO_TEXTS = '"texts": {}'  # in the row's JSON; a quote that somebody typed is escaped there

_EVALUATION, _BOX = table_of(Evaluation), table_of(EvaluationBox)
_VOTED = table_of(EvaluationVoted)


# --- what is asked ------------------------------------------------------------------------------


def put_question(session: Session, event: EventDefinition, question: Question) -> None:
    """Change the one with this key, or add one at the end. Raises `HasAnswers`,
    `TooManyQuestions`."""
    asked = _changing(session, event)
    others = [each for each in asked.questions if each.key != question.key]
    if len(others) == len(asked.questions) >= rules.MOST_QUESTIONS:
        raise rules.TooManyQuestions(most=rules.MOST_QUESTIONS)
    if len(others) == len(asked.questions):
        changed = [*asked.questions, question]
    else:
        changed = [question if each.key == question.key else each for each in asked.questions]
    _write_questions(session, event.id, changed)


def move_question(session: Session, event: EventDefinition, key: str, by: int) -> bool:
    """Whether there was such a place. Raises `HasAnswers`."""
    asked = _changing(session, event)
    if key not in [each.key for each in asked.questions]:
        return False
    changed = rules.moved(asked.questions, key, by)
    if changed == list(asked.questions):
        return False
    _write_questions(session, event.id, changed)
    return True


def remove_question(session: Session, event: EventDefinition, key: str) -> bool:
    """Whether it was there; without any question nobody is asked. Raises `HasAnswers`."""
    asked = _changing(session, event)
    left = [each for each in asked.questions if each.key != key]
    if len(left) == len(asked.questions):
        return False
    _write_questions(session, event.id, left)
    if not left:
        session.execute(_of(event.id).values(is_on=False))
    return True


def take_usual(session: Session, event: EventDefinition, usual: Sequence[Question]) -> bool:
    """These, where there are none; whether there were none."""
    if _changing(session, event).questions:
        return False
    _write_questions(session, event.id, usual)
    return True


def set_times(
    session: Session,
    event: EventDefinition,
    *,
    is_on: bool,
    opens_on: date | None,
    closes_on: date | None,
    now: datetime,
) -> None:
    """Switch it on or off, from one day to another. Raises `NothingAsked`, `AlreadyOver`."""
    asked = _hold(session, event)
    if is_on and not asked.questions:
        raise rules.NothingAsked
    wanted = Asked(is_on, opens_on, closes_on, asked.questions)
    at = queries.ends(event)
    is_reopened = asked.is_past(at, now) and not wanted.is_past(at, now)
    if is_reopened and queries.count_answers(session.connection(), event.id):
        raise rules.AlreadyOver
    values = {"is_on": is_on, "opens_on": opens_on, "closes_on": closes_on}
    session.execute(_of(event.id).values(**values))


def copy(session: Session, event_id: int, slugs: Sequence[str]) -> None:
    """New events ask as this one does; their days follow from when they are."""
    asked = queries.find_asked(session.connection(), event_id)
    if not asked.questions:
        return
    ids = session.scalars(select(Event.id).where(Event.slug.in_(slugs)).order_by(Event.id)).all()
    questions = [each.as_json() for each in asked.questions]
    rows = [{"event_id": each, "is_on": asked.is_on, "questions": questions} for each in ids]
    if rows:
        session.execute(insert(_EVALUATION), rows)


def copy_onto(
    session: Session, event: EventDefinition, others: Sequence[EventDefinition]
) -> list[EventDefinition]:
    """Those of the others that ask the same from now on: all that nobody has answered at."""
    lock_events(session, [event.slug, *(each.slug for each in others)])
    asked = queries.find_asked(session.connection(), event.id)
    taken = []
    for each in others:
        try:
            _changing(session, each)
        except rules.HasAnswers:
            continue
        _write_questions(session, each.id, asked.questions)
        session.execute(_of(each.id).values(is_on=asked.is_on))
        taken.append(each)
    return taken


def _changing(session: Session, event: EventDefinition) -> Asked:
    asked = _hold(session, event)
    if queries.count_answers(session.connection(), event.id):
        raise rules.HasAnswers
    return asked


def _hold(session: Session, event: EventDefinition) -> Asked:
    """What is asked, which nobody changes meanwhile, nor does anybody answer; the row is made where
    there is none."""
    lock_events(session, [event.slug])
    there = session.execute(
        select(_EVALUATION.c.event_id).where(_EVALUATION.c.event_id == event.id)
    )
    if there.first() is None:
        session.execute(insert(_EVALUATION).values(event_id=event.id, is_on=False, questions=[]))
    return queries.find_asked(session.connection(), event.id)


def _write_questions(session: Session, event_id: int, questions: Sequence[Question]) -> None:
    session.execute(_of(event_id).values(questions=[each.as_json() for each in questions]))


def _of(event_id: int) -> Any:
    return update(_EVALUATION).where(_EVALUATION.c.event_id == event_id)


# --- answers ------------------------------------------------------------------------------------


def answer(
    session: Session,
    event: EventDefinition,
    registration_id: int,
    given: Given,
    *,
    now: datetime,
) -> None:
    """Put the answers into the box and note that this person has answered. Raises `NotToAnswer`,
    `AlreadyAnswered`, `NothingAnswered`."""
    lock_events(session, [event.slug])
    invitation = queries.find_invitation(session.connection(), event, registration_id, now)
    if invitation is None:
        raise rules.NotToAnswer
    if invitation.has_answered:
        raise rules.AlreadyAnswered
    if not given:
        raise rules.NothingAnswered
    _put(session, event.id, invitation.asked.questions, given)
    _note(session, event.id, registration_id)


def _put(session: Session, event_id: int, questions: Sequence[Question], given: Given) -> None:
    mine = _BOX.c.event_id == event_id
    row = session.execute(select(_BOX.c.content, _BOX.c.shown).where(mine)).first()
    box = rules.put_in(box_of(row and row.content), questions, given)
    shown = rules.shown_after(box, box_of(row and row.shown))
    values = {"content": box.as_json(), "shown": shown.as_json()}
    if row is None:
        session.execute(insert(_BOX).values(event_id=event_id, **values))
    else:
        _rewrite(session, event_id, **values)


def _note(session: Session, event_id: int, registration_id: int) -> None:
    """All of the event anew, in the order of their numbers: PostgreSQL keeps rows in the order in
    which they were written, each with the number of its transaction."""
    gone = delete(_VOTED).where(_VOTED.c.event_id == event_id).returning(_VOTED.c.registration_id)
    voted = sorted([*session.execute(gone).scalars(), registration_id])
    rows = [{"registration_id": each, "event_id": event_id} for each in voted]
    session.connection().execute(insert(_VOTED), rows)


def forget_old(session: Session, *, now: datetime) -> None:
    """Of what is closed, forget in which steps it came to be seen; half a year after the event what
    people wrote in their own words."""
    _forget_steps(session, now)
    before = berlin_day(now) - TEXTS_KEPT
    has_texts = ~cast(_BOX.c.content, Text).contains(_NO_TEXTS, autoescape=True)
    due = select(_BOX).join(Event, Event.id == _BOX.c.event_id)
    for row in session.execute(due.where(Event.last_day < before, has_texts)).all():
        bare = rules.without_texts(box_of(row.content)).as_json()
        _rewrite(session, row.event_id, content=bare, shown=bare)


def _forget_steps(session: Session, now: datetime) -> None:
    """While it is open, what is not shown yet tells who came last from the others."""
    differs = cast(_BOX.c.content, Text) != cast(_BOX.c.shown, Text)
    for event_id in session.scalars(select(_BOX.c.event_id).where(differs)).all():
        event = get_definition_by_id(session.connection(), event_id)
        lock_events(session, [event.slug])
        asked = queries.find_asked(session.connection(), event_id)
        if asked.is_past(queries.ends(event), now):
            mine = select(_BOX.c.content).where(_BOX.c.event_id == event_id)
            _rewrite(session, event_id, shown=session.execute(mine).scalar_one())


def _rewrite(session: Session, event_id: int, **values: Any) -> None:
    session.execute(update(_BOX).where(_BOX.c.event_id == event_id).values(**values))
