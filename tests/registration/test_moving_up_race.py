"""People cancel, one of them from two tabs, while others sign up and the next in line move up: all
at once, over HTTP, on both databases.

The control takes the lock out: places are lost or given twice, or not in the order of the line.
"""

import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest

from eventapp.events.definition import EventDefinition
from tests.registration.racer import Racer
from tests.registration.racing import CHANCES, guest, hold, hold_well
from tests.registration.test_actions import mails, plan, rows, sign_up
from tests.registration.test_holder_pages import address_of
from tests.servers import Site

log = logging.getLogger(__name__)

ROUNDS = 100 if os.environ.get("TEST_LONG") else 6
PLACES, NEWCOMERS = 5, 8


@dataclass(frozen=True)
class Full:
    """An event without a free place: all who hold one cancel, and the first in line, if any."""

    event: EventDefinition
    waiting: int

    @property
    def cancelling(self) -> list[Racer]:
        mine = [row for row in rows() if row.event_id == self.event.id]
        leaving = mine[: PLACES + min(self.waiting, 1)]
        return [Racer(row.first_name, f"{address_of(row)}/cancel") for row in leaving]

    @property
    def newcomers(self) -> list[Racer]:
        return [guest(f"/events/{self.event.slug}/register", n) for n in range(NEWCOMERS)]

    @property
    def racers(self) -> list[Racer]:
        cancelling = self.cancelling
        return [*cancelling, cancelling[0], *self.newcomers]

    @property
    def standing(self) -> int:
        """How many are left afterwards."""
        return max(self.waiting - 1, 0) + NEWCOMERS

    def list_faults(self) -> Iterator[str]:
        """What is not as it must be afterwards."""
        mine = [row for row in rows() if row.event_id == self.event.id]
        left = [row.status for row in mine if row.status != "cancelled"]
        in_order = ["confirmed"] * PLACES + ["waitlisted"] * (self.standing - PLACES)
        if left != in_order:  # full, no fuller, and those who came first
            yield f"{self.waiting} waited: {left}"
        told: dict[int, list[str]] = {}
        for kind, id_ in mails():
            told.setdefault(id_, []).append(kind.removeprefix("registration-"))
        for row in mine:
            changes = [told[row.id][0]]
            if changes == ["waitlisted"] and row.confirmed_at:
                changes.append("promoted")
            if row.status == "cancelled":
                changes.append("cancelled")
            if told[row.id] != changes:
                yield f"{row.first_name} is {row.status} and heard {told[row.id]}"


def fill(waiting: int) -> Full:
    event = plan(capacity_in_person=PLACES)
    for number in range(PLACES + waiting):
        sign_up(event, f"Gast{number}")
    return Full(event, waiting)


def fill_some(count: int) -> list[Full]:
    """With nobody waiting, and with some, in turn."""
    return [fill(waiting=(0, 3)[number % 2]) for number in range(count)]


def faults_of(events: Sequence[Full]) -> list[str]:
    return [fault for each in events for fault in each.list_faults()]


@pytest.mark.usefixtures("app")
def test_no_place_is_lost_or_given_twice(site: Site) -> None:
    events = fill_some(ROUNDS)
    hold_well(site, *(each.racers for each in events))
    assert faults_of(events) == []


@pytest.mark.usefixtures("app")
def test_without_the_lock_it_goes_wrong(unlocked_site: Site) -> None:
    calm = fill(waiting=3)
    one_by_one = [*calm.cancelling, *calm.newcomers]
    hold_well(unlocked_site, *([each] for each in one_by_one))
    assert faults_of([calm]) == [], "one after the other nothing does"
    for _ in range(CHANCES):
        events = fill_some(CHANCES)
        # Also 500, where two would move the same person up: their mail cannot be owed twice.
        hold(unlocked_site, *(each.racers for each in events))
        faults = faults_of(events)
        log.info("%s", faults)
        if faults:
            return
    pytest.fail(f"{CHANCES * CHANCES} races without the lock did no harm")
