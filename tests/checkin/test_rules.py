"""Verdicts as pure functions: the order of arrival never matters."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.checkin.rules import (
    Code,
    Finding,
    Passage,
    Verdict,
    corrected,
    date_at,
    find_obstacle,
    judge,
    read_code,
)
from eventapp.events.definition import DateDefinition, EventDefinition

NOON = datetime(2026, 9, 11, 12, tzinfo=UTC)
TICKET = "ABCDEFGHIJKLMNOPQRSTUVWX23"


def passage(scan_id: str, minute: float, direction: str = "in", door: str = "Nord") -> Passage:
    return Passage(scan_id, direction, NOON + timedelta(minutes=minute), door)


PASSAGES = st.lists(
    st.builds(
        passage,
        scan_id=st.uuids().map(str),
        minute=st.integers(0, 5),
        direction=st.sampled_from(["in", "out"]),
        door=st.sampled_from(["Nord", "Süd"]),
    ),
    max_size=8,
    unique_by=lambda each: each.scan_id,
)


@given(PASSAGES, st.randoms())
def test_every_order_of_arrival_gives_the_same_result(passages, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(passages)
    random.shuffle(shuffled)
    assert judge(shuffled) == judge(passages)


@given(PASSAGES)
def test_without_an_out_there_is_one_admission_and_it_is_the_earliest(
    passages: list[Passage],
) -> None:
    inwards = [each for each in passages if each.direction == "in"]
    outcomes = judge(inwards)
    admitted = [key for key, each in outcomes.items() if each.verdict is Verdict.ADMITTED]
    assert len(admitted) == min(1, len(inwards))
    if inwards:
        first = min(each.scanned_at for each in inwards)
        assert all(
            each.admission and each.admission.scanned_at == first for each in outcomes.values()
        )


@given(PASSAGES)
def test_admissions_and_ways_out_alternate(passages: list[Passage]) -> None:
    outcomes = judge(passages)
    admitted = sum(each.verdict is Verdict.ADMITTED for each in outcomes.values())
    ended = sum(
        each.verdict is Verdict.LEFT and each.admission is not None for each in outcomes.values()
    )
    assert ended <= admitted <= ended + 1


def test_a_second_scan_names_the_admission() -> None:
    outcomes = judge([passage("b", 3, door="Süd"), passage("a", 1)])
    assert outcomes["a"].verdict is Verdict.ADMITTED
    assert outcomes["b"].verdict is Verdict.ALREADY_IN
    assert outcomes["b"].admission == passage("a", 1)


def test_after_going_out_the_next_scan_admits_again() -> None:
    outcomes = judge([passage("a", 1), passage("b", 2, "out"), passage("c", 3), passage("d", 4)])
    assert [outcomes[each].verdict.value for each in "abcd"] == [
        "admitted",
        "left",
        "admitted",
        "already_in",
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"HTTPS://EVENTS.EXAMPLE/C/{TICKET}", Code(ticket=TICKET)),
        (f"https://events.example/c/{TICKET.lower()}?lang=en", Code(ticket=TICKET)),
        (f" {TICKET.lower()}\n", Code(ticket=TICKET)),
        ("K7M4-PX2D", Code(short="K7M4PX2D")),
        ("k7m4px2d", Code(short="K7M4PX2D")),
        ("k7m4 px2d", Code(short="K7M4PX2D")),
        ("", Code()),
        ("https://example.org/menu", Code()),
        (TICKET[:-1], Code()),
        (f"{TICKET}2", Code()),
        ("K7M4-PX2", Code()),
        ("\0" * 30, Code()),
    ],
)
def test_what_is_read_as_a_code(text: str, code: Code) -> None:
    assert read_code(text) == code


@given(st.text(max_size=600))
def test_no_text_stops_the_reader(text: str) -> None:
    read_code(text)


@pytest.mark.parametrize(
    ("status", "attendance", "has_item", "finding"),
    [
        ("confirmed", "in_person", True, Finding.TICKET),
        ("confirmed", "in_person", False, Finding.WRONG_ITEM),
        ("confirmed", "online", True, Finding.ONLINE_ONLY),
        ("waitlisted", "in_person", True, Finding.WAITLISTED),
        ("pending", "in_person", True, Finding.WAITLISTED),
        ("cancelled", "online", False, Finding.CANCELLED),
    ],
)
def test_what_keeps_a_registration_out(
    status: str, attendance: str, has_item: bool, finding: Finding
) -> None:
    assert find_obstacle(status, attendance, has_item=has_item) is finding


@given(st.integers(-600, 600), st.integers(0, 600))
def test_a_wrong_clock_is_put_right(error: int, age: int) -> None:
    received, wrong = NOON, timedelta(minutes=error)
    made = NOON - timedelta(minutes=age)
    assert corrected(made + wrong, received + wrong, received) == made


def test_no_scan_lies_in_the_future() -> None:
    assert corrected(NOON + timedelta(hours=1), None, NOON) == NOON
    assert corrected(NOON + timedelta(hours=1), NOON, NOON) == NOON


def date(number: int, day: int, hour: int | None = None) -> DateDefinition:
    if hour is None:
        on = datetime(2026, 9, day, tzinfo=UTC).date()
        return DateDefinition(number, "", None, None, on, on)
    begin = datetime(2026, 9, day, hour, tzinfo=UTC)
    return DateDefinition(number, "", begin, begin + timedelta(hours=2), None, None)


COURSE = SimpleNamespace(dates=(date(1, 4, 9), date(2, 11, 9), date(3, 11, 14), date(4, 18)))


@pytest.mark.parametrize(
    ("day", "hour", "number"),
    [
        (1, 9, 1),
        (4, 7, 1),
        (5, 12, 1),
        (11, 7, 2),
        (11, 12, 2),
        (11, 13, 3),
        (12, 9, 3),
        (18, 5, 4),
        (30, 9, 4),
    ],
)
def test_which_date_of_a_course_somebody_comes_for(day: int, hour: int, number: int) -> None:
    found = date_at(cast("EventDefinition", COURSE), datetime(2026, 9, day, hour, tzinfo=UTC))
    assert found
    assert found.id == number


def test_an_event_with_one_date_needs_none() -> None:
    event = cast("EventDefinition", SimpleNamespace(dates=(date(1, 4, 9),)))
    assert date_at(event, NOON) is None
