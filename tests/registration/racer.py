"""What a process of the race does: an app of its own, and sign-ups as fast as they go."""

from dataclasses import dataclass
from typing import Any

from config import Settings
from eventapp import clock, create_app
from eventapp.db import db, reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition
from eventapp.registration import actions, queries
from eventapp.registration.actions import Person, SignupRequest


@dataclass(frozen=True)
class Race:
    """Who signs up for what. `fault`: which part of the lock is taken out, for the control."""

    settings: Settings
    slugs: tuple[str, ...]
    per_process: int
    fault: str = ""  # no_lock, count_before


def run(race: Race, number: int, barrier: Any, errors: Any) -> None:
    """Wait for the others, then sign up; every error is text in the queue, None is the end."""
    app = create_app(race.settings)
    with app.app_context():
        with reading() as connection:
            events = [get_definition(connection, slug) for slug in race.slugs]
        if race.fault == "no_lock":
            vars(actions)["lock_event"] = _plain_read
        barrier.wait(60)
        for turn in range(race.per_process):
            try:
                _sign_up(events[turn % len(events)], f"{number}-{turn}", race.fault)
            except Exception as error:  # noqa: BLE001  the test shows it
                errors.put(repr(error))
        db.session.remove()
        db.engine.dispose()
    errors.put(None)


def _sign_up(event: EventDefinition, name: str, fault: str) -> None:
    person = Person(first_name=name, last_name="Beispiel", email=f"{name}@example.org")
    request = SignupRequest(person=person, attendance="in_person")
    if fault == "count_before":
        _count_in_a_transaction_of_its_own(event)
    with transaction() as session:
        actions.register(session, event, request, form_token=name, now=clock.now())


def _plain_read(_session: Any, event: EventDefinition) -> EventDefinition:
    return event


_places = queries.places


def _count_in_a_transaction_of_its_own(event: EventDefinition) -> None:
    with reading() as connection:
        counted = _places(connection, event)
    vars(queries)["places"] = lambda _connection, _event: counted
