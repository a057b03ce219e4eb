"""A year's sums: what counts, once each, and nothing that an event hides."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from eventapp.events.models import Attendance
from eventapp.figures.hiding import LEAST_SHOWN
from eventapp.figures.rules import Figures
from eventapp.figures.year import BOTH, Year, YearEvent
from eventapp.figures.year_tables import event_row, has_told, state_label, year_tables

DAY = date(2027, 3, 4)
NODE: Any = type("Node", (), {"name": "Netz"})()
_TYPES = ("Verein", "Stiftung", "Kommune", "")


def event(number: int = 1, **values: Any) -> YearEvent:
    plain = {
        "slug": f"treffen-{number}",
        "title": f"Treffen {number}",
        "kind": "training",
        "first_day": DAY,
        "network": NODE,
        "is_ours": True,
        "is_off": False,
        "is_over": True,
        "ways": (Attendance.IN_PERSON,),
        "places": None,
        "figures": Figures(),
    }
    return YearEvent(number, **{**plain, **values})


def figures(registered: int, there: int, **values: Any) -> Figures:
    return Figures(statuses={"confirmed": registered}, arrived={"in_person": there}, **values)


def test_each_taking_part_counts_and_each_organisation_once() -> None:
    year = Year(
        2027,
        (
            event(1, figures=figures(20, 15), organisations=frozenset({1, 2})),
            event(2, figures=figures(10, 9), organisations=frozenset({2, 3})),
            event(3, figures=figures(8, 0)),  # nobody was noted
            event(4, figures=figures(7, 0), is_over=False),
            event(5, figures=figures(90, 0), is_off=True),
        ),
    )
    sums = year.sums
    assert (sums.events, sums.called_off, sums.registered, sums.there) == (4, 1, 45, 24)
    assert (sums.absent, sums.expected, sums.absent_percent, sums.unnoted) == (6, 30, 20, 1)
    assert sums.organisations == 3


def test_nobody_is_absent_where_nobody_was_noted() -> None:
    unnoted, empty = event(figures=figures(8, 0)), event()
    coming, off = event(figures=figures(8, 0), is_over=False), event(is_off=True)
    assert [each.absent for each in (unnoted, empty, coming, off)] == [None] * 4
    assert [has_told(each) for each in (unnoted, empty, coming, off)] == [False, True, False, False]
    assert [state_label(each) for each in (unnoted, empty, coming, off)] == [
        *("niemand erfasst", "vorbei", "kommt noch", "abgesagt")
    ]
    assert event_row(unnoted)[6:12] == [8, None, None, None, None, None]
    assert event_row(event(figures=figures(8, 6)))[6:12] == [8, 6, 0, 2, 25, 0]


def test_what_is_hidden_is_explained_only_where_something_is() -> None:
    for few, is_explained in ((8, False), (2, True)):
        parts = [{"Verein": 9}, {"Stiftung": few}]
        exact = [figures(sum(p.values()), 0, types=p, there_types={}) for p in parts]
        told = [event(n, figures=each.without_small_cells()) for n, each in enumerate(exact)]
        year = Year(2027, tuple(told))
        [types] = [each for each in year_tables(year, Year(2026, ())) if each.id == "types"]
        assert bool(types.note) is is_explained


def test_parts_come_to_the_whole() -> None:
    ways = [(Attendance.IN_PERSON,), (Attendance.ONLINE,), tuple(Attendance)]
    events = [
        event(
            n,
            kind=("training", "online_seminar")[n % 2],
            first_day=date(2027, 1 + n, 1),
            ways=ways[n % 3],
            figures=figures(6 + n, 3),
        )
        for n in range(9)
    ]
    year = Year(2027, tuple(events))
    for parts in (year.by_kind(), year.by_form(), year.by_month()):
        assert sum(part.sums.registered for part in parts) == year.sums.registered
        assert sum(part.sums.there for part in parts) == year.sums.there
    assert [part.name for part in year.by_form()] == ["in_person", "online", BOTH]
    assert len(year.by_month()) == 12
    assert [table.id for table in year_tables(year, Year(2026, ()))] == [
        *("overview", "kinds", "forms", "months")
    ]


_EVENTS = st.lists(
    st.dictionaries(
        st.sampled_from(_TYPES),
        st.tuples(st.integers(1, 20), st.integers(0, 20)).map(lambda two: (max(two), min(two))),
    ),
    max_size=6,
)


@given(_EVENTS)
def test_a_year_says_only_what_its_events_say(counts: list[dict[str, tuple[int, int]]]) -> None:
    """Each of its groups is the sum of what is told; so whoever takes away the events that they
    see learns no cell that one of them hides."""
    exact = [
        figures(
            sum(registered for registered, _there in groups.values()),
            sum(there for _registered, there in groups.values()),
            types={name: registered for name, (registered, _there) in groups.items()},
            there_types={name: there for name, (_registered, there) in groups.items()},
        )
        for groups in counts
    ]
    told = [each.without_small_cells() for each in exact]
    year = Year(2027, tuple(event(n, figures=each) for n, each in enumerate(told)))
    groups = year.by_type()
    for group in groups:
        assert group.registered == sum(each.types.get(group.name) or 0 for each in told)
        assert group.there == sum(each.there_types.get(group.name) or 0 for each in told)
        assert group.there == 0 or group.there >= LEAST_SHOWN
    rest = year.hidden(groups)
    shown = sum(each.registered or 0 for each in groups)
    assert shown + (rest.registered or 0) == year.sums.registered
