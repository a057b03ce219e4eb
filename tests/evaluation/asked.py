"""An event that is over, with people who were there and one who was not, and what it asks."""

from datetime import timedelta
from typing import Any

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.evaluation import actions
from eventapp.evaluation.rules import Given, Kind, Question
from eventapp.evaluation.usual import USUAL
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition
from eventapp.registration.queries import get_holder
from tests.attendance.written import note_presence
from tests.checkin.door import Guest, make_guest
from tests.factories import at, in_days, make_event

OVER = [(at(in_days(-1), 10), at(in_days(-1), 12))]
SHORT = (
    Question("q1", Kind.SCALE, "Wie war es?", low="schlecht", high="gut", required=True),
    Question("q2", Kind.CHOICES, "Was war gut?", options=("Essen", "Vorträge")),
    Question("q3", Kind.TEXT, "Was noch?"),
)


def event_of(slug: str) -> EventDefinition:
    with reading() as connection:
        return get_definition(connection, slug)


def make_over(slug: str = "treffen", **values: Any) -> EventDefinition:
    """An event that ended yesterday."""
    with transaction() as session:
        make_event(session, slug, **{"dates": OVER, **values})
    return event_of(slug)


def ask(event: EventDefinition, questions: tuple[Question, ...] = USUAL, **values: Any) -> None:
    """Switch the evaluation on."""
    wanted = {"is_on": True, "opens_on": None, "closes_on": None, **values}
    with transaction() as session:
        actions.take_usual(session, event, questions)
        actions.set_times(session, event, **wanted, now=clock.now())


def guest_of(event: EventDefinition, *, was_there: bool = True, **values: Any) -> Guest:
    with transaction() as session:
        guest = make_guest(session, event.id, **values)
    if was_there:
        note_presence(guest.id, event.dates[0].id)
    return guest


def token_of(guest: Guest) -> str:
    with reading() as connection:
        return get_holder(connection, guest.id).manage_token


def page_of(guest: Guest) -> str:
    return f"/registrations/{token_of(guest)}/evaluation"


def answer(event: EventDefinition, guest: Guest, given: Given) -> None:
    with transaction() as session:
        actions.answer(session, event, guest.id, given, now=clock.now())


def long_after() -> Any:
    """When it has closed."""
    return clock.now() + timedelta(days=40)
