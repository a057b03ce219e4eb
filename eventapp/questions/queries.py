"""Counts of what was answered, needs and meals; what is sealed is opened here, on the server.

A fixed number of statements each, however many people there are.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from eventapp.accounts.models import Account
from eventapp.base import table_of
from eventapp.errors import NotFound
from eventapp.events.definition import EventDefinition, QuestionDefinition
from eventapp.events.models import Attendance, Question
from eventapp.names import full_name
from eventapp.questions.models import Need, NeedsVisit, OrderSheet
from eventapp.questions.rules import (
    SETTLED,
    WITH_OPTIONS,
    Given,
    Meals,
    NeedState,
    QuestionType,
    count_meals,
    is_about_food,
)
from eventapp.registration.models import Answer, Registration, RegistrationStatus
from eventapp.tokens import keyring

_R = table_of(Registration).c
_A = table_of(Answer).c
_Q = table_of(Question).c
_N = table_of(Need).c
_V = table_of(NeedsVisit).c
_ACCOUNT = table_of(Account).c

_STANDING = _R.status != RegistrationStatus.CANCELLED
_HAS_ANSWERED = select(_A.registration_id).where(_A.value_sealed.is_not(None))
_COUNTABLE = (*WITH_OPTIONS, QuestionType.YES_NO)


@dataclass(frozen=True)
class Needs:
    """What one person needs, and how far that is settled."""

    id: int
    full_name: str
    email: str
    organisation: str | None
    attendance: str
    status: str
    told_at: datetime
    kinds: tuple[str, ...]
    words: str | None  # what they wrote
    diet: tuple[str, ...]
    answers: tuple[tuple[QuestionDefinition, Any], ...]
    state: str
    note: str | None
    sentence: str | None  # to the person, when it is settled
    changed_at: datetime | None
    changed_by: str | None  # the address of whoever changed the state last


@dataclass(frozen=True)
class Kinds:
    """How often each need was named, without who."""

    people: int
    kinds: Mapping[str, int]
    words: int
    answers: tuple[tuple[QuestionDefinition, Given], ...]


@dataclass(frozen=True)
class Order:
    """What stands on the caterer's sheet beside the meals."""

    due_on: Any = None
    reserve: int = 0
    remark: str = ""


# --- what was answered ----------------------------------------------------------------------------


def count_answers(connection: Connection, event: EventDefinition) -> dict[int, Given]:
    """By question, of all who ever answered; by option where there are some."""
    ids = [each.id for each in event.questions]
    totals = connection.execute(
        select(_A.question_id, func.count()).where(_A.question_id.in_(ids)).group_by(_A.question_id)
    )
    countable = [each.id for each in event.questions if each.type in _COUNTABLE]
    chosen = connection.execute(
        select(_A.question_id, _A.value, _A.value_sealed).where(_A.question_id.in_(countable))
    )
    options = _by_option(chosen)
    return {row[0]: Given(row[1], options.get(row[0], {})) for row in totals}


def _by_option(rows: Any) -> dict[int, Counter[str]]:
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for question_id, value, sealed in rows:
        given = keyring().open(sealed) if sealed else value
        found[question_id].update(given if isinstance(given, list) else [given])
    return found


# --- needs ----------------------------------------------------------------------------------------


def list_needs(connection: Connection, event: EventDefinition) -> list[Needs]:
    """Everybody standing who named a need or answered in confidence, the newest first."""
    return list(_needs(connection, event, _R.event_id == event.id))


def get_needs(connection: Connection, event: EventDefinition, registration_id: int) -> Needs:
    """Those of one person; raises `NotFound`, also where they named none."""
    only = and_(_R.event_id == event.id, _R.id == registration_id)
    found = next(_needs(connection, event, only), None)
    if found is None:
        raise NotFound
    return found


def _needs(
    connection: Connection, event: EventDefinition, which: ColumnElement[bool]
) -> Iterator[Needs]:
    rows = connection.execute(
        select(
            table_of(Registration),
            _N.state,
            _N.note_sealed,
            _N.sentence_sealed,
            _N.changed_at,
            _ACCOUNT.email.label("changer"),
        )
        .outerjoin(table_of(Need), _N.registration_id == _R.id)
        .outerjoin(table_of(Account), _ACCOUNT.id == _N.changed_by)
        .where(which, _STANDING, or_(_R.needs_sealed.is_not(None), _R.id.in_(_HAS_ANSWERED)))
        .order_by(_R.id.desc())
    ).all()
    answers = _confidential(connection, event, which)
    for row in rows:
        told = _opened(row.needs_sealed)
        answered = answers.get(row.id, {})
        if is_need(told) or answered:
            yield _one(row, told, event, answered)


def _one(
    row: Any, told: Mapping[str, Any], event: EventDefinition, answered: Mapping[int, Any]
) -> Needs:
    return Needs(
        id=row.id,
        full_name=full_name(row.title, row.first_name, row.last_name),
        email=row.email,
        organisation=row.organisation,
        attendance=row.attendance,
        status=row.status,
        told_at=row.needs_told_at or row.created_at,
        kinds=tuple(told.get("assistance_kinds") or ()),
        words=told.get("assistance") or None,
        diet=tuple(told.get("diet") or ()),
        answers=tuple((each, answered[each.id]) for each in event.questions if each.id in answered),
        state=row.state or NeedState.OPEN,
        note=keyring().open(row.note_sealed) if row.note_sealed else None,
        sentence=keyring().open(row.sentence_sealed) if row.sentence_sealed else None,
        changed_at=row.changed_at,
        changed_by=row.changer,
    )


def find_settled(connection: Connection, registration_id: int) -> tuple[str, str | None] | None:
    """State and sentence of one person's need, for the mail about it; None where it is open."""
    row = connection.execute(
        select(_N.state, _N.sentence_sealed).where(_N.registration_id == registration_id)
    ).first()
    if row is None or row.state not in SETTLED:
        return None
    return row.state, keyring().open(row.sentence_sealed) if row.sentence_sealed else None


def is_need(told: Mapping[str, Any]) -> bool:
    """More than a preference for a meal, which the caterer's sheet counts."""
    return bool(told.get("assistance") or told.get("assistance_kinds"))


def _opened(sealed: bytes | None) -> dict[str, Any]:
    return dict(keyring().open(sealed)) if sealed else {}


def _confidential(
    connection: Connection, event: EventDefinition, which: ColumnElement[bool]
) -> dict[int, dict[int, Any]]:
    """By registration and question: what was answered in confidence."""
    questions = [each.id for each in event.questions if each.sensitive]
    rows = connection.execute(
        select(_A.registration_id, _A.question_id, _A.value_sealed)
        .join(table_of(Registration), _R.id == _A.registration_id)
        .where(which, _STANDING, _A.question_id.in_(questions), _A.value_sealed.is_not(None))
    )
    found: dict[int, dict[int, Any]] = defaultdict(dict)
    for registration_id, question_id, sealed in rows:
        found[registration_id][question_id] = keyring().open(sealed)
    return found


def count_kinds(event: EventDefinition, needs: Sequence[Needs]) -> Kinds:
    """What was named how often, of people already read."""
    confidential = [each for each in event.questions if each.sensitive]
    return Kinds(
        people=len(needs),
        kinds=Counter(kind for each in needs for kind in each.kinds),
        words=sum(bool(each.words) for each in needs),
        answers=tuple(
            (question, given)
            for question in confidential
            if (given := _given(question, [dict(each.answers) for each in needs])).total
        ),
    )


def _given(
    question: QuestionDefinition, answers: Sequence[Mapping[QuestionDefinition, Any]]
) -> Given:
    values = [each[question] for each in answers if question in each]
    if question.type not in _COUNTABLE:
        return Given(len(values))
    options = Counter(
        one for each in values for one in (each if isinstance(each, list) else [each])
    )
    return Given(len(values), options)


def count_new_needs(connection: Connection, event_ids: Sequence[int]) -> dict[int, int]:
    """By event: needs that came since anybody last looked at them. For start pages; two
    statements, however many events."""
    looked = select(_V.event_id, func.max(_V.seen_at).label("at")).group_by(_V.event_id).subquery()
    is_new = or_(
        looked.c.at.is_(None), func.coalesce(_R.needs_told_at, _R.created_at) > looked.c.at
    )
    among = and_(_R.event_id.in_(event_ids), _STANDING, is_new)
    by_answer = (
        select(_R.id, _R.event_id)
        .join(table_of(Answer), _A.registration_id == _R.id)
        .outerjoin(looked, looked.c.event_id == _R.event_id)
        .where(among, _A.value_sealed.is_not(None))
    )
    told = (
        select(_R.id, _R.event_id, _R.needs_sealed)
        .outerjoin(looked, looked.c.event_id == _R.event_id)
        .where(among, _R.needs_sealed.is_not(None))
    )
    found = {(row.id, row.event_id) for row in connection.execute(by_answer)}
    found |= {
        (row.id, row.event_id)
        for row in connection.execute(told)
        if is_need(_opened(row.needs_sealed))
    }
    counted = Counter(event_id for _id, event_id in found)
    return {event_id: counted[event_id] for event_id in event_ids}


# --- meals ----------------------------------------------------------------------------------------


def get_order(connection: Connection, event_id: int) -> Order:
    """What the organisers wrote on the sheet; empty where they have not yet."""
    sheet = table_of(OrderSheet).c
    row = connection.execute(
        select(sheet.due_on, sheet.reserve, sheet.remark).where(sheet.event_id == event_id)
    ).first()
    return Order(*row) if row else Order()


def get_meals(connection: Connection, event: EventDefinition) -> Meals:
    """Of all who hold a place in person; three statements."""
    expected = and_(
        _R.event_id == event.id,
        _R.status == RegistrationStatus.CONFIRMED,
        _R.attendance == Attendance.IN_PERSON,
    )
    people = connection.execute(select(func.count()).where(expected)).scalar_one()
    rows = connection.execute(
        select(_R.id, _R.needs_sealed).where(expected, _R.needs_sealed.is_not(None))
    ).all()
    needs = {row.id: _opened(row.needs_sealed) for row in rows}
    told = {id_ for id_, each in needs.items() if each.get("assistance")}
    about_food = {each.id for each in event.questions if each.sensitive and is_about_food(each)}
    for registration_id, answers in _confidential(connection, event, expected).items():
        if any(answers[each] != "no" for each in answers.keys() & about_food):
            told.add(registration_id)
    return count_meals(people, needs.values(), len(told))
