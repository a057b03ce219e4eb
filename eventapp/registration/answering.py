"""What was answered to the questions of an event: read, and written anew."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.definition import EventDefinition, QuestionDefinition
from eventapp.registration.models import Answer
from eventapp.tokens import keyring

_A = table_of(Answer).c


def list_answers(
    connection: Connection,
    event: EventDefinition,
    registration_ids: Sequence[int] | None,
    *,
    with_needs: bool,
) -> dict[int, dict[QuestionDefinition, Any]]:
    """By registration (None: of everybody), in the order of asking; sealed ones `with_needs`."""
    questions = {each.id: each for each in event.questions if with_needs or not each.sensitive}
    statement = select(_A.registration_id, _A.question_id, _A.value, _A.value_sealed)
    statement = statement.where(_A.question_id.in_(list(questions)))
    if registration_ids is not None:
        statement = statement.where(_A.registration_id.in_(registration_ids))
    given: dict[int, dict[int, Any]] = defaultdict(dict)
    for registration_id, question_id, value, sealed in connection.execute(statement):
        if with_needs or not sealed:
            given[registration_id][question_id] = keyring().open(sealed) if sealed else value
    return {
        registration_id: {
            question: answers[id_] for id_, question in questions.items() if id_ in answers
        }
        for registration_id, answers in given.items()
    }


def write_answers(
    session: Session, registration_id: int, new: Mapping[QuestionDefinition, Any]
) -> list[QuestionDefinition]:
    """Write these answers instead of earlier ones, None for none; the questions whose answer has
    changed. What was answered to others stays."""
    mine = _A.registration_id == registration_id
    given = select(_A.question_id, _A.value, _A.value_sealed).where(mine)
    present = {
        row.question_id: keyring().open(row.value_sealed) if row.value_sealed else row.value
        for row in session.execute(given)
    }
    changed = {each: value for each, value in new.items() if present.get(each.id) != value}
    ids = [each.id for each in changed]
    session.execute(delete(table_of(Answer)).where(mine, _A.question_id.in_(ids)))
    rows = [
        {"registration_id": registration_id, "question_id": each.id, **answer_values(each, value)}
        for each, value in changed.items()
        if value is not None
    ]
    if rows:
        session.connection().execute(insert(table_of(Answer)), rows)
    return list(changed)


def answer_values(question: QuestionDefinition, value: Any) -> dict[str, Any]:
    """The columns of an answer; sealed where the question is sensitive."""
    if question.sensitive:
        return {"value": None, "value_sealed": keyring().seal(value)}
    return {"value": value, "value_sealed": None}
