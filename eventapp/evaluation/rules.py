"""What may be asked and when, what an answer becomes, and what is shown of all. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from math import sqrt
from typing import Any

from eventapp.clock import BERLIN, berlin_day
from eventapp.errors import Refused
from eventapp.names import sort_key

LEAST_SHOWN = 5  # answers; of fewer nothing is shown, and while it is open it grows in such steps
OPEN_DAYS = 21  # after the event's last day, unless it says otherwise
MOST_QUESTIONS = 10
MOST_OPTIONS = 12
MOST_TEXT = 1000  # characters of one answer
SCALE = ("1", "2", "3", "4", "5")

Given = Mapping[str, str | Sequence[str]]  # by key of the question: a value, values, or a text


class TooManyQuestions(Refused):
    code = "evaluation-too-many"
    field = "text"


class HasAnswers(Refused):
    """Another question would make other answers of those that are there."""

    code = "evaluation-has-answers"


class NothingAsked(Refused):
    code = "evaluation-nothing-asked"
    field = "is_on"


class AlreadyOver(Refused):
    """Closed with answers: opened again, the next answer could be told from those."""

    code = "evaluation-over"
    field = "closes_on"


class NotToAnswer(Refused):
    """Not asked, not yet, or no longer."""

    code = "evaluation-not-to-answer"


class NothingAnswered(Refused):
    """Every question left out: most likely a slip, and it would be the only try."""

    code = "evaluation-nothing-answered"


class AlreadyAnswered(Refused):
    code = "evaluation-answered"


class Kind(StrEnum):
    SCALE = "scale"
    CHOICE = "choice"
    CHOICES = "choices"
    TEXT = "text"


WITH_OPTIONS = (Kind.CHOICE, Kind.CHOICES)


class Stage(StrEnum):
    OFF = "off"
    EARLY = "early"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class Question:
    """German, and English where somebody wrote it; `low` and `high` end a scale."""

    key: str
    kind: Kind
    text: str
    text_en: str = ""
    low: str = ""
    low_en: str = ""
    high: str = ""
    high_en: str = ""
    options: tuple[str, ...] = ()
    options_en: tuple[str, ...] = ()
    required: bool = False

    def as_json(self) -> dict[str, Any]:
        lists = {"options": list(self.options), "options_en": list(self.options_en)}
        return {**vars(self), "kind": self.kind.value, **lists}

    @property
    def values(self) -> tuple[str, ...]:
        """What can be counted of it."""
        if self.kind is Kind.SCALE:
            return SCALE
        return tuple(str(number) for number in range(len(self.options)))

    def is_like(self, other: "Question") -> bool:
        """Whether their answers may be compared: the same words, whatever their place."""
        mine, theirs = ((each.text, each.low, each.high) for each in (self, other))
        is_same = [sort_key(word) for word in mine] == [sort_key(word) for word in theirs]
        return self.kind is other.kind and is_same


def question_of(data: Mapping[str, Any]) -> Question:
    lists = {name: tuple(data[name]) for name in ("options", "options_en")}
    return Question(**{**data, "kind": Kind(data["kind"]), **lists})


def new_key(taken: Iterable[str]) -> str:
    """A short name that none of these has."""
    known = set(taken)
    return next(f"q{n}" for n in range(1, len(known) + 2) if f"q{n}" not in known)


def moved(questions: Sequence[Question], key: str, by: int) -> list[Question]:
    """With this one so many places further; as they are where there is no such place."""
    at = next(place for place, each in enumerate(questions) if each.key == key)
    if not 0 <= at + by < len(questions):
        return list(questions)
    rest = [each for each in questions if each.key != key]
    return [*rest[: at + by], questions[at], *rest[at + by :]]


@dataclass(frozen=True)
class Asked:
    """What an event asks, and when; an event that was never asked about asks nothing."""

    is_on: bool = False
    opens_on: date | None = None
    closes_on: date | None = None
    questions: tuple[Question, ...] = ()

    def last_day(self, event_ends: date) -> date:
        return self.closes_on or event_ends + timedelta(days=OPEN_DAYS)

    def stage(self, ends: datetime, now: datetime) -> Stage:
        """`ends` is when the event does."""
        if not self.is_on:
            return Stage.OFF
        if self.is_past(ends, now):
            return Stage.CLOSED
        return Stage.OPEN if now >= self.opens_at(ends) else Stage.EARLY

    def is_past(self, ends: datetime, now: datetime) -> bool:
        """Whether its last day has passed, on or off."""
        return berlin_day(now) > self.last_day(berlin_day(ends))

    def opens_at(self, ends: datetime) -> datetime:
        return datetime.combine(self.opens_on, time.min, BERLIN) if self.opens_on else ends


# --- the box ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Box:
    """What is left of all answers: how often each value was given, by question, and the texts.

    Nothing in it belongs together: neither the answers of one person nor the order in which they
    came. Equal answers make equal boxes, whoever gave them and in whatever order.
    """

    total: int = 0
    answered: Mapping[str, int] = field(default_factory=dict)
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """In an order that only its content makes."""
        return {
            "total": self.total,
            "answered": dict(sorted(self.answered.items())),
            "counts": {key: dict(sorted(of.items())) for key, of in sorted(self.counts.items())},
            "texts": {key: sorted(of) for key, of in sorted(self.texts.items())},
        }


def box_of(data: Mapping[str, Any] | None) -> Box:
    return Box(**data) if data else Box()


def put_in(box: Box, questions: Sequence[Question], given: Given) -> Box:
    """The box with one more answer in it."""
    answered, texts = dict(box.answered), {key: list(of) for key, of in box.texts.items()}
    counts = {key: dict(of) for key, of in box.counts.items()}
    for question in questions:
        value = given.get(question.key)
        if not value:
            continue
        answered[question.key] = answered.get(question.key, 0) + 1
        if question.kind is Kind.TEXT:
            texts.setdefault(question.key, []).append(str(value))
            continue
        of = counts.setdefault(question.key, {})
        for each in [value] if isinstance(value, str) else value:
            of[each] = of.get(each, 0) + 1
    return Box(box.total + 1, answered, counts, texts)


def shown_after(box: Box, shown: Box) -> Box:
    """What is to be seen while people still answer: it grows by five at once, so that nobody who
    looks twice sees what one person said in between."""
    return box if box.total % LEAST_SHOWN == 0 else shown


def without_texts(box: Box) -> Box:
    """The counts stay."""
    return replace(box, texts={})


# --- results ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class QuestionResult:
    """Of one question; `answered` is None where fewer than `LEAST_SHOWN` did, and then nothing else
    is told. `counts` by value: 1 to 5, or the place of the option."""

    question: Question
    answered: int | None
    counts: Mapping[str, int] = field(default_factory=dict)
    mean: float | None = None
    spread: float | None = None  # the standard deviation of all answers, both of scales only


@dataclass(frozen=True)
class Results:
    """Aggregates of an event, never of fewer than `LEAST_SHOWN` people, and no texts."""

    total: int
    questions: tuple[QuestionResult, ...]

    def like(self, question: Question) -> QuestionResult | None:
        """What was said there to the same question."""
        return next((each for each in self.questions if each.question.is_like(question)), None)


def results_of(questions: Sequence[Question], box: Box) -> Results | None:
    """None where too few have answered to be hidden among each other."""
    if box.total < LEAST_SHOWN:
        return None
    return Results(box.total, tuple(_result(each, box) for each in questions))


def _result(question: Question, box: Box) -> QuestionResult:
    answered = box.answered.get(question.key, 0)
    if answered < LEAST_SHOWN:
        return QuestionResult(question, None)
    found = box.counts.get(question.key, {})
    counts = {value: found.get(value, 0) for value in question.values}
    if question.kind is not Kind.SCALE:
        return QuestionResult(question, answered, counts)
    mean = sum(int(value) * n for value, n in counts.items()) / answered
    squares = sum((int(value) - mean) ** 2 * n for value, n in counts.items())
    return QuestionResult(question, answered, counts, mean, sqrt(squares / answered))
