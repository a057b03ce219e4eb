"""Many answers at the same time: none is lost, and nobody's counts twice."""

from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from eventapp.db import reading
from eventapp.evaluation import queries
from eventapp.evaluation.rules import AlreadyAnswered, Given
from eventapp.events.definition import EventDefinition
from tests.checkin.door import Guest, in_app
from tests.evaluation.asked import SHORT, answer, ask, guest_of, make_over


def tried(event: EventDefinition, guest: Guest, given: Given) -> bool:
    try:
        answer(event, guest, given)
    except AlreadyAnswered:
        return False
    return True


def test_each_counts_once(app: Flask) -> None:
    event = make_over()
    ask(event, SHORT)
    guests = [guest_of(event) for _each in range(8)]
    with ThreadPoolExecutor(8) as pool:
        jobs = [
            pool.submit(in_app, app, tried, event, guest, {"q1": "4"})
            for guest in [*guests, *guests]
        ]
        done = [job.result() for job in jobs]
    assert sorted(done) == [False] * 8 + [True] * 8
    with reading() as connection:
        assert queries.count_answers(connection, event.id) == 8
