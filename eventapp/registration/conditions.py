"""Which questions of a form apply to somebody, by what they have said before. Pure."""

from collections.abc import Callable, Sequence
from typing import Any

from eventapp.events.definition import QuestionDefinition


def applies(
    question: QuestionDefinition,
    questions: Sequence[QuestionDefinition],
    attendance: str,
    answer: Callable[[str], Any],
) -> bool:
    """Whether it is asked of who takes part in this way; `answer` tells what was typed at a key."""
    if question.only_for and question.only_for != attendance:
        return False
    if question.only_if:
        key, wanted = question.only_if["question"], question.only_if["is"]
        before = next((each for each in questions if each.key == key), None)
        if before is None or not applies(before, questions, attendance, answer):
            return False
        other = answer(key)
        return wanted in other if isinstance(other, list) else str(other) == str(wanted)
    return True


def shown_if(
    questions: Sequence[QuestionDefinition], *, asks_attendance: bool
) -> dict[str, dict[str, str]]:
    """By field the answers that show it, as fields and values, for the script of the page. Without
    it all are shown, with their condition in words."""
    found = {}
    for question in questions:
        conditions = {}
        if question.only_for and asks_attendance:
            conditions["attendance"] = question.only_for
        if question.only_if:
            conditions[f"question_{question.only_if['question']}"] = str(question.only_if["is"])
        if conditions:
            found[f"question_{question.key}"] = conditions
    return found
