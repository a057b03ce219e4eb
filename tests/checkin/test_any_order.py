"""In whatever order scans reach the server, it says the same of them: on the real database, with
devices whose clocks are wrong, batches sent twice, mistakes taken back, people who go out.

TEST_LONG=1 tries more. A broken rule is found, so the property can fail.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from eventapp import clock
from eventapp.checkin import actions, rules
from eventapp.checkin.actions import Batch, NewScan
from eventapp.checkin.conflicts import list_conflicts
from eventapp.checkin.head_counts import count_guests
from eventapp.checkin.held import accept_scans, list_piles
from eventapp.checkin.models import Scan
from eventapp.checkin.roster import load_roster
from eventapp.db import reading, transaction
from eventapp.events.loading import get_definition
from eventapp.live.queries import list_scans
from eventapp.live.rules import tell
from eventapp.tokens import new_ticket
from tests.checkin.door import Door, Guest

EXAMPLES = 600 if os.environ.get("TEST_LONG") == "1" else 15
DEVICES, GUESTS = 3, 3
MOST_SKEW = 12 * 60  # minutes that a clock is wrong
AFTER = timedelta(hours=13)  # when the first batch arrives


@dataclass(frozen=True)
class Seen:
    """A code held before a device, in true time; `guest` is none for a forged code."""

    guest: int | None
    device: int
    minute: int
    direction: str = "in"
    let_in: bool | None = None
    is_told_twice: bool = False
    is_undone: bool = False


@dataclass(frozen=True)
class Course:
    """How the scans travel: who sends which, in batches of what size, in which order."""

    seed: int
    batch: int
    twice: bool
    blocked_after: int = 99  # batches, of the first device


SEEN = st.builds(
    Seen,
    guest=st.sampled_from([0, 0, 1, 1, 2, None]),
    device=st.integers(0, DEVICES - 1),
    minute=st.integers(0, 6),
    direction=st.sampled_from(["in", "in", "in", "out"]),
    let_in=st.sampled_from([None, True, True, False]),
    is_told_twice=st.booleans(),
    is_undone=st.sampled_from([False, False, False, True]),
)
COURSES = st.builds(
    Course, seed=st.integers(0, 10_000), batch=st.integers(1, 5), twice=st.booleans()
)
SKEWS = st.lists(st.integers(-MOST_SKEW, MOST_SKEW), min_size=DEVICES, max_size=DEVICES)


class Hall:
    """Three devices, three guests, and the rows that their scans leave."""

    def __init__(self) -> None:
        self.door = Door(capacity_in_person=20)
        self.devices = [self.door.device(name) for name in ("Nord", "Süd", "West")]
        self.guests: list[Guest] = [self.door.guest() for _ in range(GUESTS)]
        self.forged = new_ticket()
        self.begin = clock.now() - timedelta(days=1)

    def told(self, seen: Sequence[Seen], skews: Sequence[int]) -> list[tuple[int, NewScan]]:
        """What the devices send, by their own clocks: what a door decided while the network was
        slow is told without and with that, a mistake also with the time of its taking back."""
        sent = []
        for number, each in enumerate(seen):
            code = self.forged if each.guest is None else self.guests[each.guest].ticket
            at = self.begin + timedelta(minutes=each.minute + skews[each.device])
            scan = NewScan(scan_id(number), code, at, each.direction, let_in=each.let_in)
            sent.append((each.device, scan))
            if each.is_told_twice:
                sent.append((each.device, replace(scan, let_in=None)))
            if each.is_undone:
                sent.append((each.device, replace(scan, undone_at=at)))
        return sent

    def receive(self, sent: Sequence[Any], skews: Sequence[int], course: Course) -> dict[str, Any]:
        """The rows after this course, told in every way in which the program tells them."""
        with transaction() as session:
            session.execute(delete(Scan))
        random, now = Random(course.seed), self.begin + AFTER
        for number, (device, scans) in enumerate(batches(sent, course, random)):
            now += timedelta(seconds=random.randrange(1, 90))
            sender = self.devices[device]
            if device == 0 and number >= course.blocked_after:
                sender = replace(sender, revoked_at=now)
            sent_at = now + timedelta(minutes=skews[device])
            with transaction() as session:
                actions.record_scans(session, sender, Batch(scans, sent_at), now=now)
        return self.state(now)

    def accept(self) -> None:
        """The office takes all that was held."""
        with transaction() as session:
            for pile in list_piles(session.connection(), self.door.event_id):
                ids = [each.id for each in pile.waiting]
                accept_scans(session, self.door.event_id, ids)

    def state(self, now: datetime) -> dict[str, Any]:
        with reading() as connection:
            event = get_definition(connection, self.door.slug)
            rows = connection.execute(
                select(Scan.scan_id, Scan.finding, Scan.scanned_at).order_by(Scan.scan_id)
            )
            found = tell(list_scans(connection, event), None)
            count = count_guests(connection, event, now)
            assert len(found.inside) == count.present  # equal on every screen
            conflicts = list_conflicts(connection, event.id)
            return {
                "rows": [(row.scan_id, row.finding, row.scanned_at) for row in rows],
                "present": found.inside,
                "first": {slot.begins_at: slot.arrived for slot in found.curve},
                "doors": found.doors,
                "roster": load_roster(connection, self.devices[0], "token", now),
                "conflicts": [
                    (each.kind, each.scan.scan_id, each.first and each.first.scan_id)
                    for each in conflicts
                ],
            }


def scan_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def batches(
    sent: Sequence[tuple[int, NewScan]], course: Course, random: Random
) -> Iterable[tuple[int, list[NewScan]]]:
    """Each device's scans in batches of their own; all batches in any order, some of them twice."""
    mixed = list(sent)
    random.shuffle(mixed)
    cut = []
    for device in range(DEVICES):
        mine = [scan for whose, scan in mixed if whose == device]
        cut += [(device, mine[at : at + course.batch]) for at in range(0, len(mine), course.batch)]
    if course.twice:
        cut += random.sample(cut, len(cut) // 2)
    random.shuffle(cut)
    return cut


@pytest.fixture
def hall(app: Flask) -> Hall:  # noqa: ARG001  the app is the database
    return Hall()


def arrives_alike(hall: Hall, examples: int, *, phases: Sequence[Phase] = tuple(Phase)) -> None:
    """Raises `AssertionError` where two orders of arrival leave something else."""

    @settings(
        max_examples=examples,
        phases=phases,
        suppress_health_check=[HealthCheck.too_slow],
        database=None,
        derandomize=examples < 100,
    )
    @given(st.lists(SEEN, min_size=2, max_size=9), SKEWS, COURSES, COURSES)
    def check(seen: list[Seen], skews: list[int], one: Course, other: Course) -> None:
        sent = hall.told(seen, skews)
        first = hall.receive(sent, skews, one)
        assert hall.receive(sent, skews, other) == first
        assert_true(hall, seen, first)

    check()


def assert_true(hall: Hall, seen: Sequence[Seen], state: dict[str, Any]) -> None:
    """None is lost, none is there twice, and each stands at the time at which it truly was."""
    assert [row[0] for row in state["rows"]] == [scan_id(number) for number in range(len(seen))]
    for each, (_id, _finding, scanned_at) in zip(seen, state["rows"], strict=True):
        assert scanned_at == hall.begin + timedelta(minutes=each.minute)


def test_every_order_of_arrival_is_told_alike(hall: Hall) -> None:
    arrives_alike(hall, EXAMPLES)


@settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    derandomize=EXAMPLES < 100,
)
@given(st.lists(SEEN, min_size=2, max_size=9), SKEWS, COURSES, st.integers(0, 6))
def test_what_was_held_and_is_accepted_counts_as_if_in_time(
    hall: Hall, seen: list[Seen], skews: list[int], course: Course, blocked_after: int
) -> None:
    sent = hall.told(seen, skews)
    in_time = hall.receive(sent, skews, course)
    hall.receive(sent, skews, replace(course, blocked_after=blocked_after))
    hall.accept()
    assert hall.state(hall.begin + AFTER) == in_time


def _uncorrected(scanned_at: datetime, _sent_at: datetime | None, now: datetime) -> datetime:
    return min(scanned_at, now)


def _unordered(_passage: rules.Passage) -> int:
    return 0


@pytest.mark.parametrize(
    ("room", "name", "broken"),
    [(actions, "corrected", _uncorrected), (rules, "in_order", _unordered)],
)
def test_a_broken_rule_is_found(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, room: Any, name: str, broken: Any
) -> None:
    """The negative control: clocks that nobody puts right, scans in the order of their rows."""
    monkeypatch.setattr(room, name, broken)
    with pytest.raises(AssertionError):
        arrives_alike(hall, 60, phases=[Phase.generate])  # found is enough: not made small
