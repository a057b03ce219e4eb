"""What may become of a question that was answered, the order, visits, meals: without a database."""

from datetime import timedelta
from typing import Any

import pytest

from eventapp.clock import now
from eventapp.errors import Refused
from eventapp.events.definition import QuestionDefinition
from eventapp.questions.rules import (
    VISIT,
    Given,
    as_values,
    check_change,
    count_meals,
    moved,
    new_key,
    sounds_special,
    visit,
)

PLAIN: dict[str, Any] = {
    "id": 1,
    "key": "anreise",
    "label": "Wie reisen Sie an?",
    "type": "choice",
    "options": ("Bahn", "Rad"),
    "required": False,
    "sensitive": False,
    "purpose": "Planung",
    "delete_after_days": 30,
    "only_for": None,
    "only_if": None,
}


def asked(**values: Any) -> QuestionDefinition:
    return QuestionDefinition(**{**PLAIN, **values})


AFTER = asked(id=2, key="rad", only_if={"question": "anreise", "is": "Rad"})
CHOSEN = Given(3, {"Bahn": 2, "Rad": 1})


@pytest.mark.parametrize(
    ("values", "given", "code"),
    [
        ({"label": "Anreise?", "options": ["Bahn", "Rad", "Auto"]}, CHOSEN, ""),
        ({"type": "choices"}, CHOSEN, "question-type-in-use"),
        ({"type": "text", "options": []}, Given(), "question-asked-after"),
        ({"options": ["Rad", "Auto"]}, CHOSEN, "options-chosen"),
        ({"options": ["Rad", "Auto"]}, Given(), ""),
        ({"options": ["Bahn", "Auto"]}, Given(), "question-asked-after"),
        ({"sensitive": True}, CHOSEN, ""),
    ],
)
def test_what_may_change(values: Any, given: Given, code: str) -> None:
    wanted = {**as_values(asked()), **values}
    try:
        check_change(asked(), wanted, given, [asked(), AFTER], may_drop=False)  # type: ignore[arg-type]
        found = ""
    except Refused as refusal:
        found = refusal.code
    assert found == code


def test_confidential_stays_confidential() -> None:
    old, wanted = asked(sensitive=True), as_values(asked())
    check_change(old, wanted, Given(), [old], may_drop=False)
    with pytest.raises(Refused, match="question-was-confidential"):
        check_change(old, wanted, Given(1), [old], may_drop=True)


def test_a_question_never_comes_before_the_one_it_hangs_on() -> None:
    other = asked(id=3, key="essen")
    order = [asked(), AFTER, other]
    assert [each.key for each in moved(order, "essen", -1)] == ["anreise", "essen", "rad"]
    for key, by in (("rad", -1), ("anreise", 1), ("anreise", -1), ("essen", 1)):
        assert moved(order, key, by) == order


def test_keys_are_words_and_never_taken_twice() -> None:
    assert new_key("Größe (T-Shirt)?", []) == "groesse-t-shirt"
    assert new_key("Größe", ["groesse", "groesse-2"]) == "groesse-3"
    assert new_key("???", []) == "frage"


def test_words_that_ask_for_health() -> None:
    assert sounds_special(asked(label="Haben Sie Allergien?"))
    assert sounds_special(asked(options=("Rollstuhl", "nein")))
    assert not sounds_special(asked())
    assert not sounds_special(asked(label="Haben Sie Allergien?", sensitive=True))


def test_a_visit_lasts_until_half_an_hour_of_rest() -> None:
    at = now()
    assert visit(at, None, None) is None
    assert visit(at, at - timedelta(minutes=5), None) is None
    assert visit(at, at - VISIT, None) == at - VISIT
    assert visit(at, at - timedelta(minutes=5), at - VISIT) == at - VISIT


def test_who_ticked_both_eats_vegan() -> None:
    needs: list[dict[str, Any]] = [
        {"diet": ["vegan", "vegetarian"]},
        {"diet": ["vegetarian"]},
        {"assistance": "x"},
        {},
    ]
    meals = count_meals(5, needs, 1)
    assert (meals.any_food, meals.vegetarian, meals.vegan) == (3, 1, 1)
