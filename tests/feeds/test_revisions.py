"""Whatever is edited in whatever order: SEQUENCE, DTSTAMP and the bytes of every entry keep to the
rules. One event, of one date or a course, and one person, their public file and their own feed
after each step."""

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from eventapp import clock, sitecache
from eventapp.db import transaction
from eventapp.events import rules
from eventapp.events.actions import update_event
from eventapp.feeds import build
from eventapp.planning import actions as planning
from eventapp.planning import copying
from eventapp.planning.rules import LastDate
from eventapp.registration import own_feed, selfservice, switching
from eventapp.registration.following import follow
from tests.factories import ORIGIN, at, in_days
from tests.registration.test_actions import event_of, plan, rows, sign_up

EXAMPLES, STEPS = (300, 30) if os.environ.get("TEST_LONG") else (8, 12)
ITEMS = [{"slug": "chor", "capacity": 5}, {"slug": "tanz", "capacity": 5}]
SPANS = ((30,), (30, 37, 44))  # one date, or a course
_numbers = count()

# What is edited, and whether SEQUENCE rises where it differs from before.
EDITS: dict[str, tuple[list[dict[str, Any]], bool]] = {
    "time": (
        [
            {"starts_at": at(in_days(n), h), "ends_at": at(in_days(n), h + 2)}
            for n in (30, 31)
            for h in (10, 14)
        ],
        True,
    ),
    "place": ([{"venue_name": name} for name in ("Haus", "Halle", "Hof")], True),
    "attendance": ([{"has_online": is_online} for is_online in (True, False)], True),
    "status": ([{"status": status} for status in ("published", "cancelled")], True),
    "title": ([{"title": title} for title in ("Treffen", "Tag", "Fest")], False),
    "text": ([{"summary": text} for text in ("", "Kommen Sie", "😀" * 60)], False),
    "limits": ([{"capacity_in_person": n} for n in (50, 60)], False),
}
edits = st.sampled_from(sorted(EDITS)).flatmap(
    lambda what: st.tuples(st.just(what), st.sampled_from(EDITS[what][0]))
)
rooms = st.tuples(st.just("room"), st.sampled_from(["Saal 1", "Saal 2"]))
dates = st.tuples(st.just("date"), st.tuples(st.integers(0, 2), st.booleans()))
acts = st.tuples(
    st.sampled_from(["cancel", "come", "online", "in_person", "chor", "tanz", "none", "nothing"]),
    st.none(),
)
steps = st.tuples(st.one_of(edits, edits, rooms, dates, dates, acts), st.integers(0, 2))


@dataclass
class Seen:
    """An entry as it was last shown."""

    sequence: int
    stamp: datetime
    raw: bytes


@dataclass
class World:
    """The event, the person, and what their calendars have seen."""

    client: FlaskClient
    slug: str
    name: str
    path: str
    now: datetime
    seen: dict[str, Seen] = field(default_factory=dict)

    @property
    def row(self) -> Any:
        return next(each for each in reversed(rows()) if each.first_name == self.name)

    def edit(self, **values: Any) -> bool:
        with transaction() as session:
            changed = update_event(session, self.slug, origin=ORIGIN, now=self.now, **values)
            follow(session, event_of(self.slug).id, now=self.now)
        return changed

    def entries(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for path in (f"/events/{self.slug}.ics", self.path):
            first = self.client.get(path)
            sitecache.clear_all()
            build._fragments.clear()
            again = self.client.get(path)
            assert (again.data, again.headers["ETag"]) == (first.data, first.headers["ETag"])
            for entry in Calendar.from_ical(first.data).walk("VEVENT"):
                assert str(entry["UID"]) not in found
                found[str(entry["UID"])] = entry
        return found

    def check(self, rises: dict[str, int]) -> None:
        """`rises`: by the letter of the UID, by how much SEQUENCE has to be higher."""
        for uid, entry in self.entries().items():
            assert entry["DTSTAMP"].dt == entry["LAST-MODIFIED"].dt
            now = Seen(int(entry["SEQUENCE"]), entry["DTSTAMP"].dt, entry.to_ical())
            before = self.seen.get(uid)
            if before is not None:
                assert now.sequence == before.sequence + rises[uid[0]], uid
                assert (now.raw == before.raw) or now.stamp > before.stamp, uid
                assert now.stamp >= before.stamp
            self.seen[uid] = now


def begin(client: FlaskClient, days: tuple[int, ...] = SPANS[0]) -> World:
    number = next(_numbers)
    slug, name = f"fest-{number}", f"Gast{number}"
    spans = [(at(in_days(day), 10), at(in_days(day), 12)) for day in days]
    plan(slug=slug, items=[{**each} for each in ITEMS], dates=spans)
    sign_up(event_of(slug), name, items=("chor",))
    row = rows()[-1]
    with transaction() as session:
        own_feed.create(session, row.id, now=clock.now())
        feed = own_feed.find(session.connection(), row.id)
    assert feed is not None
    world = World(client, slug, name, own_feed.address(feed.token), clock.now())
    world.check({})
    return world


def take(world: World, what: str, value: Any) -> dict[str, int]:
    """Do one step; by how much SEQUENCE has to rise, by the letter of the UID."""
    if what in EDITS:
        values = _first_date(world, value) if what == "time" else value
        rise = int(world.edit(**values) and EDITS[what][1])
        return {"e": rise, "r": rise, "p": rise}
    if what == "date":
        rise = _set_date(world, *value)
        return {"e": rise, "r": rise, "p": rise}
    if what == "room":
        return {"e": 0, "r": 0, "p": _move_items(world, value)}
    rise = _act(world, what)
    return {"e": 0, "r": rise, "p": rise}


def _first_date(world: World, value: dict[str, Any]) -> dict[str, Any]:
    """Of a course that one moves, whether or not it is called off; the others stay."""
    event = event_of(world.slug)
    if len(event.dates) == 1:
        return value
    off = {each.id for each in event.dates if each.is_off}
    first, *others = copying.dates(event, off=off)
    return {"starts_at": value["starts_at"], "dates": [{**first, **value}, *others]}


def _set_date(world: World, n: int, is_off: bool) -> int:
    """Call the date of this number off or bring it back, where there is one and that is open."""
    found = event_of(world.slug).dates
    if n >= len(found):
        return 0
    try:
        with transaction() as session:
            return int(
                planning.set_date(
                    session, world.slug, found[n].id, is_off=is_off, origin=ORIGIN, now=world.now
                )
            )
    except LastDate:
        return 0


def _move_items(world: World, room: str) -> int:
    names = ("slug", "title", "starts_at", "ends_at", "capacity")
    items: Any = [
        {**{name: getattr(item, name) for name in names}, "room": room}
        for item in event_of(world.slug).programme
    ]
    return int(world.edit(programme=items))


def _act(world: World, what: str) -> int:
    row = world.row
    event = event_of(world.slug)
    stands, takes_place = row.status == "confirmed", event.status != "cancelled"
    if what == "come" and not stands and takes_place:
        sign_up(event, world.name, token=f"{world.name}{world.now}", now=world.now)
        return 0
    if not (stands and takes_place):
        return 0
    with transaction() as session:
        if what == "cancel":
            selfservice.cancel(session, row.id, now=world.now)
            return 1
        if what in ("online", "in_person") and what in event.attendances:
            switching.switch(session, row.id, what, now=world.now)
            return int(what != row.attendance)
        if what in ("chor", "tanz", "none"):
            wanted = [item for item in event.choices if item.slug == what]
            selfservice.change_items(session, row.id, wanted, now=world.now)
    return 0


@pytest.fixture
def here(app: Flask) -> FlaskClient:
    return app.test_client(use_cookies=False)


def test_every_entry_keeps_to_the_rules(here: FlaskClient) -> None:
    @settings(
        max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(st.sampled_from(SPANS), st.lists(steps, min_size=1, max_size=STEPS))
    def play(days: tuple[int, ...], taken: list[tuple[tuple[str, Any], int]]) -> None:
        world = begin(here, days)
        for (what, value), seconds in taken:
            world.now += timedelta(seconds=seconds)
            world.check(take(world, what, value))

    play()


def test_a_sequence_that_rises_with_every_text_is_found(
    here: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "raises_sequence", lambda _changed: True)
    world = begin(here)
    with pytest.raises(AssertionError):
        world.check(take(world, "title", {"title": "Fest"}))


def test_a_date_called_off_without_a_higher_sequence_is_found(
    here: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = begin(here, SPANS[1])
    world.check(take(world, "date", (1, True)))
    monkeypatch.setattr(rules, "raises_sequence", lambda changed: "dates" not in changed)
    with pytest.raises(AssertionError):
        world.check(take(world, "date", (1, False)))
