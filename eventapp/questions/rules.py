"""What may become of a question once people have answered it; when a need is new; meals. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from eventapp.errors import Refused
from eventapp.events.definition import QuestionDefinition
from eventapp.events.values import QuestionValues
from eventapp.names import slug_words

KEY_AT_MOST = 40
VISIT = timedelta(minutes=30)  # whoever comes back within it is still on the same visit


class QuestionType(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    YES_NO = "yes_no"


WITH_OPTIONS = (QuestionType.CHOICE, QuestionType.CHOICES)
YES_OR_NO = ("yes", "no")


class TypeInUse(Refused):
    """What was answered would not fit the other type."""

    code = "question-type-in-use"
    field = "type"


class WasConfidential(Refused):
    """Answers given in confidence stay so."""

    code = "question-was-confidential"
    field = "sensitive"


class NeedChanged(Refused):
    """A colleague wrote the state of this need since the form was opened."""

    code = "need-changed"


class OptionsChosen(Refused):
    """Somebody chose what is to be offered no more; that has to be said once more."""

    code = "options-chosen"
    field = "options"


class AskedAfter(Refused):
    """Another question is asked only where this one was answered in a certain way."""

    code = "question-asked-after"
    field = "options"


@dataclass(frozen=True)
class Given:
    """What people have answered to one question."""

    total: int = 0
    by_option: Mapping[str, int] = field(default_factory=dict)

    def gone(self, options: Collection[str]) -> dict[str, int]:
        """What was chosen and is offered no more."""
        return {option: n for option, n in self.by_option.items() if option not in options}


def as_values(question: QuestionDefinition) -> QuestionValues:
    """The question as the actions take it."""
    values = asdict(question)
    del values["id"]
    return {**values, "options": list(question.options)}  # type: ignore[typeddict-item]


def new_key(label: str, taken: Collection[str]) -> str:
    """A key for the form and the import, made of the question's words."""
    base = slug_words(label, "frage", KEY_AT_MOST)
    numbered = (f"{base}-{n}" for n in range(2, len(taken) + 3))
    return next(key for key in (base, *numbered) if key not in taken)


def answers_of(question: QuestionDefinition | QuestionValues) -> Sequence[str]:
    """The answers that another question can hang on; none where anything can be typed."""
    values = question if isinstance(question, dict) else as_values(question)
    if values["type"] == QuestionType.YES_NO:
        return YES_OR_NO
    return values["options"] if values["type"] in WITH_OPTIONS else ()


def asked_after(
    questions: Iterable[QuestionDefinition], key: str
) -> list[tuple[QuestionDefinition, str]]:
    """The questions that hang on this one, and on which answer."""
    return [
        (each, str(each.only_if["is"]))
        for each in questions
        if each.only_if and each.only_if["question"] == key
    ]


def check_change(
    old: QuestionDefinition,
    new: QuestionValues,
    given: Given,
    questions: Iterable[QuestionDefinition],
    *,
    may_drop: bool,
) -> None:
    """Raises `TypeInUse`, `WasConfidential`, `AskedAfter`; `OptionsChosen` unless `may_drop`."""
    if given.total and new["type"] != old.type:
        raise TypeInUse(n=given.total)
    if given.total and old.sensitive and not new["sensitive"]:
        raise WasConfidential(n=given.total)
    for other, answer in asked_after(questions, old.key):
        if answer not in answers_of(new):
            raise AskedAfter(label=other.label)
    gone = given.gone(answers_of(new))
    dropped = [option for option in answers_of(old) if option in gone]
    if dropped and not may_drop:
        raise OptionsChosen(option=dropped[0], n=gone[dropped[0]])


def moved(questions: Sequence[QuestionDefinition], key: str, by: int) -> list[QuestionDefinition]:
    """The questions with this one a place up (-1) or down (1).

    As they are where it stands at that end, or would come before the one that it hangs on.
    """
    order = list(questions)
    here = next(n for n, each in enumerate(order) if each.key == key)
    there = here + by
    if not 0 <= there < len(order):
        return order
    order[here], order[there] = order[there], order[here]
    asked: set[str] = set()
    for each in order:
        if each.only_if and each.only_if["question"] not in asked:
            return list(questions)
        asked.add(each.key)
    return order


# --- what is special about health -----------------------------------------------------------------

_INTOLERANCE = r"allerg|unverträg|intoleran|laktos|lactos|gluten|zöliak"
_ABOUT_FOOD = re.compile(rf"{_INTOLERANCE}|diät|\bessen|verpfleg|nahrung|\bfood", re.IGNORECASE)
_SPECIAL = re.compile(
    rf"{_INTOLERANCE}|behinder|barriere|rollst|rollator|geh?hilf|assisten|begleitperson|gebärd|"
    r"gehörlos|schwerhör|hörger|induktion|blind|krank|gesundheit|medikament|diabet|schwanger|"
    r"pflegegrad|psych|\bimpf|autis|wheelchair|disab|illness|health|medic|deaf|"
    r"konfession|religi|gewerkschaft",
    re.IGNORECASE,
)


def sounds_special(question: QuestionDefinition) -> bool:
    """Whether its words ask for what Art. 9 GDPR protects, without its being confidential."""
    words = " ".join((question.label, *question.options))
    return not question.sensitive and _SPECIAL.search(words) is not None


# --- needs ----------------------------------------------------------------------------------------


class NeedState(StrEnum):
    OPEN = "open"
    IN_CLARIFICATION = "in_clarification"
    ARRANGED = "arranged"
    NOT_POSSIBLE = "not_possible"


SETTLED = (NeedState.ARRANGED, NeedState.NOT_POSSIBLE)


def is_to_be_told(state: str, sentence: str | None, before: str, told: str | None) -> bool:
    """Whether the person hears of it: settled now, or settled with other words than they know."""
    return state in SETTLED and (state != before or sentence != told)


def visit(now: datetime, seen_at: datetime | None, new_since: datetime | None) -> datetime | None:
    """Since when something is new to whoever looks now; None: all is."""
    is_same = seen_at is not None and now - seen_at < VISIT
    return new_since if is_same else seen_at


# --- meals ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Meals:
    """How many of the people expected in person eat what."""

    people: int
    vegetarian: int
    vegan: int
    told: int  # who may have named what they must not eat

    @property
    def any_food(self) -> int:
        return self.people - self.vegetarian - self.vegan


def count_meals(people: int, needs: Iterable[Mapping[str, Any]], told: int) -> Meals:
    """Who ticked both eats vegan: that suits both."""
    diets = [set(each.get("diet") or ()) for each in needs]
    vegan = sum("vegan" in diet for diet in diets)
    vegetarian = sum("vegetarian" in diet and "vegan" not in diet for diet in diets)
    return Meals(people=people, vegetarian=vegetarian, vegan=vegan, told=told)


def is_about_food(question: QuestionDefinition) -> bool:
    return _ABOUT_FOOD.search(question.label) is not None
