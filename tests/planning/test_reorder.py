"""Moving a programme item among the others: durations stay, pauses stay, nothing else moves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from eventapp.db import transaction
from eventapp.events.definition import ItemDefinition
from eventapp.events.models import Event
from eventapp.planning.reorder import blocks, moved, positions
from tests.factories import at, in_days, make_item
from tests.planning.office import Office, event_of, send
from tests.refusals import check_refused

DAY = datetime(2027, 6, 1, 7, tzinfo=UTC)
LIST = "/organise/events/treffen/programme"


def item(slug: str, start: int, minutes: int, days: int = 0) -> ItemDefinition:
    """So many minutes after nine o'clock."""
    begins = DAY + timedelta(days=days, minutes=start)
    ends = begins + timedelta(minutes=minutes)
    return ItemDefinition(ord(slug[0]), slug, slug, begins, ends, None, (), None, None, None)


def after(items: list[ItemDefinition], slug: str, steps: int) -> list[ItemDefinition]:
    goes = moved(items, slug, steps)
    return [
        replace(each, starts_at=each.starts_at + by, ends_at=each.ends_at + by)
        for each in items
        for by in [goes.get(each.slug, timedelta())]
    ]


def test_two_change_places_and_the_pause_stays() -> None:
    items = [item("a", 0, 60), item("b", 75, 30), item("c", 105, 10)]
    assert after(items, "b", -1) == [item("a", 45, 60), item("b", 0, 30), item("c", 105, 10)]
    assert after(items, "a", 2) == [item("a", 55, 60), item("b", 0, 30), item("c", 45, 10)]


def test_what_is_parallel_goes_together_and_days_are_kept() -> None:
    items = [item("a", 0, 30), item("b", 30, 60), item("c", 30, 90), item("d", 0, 30, days=1)]
    assert moved(items, "b", -1) == {
        "a": timedelta(minutes=90),
        "b": timedelta(minutes=-30),
        "c": timedelta(minutes=-30),
    }
    assert moved(items, "c", 1) == moved(items, "d", -1) == moved(items, "x", 1) == {}
    places = positions(items)
    assert [places[each].block for each in "abcd"] == [0, 1, 1, 2]
    assert (places["a"].can_earlier, places["a"].can_later) == (False, True)
    assert (places["d"].can_earlier, places["d"].can_later) == (False, False)


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(5, 90)), min_size=1, max_size=7)


@given(SPANS, st.data())
def test_nothing_is_lost_or_stretched(spans: list[tuple[int, int]], data: st.DataObject) -> None:
    items, start = [], 0
    for n, (pause, minutes) in enumerate(spans):
        start += pause
        items.append(item(chr(97 + n), start, minutes))
        start += minutes
    slug = data.draw(st.sampled_from([each.slug for each in items]))
    steps = data.draw(st.integers(-50, 50))
    found = after(items, slug, steps)
    assert [b.ends_at - b.starts_at for b in found] == [b.ends_at - b.starts_at for b in items]
    old, new = blocks(items), blocks(found)
    assert (new[0].starts_at, new[-1].ends_at) == (old[0].starts_at, old[-1].ends_at)
    assert len(new) == len(old)


def test_earlier_and_later_by_form_alone(app: Flask) -> None:
    office = Office(app, "treffen", dates=[(at(in_days(30), 9), at(in_days(30), 16))])
    with transaction() as session:
        event = session.query(Event).filter_by(slug="treffen").one()
        make_item(session, event, "auftakt")
        make_item(
            session, event, "pause", starts_at=at(in_days(30), 10), ends_at=at(in_days(30), 10, 15)
        )
    ada = office.ada()
    page = ada.get(LIST).text
    assert page.count('name="by" value="-1"') == page.count('name="by" value="1"') == 1
    seen = event_of("treffen").revision
    answer = send(ada, f"{LIST}/pause/move", by="-1", revision=str(seen))
    assert answer.location == LIST
    assert [each.slug for each in event_of("treffen").programme] == ["pause", "auftakt"]
    assert event_of("treffen").programme[1].starts_at == at(in_days(30), 9, 15)
    old = send(ada, f"{LIST}/pause/move", by="1", revision=str(seen))
    check_refused(old, "changed-meanwhile")
    late = send(ada, f"{LIST}/pause/move", by="-1", revision=str(seen + 1))
    assert late.location == f"{LIST}?done=late"
    for by in ("", "x", "1.5", "9" * 5000):
        assert send(ada, f"{LIST}/pause/move", by=by, revision="1").status_code == 422
    assert send(ada, f"{LIST}/keiner/move", by="1", revision="1").status_code == 404
    assert send(office.cleo(), f"{LIST}/pause/move", by="1", revision="1").status_code == 404
