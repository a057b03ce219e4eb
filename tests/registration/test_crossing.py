"""Cancelling, switching, accepting and the sweep at the same moment, in threads of one process."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy.orm import Session

from eventapp.db import reading, transaction
from eventapp.errors import Refused
from eventapp.events.definition import EventDefinition
from eventapp.registration import queries, selfservice, switching
from eventapp.registration.due import settle_due
from tests.registration.test_actions import NOW, cancel, event_of, plan, rows, set_capacity, sign_up

PATIENCE = 60.0
Deed = Callable[[Session], None]


def at_once(app: Flask, deeds: Sequence[Deed]) -> None:
    """All of them in one moment; a refusal is an answer too."""
    start, troubles = threading.Barrier(len(deeds)), []

    def do(deed: Deed) -> None:
        with app.app_context():
            start.wait(PATIENCE)
            try:
                with transaction() as session:
                    deed(session)
            except Refused:
                pass
            except Exception as fault:  # noqa: BLE001  the test shows it
                troubles.append(repr(fault))

    threads = [threading.Thread(target=do, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert troubles == []


def cancelling(registration_id: int) -> Deed:
    return lambda session: selfservice.cancel(session, registration_id, now=NOW)


def switching_to(registration_id: int, attendance: str) -> Deed:
    return lambda session: switching.switch(session, registration_id, attendance, now=NOW)


def accepting(registration_id: int) -> Deed:
    return lambda session: selfservice.accept(session, registration_id, now=NOW)


def settling(event_id: int, now: datetime) -> Deed:
    return lambda session: settle_due(session, event_id, now=now)


def assert_all_is_well(event: EventDefinition) -> None:
    """No capacity exceeded, and no place free while somebody waits for it."""
    with reading() as connection:
        places = queries.places(connection, event)
    for count in places.by_attendance.values():
        assert count.free is not None
        assert count.free >= 0
        assert count.free == 0 or count.waiting == 0
    waiting = [row for row in rows() if row.waits_for]
    assert all(row.queue_number for row in waiting)
    assert len({row.queue_number for row in waiting}) == len(waiting)


def test_switches_and_cancellations_cross(app: Flask) -> None:
    event = plan(has_online=True, capacity_in_person=3, capacity_online=3)
    for number in range(10):
        sign_up(event, f"Gast{number}", attendance=("in_person", "online")[number % 2])
    deeds: list[Deed] = []
    for row in rows():
        deeds.append(
            switching_to(row.id, "online" if row.attendance == "in_person" else "in_person")
        )
        if row.id % 3 == 0:
            deeds.append(cancelling(row.id))
    at_once(app, deeds)
    assert_all_is_well(event)


def test_offers_are_taken_and_lapse_at_the_same_moment(app: Flask) -> None:
    event = plan(capacity_in_person=1, offer_hours=24)
    for number in range(8):
        sign_up(event, f"Gast{number}")
    set_capacity(event.slug, 4)
    event = event_of(event.slug)
    offered = [row for row in rows() if row.status == "offered"]
    assert len(offered) == 3
    late = NOW + timedelta(hours=24)
    deeds = [
        *(accepting(row.id) for row in offered),
        *(settling(event.id, late) for _ in range(3)),
        cancelling(offered[0].id),
    ]
    at_once(app, deeds)
    assert_all_is_well(event)
    standing = [row.id for row in rows() if row.status in ("confirmed", "offered")]
    assert len(standing) == 4
    line = [row.id for row in rows() if row.status == "waitlisted"]
    # An offer made by the cancellation lapses with the others: the line may be empty by now.
    assert [*standing, *line] == sorted([*standing, *line])
    cancel(standing[0])
    assert_all_is_well(event)
