"""What is told of an event: it agrees with all other totals, and outlives the people."""

from random import Random

import pytest

from eventapp import clock
from eventapp.db import transaction
from eventapp.figures.counts import Group, counts_of, with_invited
from eventapp.figures.rules import Figures
from eventapp.registration.erasure import erase
from eventapp.registration.lock import lock_event
from tests.attendance.test_ledger import event_of
from tests.figures.agreement import check_agreement, happen, make_course, rendered

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize("seed", range(4))
def test_totals_agree_and_outlive_the_people(seed: int) -> None:
    random = Random(seed)
    door, guests = make_course(random)
    happen(random, door, guests)
    event = event_of(door)
    check_agreement(event)
    before = rendered(event)
    for ids in ([guests[0].id], [guest.id for guest in guests]):
        with transaction() as session:
            lock_event(session, event, now=clock.now())
            erase(session, ids, now=clock.now())
        assert rendered(event) == before
        assert rendered(event_of(door)) == before


def test_groups_stand_in_one_order() -> None:
    counts = counts_of(
        Figures(types={"b": 5, "": 9, "a": 5, "c": 8}, there_types={"b": 5, "a": 0, "c": 6, "": 7})
    )
    assert [each.name for each in counts.by_type] == ["c", "a", "b", ""]
    assert with_invited(counts.by_type, ["a", "d"])[-1] == Group("d", 0, 0)
    assert with_invited((), ["a", "d"]) == ()
