"""Whatever is edited in whatever order: SEQUENCE, DTSTAMP and the bytes of every entry keep to the
rules. One event and one person, their public file and their own feed after each step."""

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
from eventapp.registration import own_feed, selfservice, switching
from eventapp.registration.following import follow
from tests.factories import ORIGIN, at, in_days
from tests.registration.test_actions import event_of, plan, rows, sign_up

EXAMPLES, STEPS = (300, 30) if os.environ.get("TEST_LONG") else (8, 12)
ITEMS = [{"slug": "chor", "capacity": 5}, {"slug": "tanz", "capacity": 5}]
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
acts = st.tuples(
    st.sampled_from(["cancel", "come", "online", "in_person", "chor", "tanz", "none", "nothing"]),
    st.none(),
)
steps = st.tuples(st.one_of(edits, edits, rooms, acts), st.integers(0, 2))


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


def begin(client: FlaskClient) -> World:
    number = next(_numbers)
    slug, name = f"fest-{number}", f"Gast{number}"
    plan(slug=slug, items=[{**each} for each in ITEMS])
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
        rise = int(world.edit(**value) and EDITS[what][1])
        return {"e": rise, "r": rise, "p": rise}
    if what == "room":
        return {"e": 0, "r": 0, "p": _move_items(world, value)}
    rise = _act(world, what)
    return {"e": 0, "r": rise, "p": rise}


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
    @given(st.lists(steps, min_size=1, max_size=STEPS))
    def play(taken: list[tuple[tuple[str, Any], int]]) -> None:
        world = begin(here)
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
