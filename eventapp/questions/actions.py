"""Changing an event's questions, settling needs, writing the order sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.clock import berlin_day
from eventapp.errors import NotFound
from eventapp.events import actions as events
from eventapp.events.definition import EventDefinition, QuestionDefinition
from eventapp.events.loading import load_definitions
from eventapp.events.models import Event, Question
from eventapp.events.rules import ChangedMeanwhile
from eventapp.events.values import EventValues, Origin, QuestionValues
from eventapp.questions import queries, rules
from eventapp.questions.models import Need, NeedsVisit, OrderSheet
from eventapp.registration.models import Answer
from eventapp.registration.standing import lock_standing, owe
from eventapp.tokens import keyring

SETTLED = "assistance-settled"

_A = table_of(Answer).c
_Q = table_of(Question).c
_E = table_of(Event).c


@dataclass(frozen=True)
class Writing:
    """Who writes when, on which form: `seen` is the event's revision that it showed."""

    origin: Origin
    now: datetime
    seen: int | None = None


def put_question(
    session: Session, slug: str, question: QuestionValues, writing: Writing, *, may_drop: bool
) -> None:
    """Add the question at the end, or change the one of its key; what was answered stays.

    Raises `ChangedMeanwhile` and what `rules.check_change` does.
    """
    event = _locked(session, slug, writing)
    old = next((each for each in event.questions if each.key == question["key"]), None)
    wanted = [rules.as_values(each) for each in event.questions]
    if old is None:
        _write(session, event, [*wanted, question], writing)
        return
    given = queries.count_answers(session.connection(), event).get(old.id, rules.Given())
    rules.check_change(old, question, given, event.questions, may_drop=may_drop)
    if question["sensitive"] and not old.sensitive:
        _seal_answers(session, old)
    changed = [question if each["key"] == old.key else each for each in wanted]
    _write(session, event, changed, writing)


def _seal_answers(session: Session, question: QuestionDefinition) -> None:
    """What was answered in the open becomes confidential with the question."""
    statement = select(Answer).where(Answer.question_id == question.id)
    for answer in session.scalars(statement):
        answer.value_sealed, answer.value = keyring().seal(answer.value), None
    session.flush()


def move_question(session: Session, slug: str, key: str, by: int, writing: Writing) -> bool:
    """One place up (-1) or down (1); whether it could."""
    event = _locked(session, slug, writing)
    if all(each.key != key for each in event.questions):
        raise NotFound
    order = rules.moved(event.questions, key, by)
    if order == list(event.questions):
        return False
    _write(session, event, [rules.as_values(each) for each in order], writing)
    return True


def delete_question(session: Session, slug: str, key: str, writing: Writing) -> int:
    """Ask no more, and forget what was answered; how many had. Raises `AskedAfter`."""
    event = _locked(session, slug, writing)
    question = next((each for each in event.questions if each.key == key), None)
    if question is None:
        raise NotFound
    for other, _answer in rules.asked_after(event.questions, key):
        raise rules.AskedAfter(label=other.label)
    given = queries.count_answers(session.connection(), event).get(question.id, rules.Given())
    session.execute(delete(Answer).where(Answer.question_id == question.id))
    kept = [rules.as_values(each) for each in event.questions if each.key != key]
    _write(session, event, kept, writing)
    return given.total


def set_fields(session: Session, slug: str, values: EventValues, writing: Writing) -> None:
    """Which of the usual fields are asked, and until when assistance can be had."""
    event = _locked(session, slug, writing)
    events.update_event(session, event.slug, origin=writing.origin, now=writing.now, **values)


def _locked(session: Session, slug: str, writing: Writing) -> EventDefinition:
    """The event as it is now that nobody signs up or changes it; raises `ChangedMeanwhile`."""
    row = events.lock_events(session, [slug])[slug]
    if writing.seen is not None and row.revision != writing.seen:
        raise ChangedMeanwhile
    [event] = load_definitions(session.connection(), [row.id])
    return event


def _write(
    session: Session, event: EventDefinition, questions: Sequence[QuestionValues], writing: Writing
) -> None:
    values: EventValues = {"questions": questions}
    events.update_event(session, event.slug, origin=writing.origin, now=writing.now, **values)


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete the answers whose question said how many days after the event they are kept."""
    today = berlin_day(now)
    rows = session.execute(
        select(_Q.id, _Q.delete_after_days, _E.last_day)
        .join(table_of(Event), _E.id == _Q.event_id)
        .where(_E.last_day < today, _Q.id.in_(select(_A.question_id)))
    )
    due = [row.id for row in rows if row.last_day + timedelta(days=row.delete_after_days) < today]
    if due:
        session.execute(delete(Answer).where(_A.question_id.in_(due)))


# --- needs ----------------------------------------------------------------------------------------


def settle_need(
    session: Session,
    registration_id: int,
    *,
    state: str,
    note: str | None,
    sentence: str | None = None,
    seen: datetime | None,
    by: int,
    now: datetime,
) -> str:
    """Write how far it is settled; the state before. `seen` is when the form's state was written.
    Once it is settled, or told otherwise, the person gets a mail with the sentence.

    Raises `AlreadyCancelled`, and `NeedChanged` where a colleague was faster.
    """
    lock_standing(session, registration_id, now=now)
    need = session.get(Need, registration_id)
    if (need.changed_at if need else None) != seen:
        raise rules.NeedChanged
    before = need.state if need else rules.NeedState.OPEN.value
    told = keyring().open(need.sentence_sealed) if need and need.sentence_sealed else None
    if need is None:
        need = Need(registration_id=registration_id)
        session.add(need)
    need.state, need.changed_at, need.changed_by = state, now, by
    need.note_sealed = keyring().seal(note) if note else None
    need.sentence_sealed = keyring().seal(sentence) if sentence else None
    session.flush()
    if rules.is_to_be_told(state, sentence, before, told):
        owe(session, SETTLED, registration_id, f"{registration_id}:{now.isoformat()}", now)
    return before


def note_visit(
    session: Session, event_id: int, account_id: int, *, now: datetime
) -> datetime | None:
    """Write down that the account looks at the needs; since when they are new to it."""
    seen = session.get(NeedsVisit, (event_id, account_id))
    new_since = rules.visit(now, seen.seen_at if seen else None, seen.new_since if seen else None)
    values = {"seen_at": now, "new_since": new_since}
    if seen is None:
        try:
            with session.begin_nested():
                session.add(NeedsVisit(event_id=event_id, account_id=account_id, **values))
        except IntegrityError:  # two pages at once: the other has just written the same
            return new_since
    else:
        session.execute(
            update(NeedsVisit)
            .where(NeedsVisit.event_id == event_id, NeedsVisit.account_id == account_id)
            .values(**values)
        )
    return new_since


# --- the order ------------------------------------------------------------------------------------


def save_order(
    session: Session, slug: str, *, due_on: date | None, reserve: int, remark: str
) -> queries.Order:
    """Write the sheet; what stood there before."""
    event_id = events.lock_events(session, [slug])[slug].id
    before = queries.get_order(session.connection(), event_id)
    session.merge(OrderSheet(event_id=event_id, due_on=due_on, reserve=reserve, remark=remark))
    session.flush()
    return before
