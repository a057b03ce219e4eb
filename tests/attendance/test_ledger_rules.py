"""What several sources come to, without a database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.attendance.ledger_rules import Fact, Source, length_of, tell
from eventapp.events.definition import DateDefinition

START = datetime(2027, 9, 8, 8, tzinfo=UTC)
END = START + timedelta(hours=4)
DATE = DateDefinition(1, "e-1", START, END, None, None)
OFF = DateDefinition(2, "e-2", START, END, None, None, is_off=True)


def after(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def scan(minutes: int, *, is_out: bool = False, item_id: int | None = None) -> Fact:
    source = Source.WORKSHOP if item_id else Source.SCAN
    return Fact(source, 1, after(minutes), item_id=item_id, is_out=is_out)


def by_hand(
    minutes: int | None = None, *, was_there: bool = True, item_id: int | None = None
) -> Fact:
    return Fact(
        Source.HAND, 1, after(500), item_id=item_id, id=1, was_there=was_there, minutes=minutes
    )


ONLINE = Fact(Source.ONLINE_DOOR, 1, after(2))


def minutes(*facts: Fact) -> int | None:
    return tell([DATE], facts, with_minutes=True).at(1).minutes


def test_the_same_from_two_sources_counts_once_and_keeps_both() -> None:
    told = tell([DATE], [ONLINE, scan(3), scan(4)])
    assert told.count == 1
    assert told.at(1).sources == (Source.SCAN, Source.ONLINE_DOOR)
    assert len(told.at(1).facts) == 3


def test_the_office_holds_against_all_others() -> None:
    told = tell([DATE], [scan(3), ONLINE, by_hand(was_there=False)])
    assert told.count == 0
    assert Source.HAND in told.at(1).sources


def test_only_going_out_says_nothing() -> None:
    assert tell([DATE], [scan(3, is_out=True)]).count == 0


def test_dates_called_off_say_nothing() -> None:
    assert tell([DATE, OFF], [Fact(Source.SCAN, 2, START)]).count == 0


def test_a_workshop_is_the_house_as_well() -> None:
    told = tell([DATE], [scan(3, item_id=7)])
    assert told.count == 1
    assert told.items == {7}


@pytest.mark.parametrize(
    ("facts", "items"),
    [
        ([scan(3, item_id=7), by_hand(was_there=False)], set()),
        ([scan(3, item_id=7), by_hand(was_there=False, item_id=7)], set()),
        ([by_hand(item_id=7)], {7}),
        ([by_hand(was_there=False), by_hand(item_id=7)], {7}),
    ],
)
def test_the_office_says_who_was_in_a_workshop(facts: list[Fact], items: set[int]) -> None:
    assert tell([DATE], facts).items == items


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([scan(-30)], 240),  # early, and stayed to the end
        ([scan(60)], 180),
        ([scan(0), scan(30, is_out=True), scan(60), scan(90, is_out=True)], 60),
        ([scan(0), scan(10, is_out=True, item_id=7)], 240),  # left a workshop, not the house
        ([scan(0), scan(0), scan(20, is_out=True)], 20),
        ([scan(300)], 0),  # after the end
        ([ONLINE], None),  # only the way in is known
        ([by_hand()], 240),
        ([by_hand(45)], 45),
        ([scan(0), by_hand(45)], 45),
        ([scan(60), by_hand()], 180),
        ([scan(60), by_hand(was_there=False)], None),
        ([], None),
    ],
)
def test_minutes(facts: list[Fact], expected: int | None) -> None:
    assert minutes(*facts) == expected


def test_minutes_only_where_they_are_asked_for() -> None:
    assert tell([DATE], [scan(0)]).at(1).minutes is None


instants = st.integers(-60, 400)


@given(st.lists(st.tuples(instants, instants)))
def test_together_they_are_as_long_as_all_minutes_that_any_covers(
    pairs: list[tuple[int, int]],
) -> None:
    spans = [(after(min(pair)), after(max(pair))) for pair in pairs]
    covered = {n for pair in pairs for n in range(min(pair), max(pair))}
    assert length_of(spans) == timedelta(minutes=len(covered))


facts = st.lists(
    st.one_of(
        st.builds(scan, instants, is_out=st.booleans(), item_id=st.sampled_from([None, 7])),
        st.just(ONLINE),
    )
)


@given(facts, st.randoms())
def test_the_order_of_arrival_and_doubles_change_nothing(found: list[Fact], random: object) -> None:
    shuffled = found + found
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    told, again = (tell([DATE], each, with_minutes=True) for each in (found, shuffled))
    assert (told.count, told.items) == (again.count, again.items)
    assert told.at(1).sources == again.at(1).sources
    assert told.at(1).minutes == again.at(1).minutes


@given(facts)
def test_never_longer_than_the_date(found: list[Fact]) -> None:
    assert 0 <= (minutes(*found) or 0) <= 240
