"""Three phones at three doors without a network: what each read, and how it sends that in the end.

A phone keeps its scans in a file, as the page does in the browser, and drops them when the server
has answered; so it can be closed and opened again at any moment.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import httpx

from eventapp import clock
from eventapp.checkin.conflict_rules import Kind
from eventapp.checkin.conflicts import list_conflicts
from eventapp.checkin.head_counts import HeadCount, count_guests
from eventapp.checkin.models import Scan
from eventapp.db import db, reading, transaction
from eventapp.events.loading import get_definition
from tests.checkin.door import Door, Guest, make_guest

SCANS, PHONES, OVERLAPS = 300, 3, 10
NEAR = timedelta(minutes=2)  # a busy machine takes its time between sending and receiving


@dataclass(frozen=True)
class Read:
    """A code that a phone read, in true time."""

    guest: Guest
    phone: int
    at: datetime


@dataclass
class Phone:
    """`is_wrong_by` is the error of its clock; `deliver` sends a request, and may fail."""

    name: str
    token: str
    is_wrong_by: timedelta
    store: Path
    broken: int = 0

    def keep(self, reads: Sequence[Read], random: Random) -> None:
        """Scan without a network: let in by the list that it has."""
        scans = [
            {
                "scan_id": str(UUID(int=random.getrandbits(128), version=4)),
                "code": read.guest.ticket,
                "scanned_at": (read.at + self.is_wrong_by).isoformat(),
                "direction": "in",
                "let_in": True,
            }
            for read in reads
        ]
        self.store.write_text(json.dumps(scans))

    @property
    def waiting(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.store.read_text())
        return found

    def send(self, url: str, slug: str, random: Random) -> None:
        """Some of what waits, in any order; what was answered waits no longer."""
        waiting = self.waiting
        batch = random.sample(waiting, min(len(waiting), random.randrange(5, 40)))
        body = {"sent_at": (clock.now() + self.is_wrong_by).isoformat(), "scans": batch}
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            answer = httpx.post(
                f"{url}/api/v1/checkin/{slug}/scans", json=body, headers=headers, timeout=60
            )
        except httpx.HTTPError:
            self.broken += 1
            return
        assert answer.status_code in (200, 500, 502, 503), answer.text
        if answer.status_code != 200:
            self.broken += 1
            return
        told = {each["scan_id"] for each in answer.json()["results"]}
        self.store.write_text(json.dumps([scan for scan in waiting if scan["scan_id"] not in told]))


def make_guests(door: Door) -> list[Guest]:
    with transaction() as session:
        return [
            make_guest(session, door.event_id, f"Gast {number}")
            for number in range(SCANS - OVERLAPS)
        ]


def plan(guests: Sequence[Guest], random: Random) -> list[Read]:
    """Who stands before which phone when; ten of them before two, five minutes apart."""
    begin = clock.now() - timedelta(hours=2)
    reads = []
    for number, guest in enumerate(guests):
        at = begin + timedelta(seconds=random.randrange(3600))
        reads.append(Read(guest, number % PHONES, at))
        if number < OVERLAPS:
            late = at + timedelta(minutes=random.choice((-5, 5)))
            reads.append(Read(guest, (number + 1) % PHONES, late))
    return reads


def send_all(
    phones: Sequence[Phone], slug: str, random: Random, url: str, meanwhile: Callable[[int], None]
) -> None:
    """Any phone at a time until nothing waits; `meanwhile` is told the number of the upload."""
    number = 0
    while left := [each for each in phones if each.waiting]:
        meanwhile(number)
        random.choice(left).send(url, slug, random)
        number += 1
        assert number < 1000, "it does not end"


def assert_settled(
    door: Door, reads: Sequence[Read], names: Sequence[str], *, near: timedelta = NEAR
) -> None:
    """Every scan once, everybody present once, each second scan a conflict with time and device."""
    db.session.close()
    assert db.session.query(Scan).count() == SCANS
    with reading() as connection:
        event = get_definition(connection, door.slug)
        expected = HeadCount(SCANS - OVERLAPS, SCANS - OVERLAPS)
        assert count_guests(connection, event, clock.now()) == expected
        found = list_conflicts(connection, event.id)
    assert [each.kind for each in found] == [Kind.DOUBLE] * OVERLAPS
    by_guest = {each.scan.registration_id: each for each in found}
    for guest_id, conflict in by_guest.items():
        first, second = sorted(
            (read for read in reads if read.guest.id == guest_id), key=lambda read: read.at
        )
        assert conflict.first
        for seen, read in ((conflict.first, first), (conflict.scan, second)):
            assert seen.device == names[read.phone]
            assert abs(seen.at - read.at) < near
