"""The single mail that asks how it was: to whom, when, and never twice."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from eventapp import clock
from eventapp.clock import BERLIN
from eventapp.db import reading, transaction
from eventapp.evaluation.usual import USUAL
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Event
from eventapp.mail import kinds
from eventapp.mail.kinds import Draft
from eventapp.mail.models import OutboxMail
from eventapp.mail.render import texts
from eventapp.reminders import evaluations
from eventapp.reminders.models import Group, Side, Unit
from eventapp.reminders.plans import set_steps
from eventapp.reminders.rules import FOLLOW_UPS, Step
from eventapp.reminders.sweep import FOLLOW_UP
from eventapp.unsubscribing import actions as unsubscribing
from eventapp.unsubscribing.rules import Topic
from tests.evaluation.asked import answer, ask, guest_of, make_over, page_of
from tests.factories import make_material
from tests.reminders.test_follow_ups import brought
from tests.reminders.test_sweep import owed, remind

THANKS = Step(Side.AFTER, 3, Unit.DAYS, Group.PRESENT)


@pytest.fixture
def event(app: Flask) -> EventDefinition:  # noqa: ARG001  its database
    event = make_over()
    without_follow_ups(event)
    ask(event, USUAL)
    return event


def without_follow_ups(event: EventDefinition, *steps: Step) -> None:
    """These steps and no others."""
    with transaction() as session:
        set_steps(session, event.id, steps, now=clock.now())


def sweep(later: timedelta = timedelta(days=1)) -> int:
    moment = clock.now() + later
    with transaction() as session:
        return evaluations.ask(session, now=moment)


def asked() -> list[int]:
    with reading() as connection:
        found = select(OutboxMail.registration_id).where(OutboxMail.kind == evaluations.KIND)
        return sorted(each or 0 for each in connection.execute(found).scalars())


def compose(registration_id: int, *, later: timedelta = timedelta(days=1)) -> Draft | None:
    with time_machine.travel(clock.now() + later), reading() as connection:
        return kinds.compose(connection, evaluations.KIND, {"registration_id": registration_id})


def test_who_was_there_is_asked_once(event: EventDefinition) -> None:
    there, late = guest_of(event), guest_of(event)
    guest_of(event, was_there=False)
    guest_of(event, status="cancelled")
    answered = guest_of(event)
    answer(event, answered, {"q1": "3"})
    assert event.ends_at
    assert sweep(event.ends_at + timedelta(hours=23) - clock.now()) == 0  # not a day ago
    assert sweep() == 2
    assert asked() == [there.id, late.id]
    another = guest_of(event)  # noted by the office later
    assert [sweep(), sweep()] == [1, 0]
    assert asked() == [there.id, late.id, another.id]


def test_not_after_it_has_closed(event: EventDefinition) -> None:
    guest = guest_of(event)
    assert sweep(timedelta(days=30)) == 0
    assert compose(guest.id, later=timedelta(days=30)) is None


def test_a_follow_up_that_asks_comes_first(event: EventDefinition) -> None:
    without_follow_ups(event, THANKS)
    guest = guest_of(event)
    assert sweep(timedelta(days=2)) == 0
    assert sweep(timedelta(days=4)) == 1
    assert asked() == [guest.id]


def test_whom_a_follow_up_has_asked_gets_no_other(event: EventDefinition) -> None:
    guest = guest_of(event)
    with transaction() as session:
        evaluations.mark(session, guest.id)
        evaluations.mark(session, guest.id)
    assert sweep() == 0


def test_a_follow_up_brings_the_questions_and_then_nobody_asks_again(
    event: EventDefinition,
) -> None:
    with transaction() as session:
        set_steps(session, event.id, FOLLOW_UPS, now=event.start)
        make_material(session, session.get_one(Event, event.id))
    there, absent = guest_of(event), guest_of(event, was_there=False)
    assert event.ends_at
    due = event.ends_at + timedelta(days=1)
    remind(due)
    found = follow_ups(due)
    [line] = brought(found[there.id]).evaluation
    assert line.url.endswith(page_of(there))
    assert not brought(found[absent.id]).evaluation
    for form in texts("event-follow-up", found[there.id])[1:]:
        assert "/evaluation" in form
    assert found[absent.id].on_sent is None
    mark = found[there.id].on_sent
    assert mark is not None
    with transaction() as session:
        mark(session, due)
    assert not brought(follow_ups(due)[there.id]).evaluation
    assert sweep(timedelta(days=5)) == 0


def follow_ups(now: datetime) -> dict[int, Draft]:
    """By registration, the follow-ups that would leave."""
    with time_machine.travel(now, tick=False), reading() as connection:
        found = [kinds.compose(connection, FOLLOW_UP, each) for each in owed(FOLLOW_UP)]
    return {each.context["holder"].id: each for each in found if each}


def test_with_nothing_else_to_say_the_mail_of_its_own_asks(event: EventDefinition) -> None:
    with transaction() as session:
        set_steps(session, event.id, FOLLOW_UPS, now=event.start)
    guest_of(event)
    assert event.ends_at
    assert remind(event.ends_at + timedelta(days=1)) == 0
    assert sweep(timedelta(days=2)) == 1


def test_a_mail_leaves_only_as_long_as_it_asks_something(event: EventDefinition) -> None:
    guest = guest_of(event)
    draft = compose(guest.id)
    assert draft is not None
    assert draft.context["evaluation_url"].endswith(page_of(guest))
    assert draft.unsubscribe_url
    answer(event, guest, {"q1": "3"})
    assert compose(guest.id) is None
    assert compose(guest_of(event, was_there=False).id) is None


def test_who_refuses_reminders_is_not_asked(event: EventDefinition) -> None:
    guest = guest_of(event, email="nein@example.org")
    with transaction() as session:
        unsubscribing.refuse(
            session,
            Topic.REMINDERS,
            event.id,
            event.network.id,
            "nein@example.org",
            now=clock.now(),
        )
    assert sweep() == 0
    assert compose(guest.id) is None


@pytest.mark.parametrize(
    ("steps", "on_clocks", "days"),
    [
        ((), 0, 1),
        ((THANKS,), 3, 1),  # that step goes by Berlin's clocks, also when they are changed
        ((Step(Side.AFTER, 30, Unit.DAYS, Group.PRESENT),), 0, 10),
        ((Step(Side.AFTER, 3, Unit.DAYS, Group.ABSENT),), 0, 1),
    ],
)
def test_when_the_mail_of_its_own_leaves(
    event: EventDefinition, steps: tuple[Step, ...], on_clocks: int, days: int
) -> None:
    ends = event.ends_at
    assert isinstance(ends, datetime)
    followed = (ends.astimezone(BERLIN) + timedelta(days=on_clocks)).astimezone(UTC)
    assert evaluations.alone_at(event, steps, ends) == followed + timedelta(days=days)
