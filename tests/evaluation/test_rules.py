"""What an answer becomes, when people are asked, what is shown of few."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.evaluation import rules
from eventapp.evaluation.rules import Asked, Box, Kind, Question, Stage
from eventapp.evaluation.usual import USUAL
from tests.evaluation.asked import SHORT

ENDS = datetime(2027, 9, 15, 13, tzinfo=UTC)
ANSWERS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "q1": st.sampled_from(rules.SCALE),
            "q2": st.lists(st.sampled_from(["0", "1"]), unique=True, min_size=1),
            "q3": st.text(min_size=1, max_size=20),
        },
    ),
    max_size=20,
)


def filled(answers: list[rules.Given]) -> Box:
    box = Box()
    for each in answers:
        box = rules.put_in(box, SHORT, each)
    return box


@pytest.mark.parametrize(
    ("asked", "after", "stage"),
    [
        (Asked(False), timedelta(), Stage.OFF),
        (Asked(True), timedelta(seconds=-1), Stage.EARLY),
        (Asked(True), timedelta(), Stage.OPEN),
        (Asked(True), timedelta(days=21), Stage.OPEN),
        (Asked(True), timedelta(days=22), Stage.CLOSED),
        (Asked(True, opens_on=date(2027, 9, 17)), timedelta(days=1), Stage.EARLY),
        (Asked(True, opens_on=date(2027, 9, 14)), timedelta(hours=-10), Stage.OPEN),
        (Asked(True, closes_on=date(2027, 9, 16)), timedelta(days=1, hours=8), Stage.OPEN),
        (Asked(True, closes_on=date(2027, 9, 16)), timedelta(days=1, hours=9), Stage.CLOSED),
    ],
)
def test_when_people_are_asked(asked: Asked, after: timedelta, stage: Stage) -> None:
    assert asked.stage(ENDS, ENDS + after) is stage


@given(ANSWERS, st.randoms())
def test_the_same_answers_in_any_order_make_the_same_box(answers, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(answers)
    random.shuffle(shuffled)
    mixed = Box(**filled(shuffled).as_json())
    assert (
        repr(filled(answers).as_json()) == repr(mixed.as_json()) == repr(filled(shuffled).as_json())
    )


@given(ANSWERS)
def test_counts_agree_with_the_answers(answers) -> None:  # type: ignore[no-untyped-def]
    box = filled(answers)
    assert box.total == len(answers)
    for key in ("q1", "q2", "q3"):
        assert box.answered.get(key, 0) == sum(key in each for each in answers)
    assert sum(box.counts.get("q1", {}).values()) == box.answered.get("q1", 0)
    assert len(box.texts.get("q3", ())) == box.answered.get("q3", 0)


@given(ANSWERS)
def test_results_hide_few_and_carry_no_text(answers) -> None:  # type: ignore[no-untyped-def]
    found = rules.results_of(SHORT, filled(answers))
    assert (found is None) == (len(answers) < rules.LEAST_SHOWN)
    for one in found.questions if found else ():
        assert one.answered is None or one.answered >= rules.LEAST_SHOWN
        assert one.answered is not None or (not one.counts and one.mean is None)
        assert not hasattr(one, "texts")


def test_mean_and_spread() -> None:
    found = rules.results_of(SHORT, filled([{"q1": value} for value in "11355"]))
    assert found is not None
    one = found.questions[0]
    assert (one.answered, one.mean) == (5, 3)
    assert one.spread == pytest.approx(1.7889, abs=0.0001)
    assert one.counts == {"1": 2, "2": 0, "3": 1, "4": 0, "5": 2}


def test_what_is_seen_grows_by_five_at_once() -> None:
    shown = Box()
    seen = []
    for n in range(1, 12):
        box = filled([{"q1": "3"}] * n)
        shown = rules.shown_after(box, shown)
        seen.append(shown.total)
    assert seen == [0, 0, 0, 0, 5, 5, 5, 5, 5, 10, 10]


def test_questions_go_into_the_row_and_back() -> None:
    assert tuple(rules.question_of(each.as_json()) for each in USUAL) == USUAL


def test_order_and_keys() -> None:
    assert [each.key for each in rules.moved(SHORT, "q3", -1)] == ["q1", "q3", "q2"]
    assert rules.moved(SHORT, "q3", 1) == list(SHORT)
    assert rules.new_key(["q1", "q3"]) == "q2"


def test_only_the_same_words_are_compared() -> None:
    one = Question("q1", Kind.SCALE, "Wie war es?", low="schlecht", high="gut")
    assert one.is_like(Question("q9", Kind.SCALE, "wie  war es?", low="Schlecht", high="gut"))
    assert not one.is_like(Question("q1", Kind.SCALE, "Wie war es?", low="gut", high="schlecht"))
    assert not one.is_like(Question("q1", Kind.TEXT, "Wie war es?", low="schlecht", high="gut"))
