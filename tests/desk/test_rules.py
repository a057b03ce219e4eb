"""What waits for somebody, and what organisers are told of how the installation runs."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from eventapp.desk.rules import (
    Beginning,
    FirstStep,
    Noticed,
    Trouble,
    What,
    first_steps,
    running,
    tasks,
)
from eventapp.networks.rules import Permission
from tests.planning.office import Office, event_of


@pytest.mark.parametrize(
    ("values", "days_before", "what"),
    [
        ({"status": "draft"}, 100, [What.DRAFT]),
        ({"has_online": True}, 14, [What.LINK]),
        ({"has_online": True}, 15, []),
        ({"has_online": True, "join_url": "https://raum.example"}, 1, []),
        ({"status": "cancelled", "has_online": True}, 1, []),
        ({"status": "draft"}, -1, []),
    ],
)
def test_what_waits(app: Flask, values: dict[str, object], days_before: int, what: object) -> None:
    Office(app, "treffen")
    event = replace(event_of("treffen"), **values)  # type: ignore[arg-type]
    today = event.first_day - timedelta(days=days_before)
    assert [task.what for task in tasks([event], {event.id: Noticed(may_edit=True)}, today)] == what


def test_lost_mails_wait_after_the_event_too(app: Flask) -> None:
    Office(app, "treffen")
    event = event_of("treffen")
    today = event.last_day + timedelta(days=1)
    [task] = tasks([event], {event.id: Noticed(lost_mails=3)}, today)
    assert (task.what, task.n) == (What.MAILS, 3)


def test_needs_wait_for_those_who_may_read_them(app: Flask) -> None:
    Office(app, "treffen", status="draft")
    event = event_of("treffen")
    noticed = {event.id: Noticed(new_needs=2)}
    [task] = tasks([event], noticed, event.first_day)
    assert (task.what, task.n) == (What.NEEDS, 2)
    assert tasks([event], noticed, event.last_day + timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("has_broker", "worker_age", "mail_age", "troubles"),
    [
        (True, 5.0, None, []),
        (True, 119.0, 299.0, []),
        (True, 121.0, 301.0, [Trouble.WORKER, Trouble.MAIL]),
        (True, None, None, [Trouble.WORKER]),
        (False, None, None, [Trouble.BROKER]),
    ],
)
def test_what_does_not_run(
    has_broker: bool, worker_age: float | None, mail_age: float | None, troubles: list[Trouble]
) -> None:
    found = running(has_broker=has_broker, worker_age=worker_age, mail_age=mail_age)
    assert found.troubles == troubles


EVERYTHING = frozenset(Permission)
EMPTY = Beginning(False, False, False, False, False, False)


def test_the_first_steps_lead_from_nothing_to_a_published_event() -> None:
    assert first_steps(EMPTY, EVERYTHING) == [(step, False) for step in FirstStep]
    begun = replace(EMPTY, has_network=True, has_event=True)
    assert [step for step, is_done in first_steps(begun, EVERYTHING) if is_done] == [
        FirstStep.NETWORK,
        FirstStep.EVENT,
    ]
    assert first_steps(replace(begun, has_published=True), EVERYTHING) == []


def test_nobody_is_led_where_they_may_not_go() -> None:
    plans = frozenset({Permission.EVENTS_EDIT})
    assert [step for step, _ in first_steps(EMPTY, plans)] == [FirstStep.EVENT, FirstStep.PUBLISH]
    assert first_steps(EMPTY, frozenset({Permission.EVENTS_READ})) == []
