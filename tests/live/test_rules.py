"""The figures as pure functions of the scans: whatever their order, the same."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from eventapp.checkin.rules import Passage
from eventapp.live.rules import MOST_SLOTS, Passed, curve, points, tell

NINE = datetime(2026, 9, 11, 9, tzinfo=UTC)


def passed(
    guest: int,
    minute: float,
    direction: str = "in",
    *,
    item: int | None = None,
    date: int | None = None,
    door: str = "Nord",
) -> Passed:
    scan_id = f"{guest}-{minute}-{direction}-{item}-{date}"
    return Passed(
        guest, item, date, Passage(scan_id, direction, NINE + timedelta(minutes=minute), door)
    )


SCANS = st.lists(
    st.builds(
        passed,
        guest=st.integers(1, 4),
        minute=st.integers(0, 9),
        direction=st.sampled_from(["in", "out"]),
        item=st.sampled_from([None, None, 7]),
        date=st.sampled_from([None, 1, 2]),
        door=st.just("Nord"),
    ),
    max_size=12,
    unique_by=lambda each: each.passage.scan_id,
)


@given(SCANS, st.randoms())
def test_every_order_tells_the_same(scans: list[Passed], random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(scans)
    random.shuffle(shuffled)
    assert tell(shuffled, 1) == tell(scans, 1)


@given(SCANS)
def test_nobody_is_in_the_house_who_never_came(scans: list[Passed]) -> None:
    told = tell(scans, 1)
    assert told.inside <= told.arrived
    assert sum(told.doors.values()) >= len(told.arrived)
    assert (told.curve[-1].total if told.curve else 0) == len(told.arrived)


def test_house_and_workshops() -> None:
    told = tell(
        [
            passed(1, 0),
            passed(1, 5, item=7),
            passed(1, 9, "out", item=7),  # in the corridor
            passed(2, 1, door="Süd"),
            passed(2, 8, "out"),
            passed(3, 2, item=7, door="Saal"),  # came by another way
            passed(4, 3, "out"),
        ],
        None,
    )
    assert told.inside == {1, 3}
    assert told.arrived == {1, 2, 3}
    assert told.doors == {("Nord", None): 1, ("Süd", None): 1, ("Nord", 7): 1, ("Saal", 7): 1}
    assert told.by_item == {7: {1, 3}}


def test_each_date_of_a_course_has_its_own_house() -> None:
    scans = [passed(1, 0, date=1), passed(2, 0, date=1), passed(1, 60 * 24 * 7, date=2)]
    assert tell(scans, 1).inside == {1, 2}
    assert tell(scans, 2).inside == {1}
    assert tell(scans, 2).by_date == {1: {1, 2}, 2: {1}}


@given(st.lists(st.integers(0, 60 * 24 * 400), min_size=1, max_size=30))
def test_the_curve_ends_with_all_and_never_falls(minutes: list[int]) -> None:
    slots = curve([NINE + timedelta(minutes=each) for each in minutes])
    assert len(slots) <= MOST_SLOTS
    assert slots[-1].total == len(minutes)
    totals = [slot.total for slot in slots]
    assert totals == sorted(totals)


def test_the_picture_of_the_curve() -> None:
    slots = curve([NINE, NINE, NINE + timedelta(minutes=7)])
    assert [(slot.arrived, slot.total) for slot in slots] == [(2, 2), (1, 3)]
    assert points(slots, 100, 30) == [(0.0, 30.0), (50.0, 10.0), (100.0, 0.0)]
    assert curve([]) == ()
