"""The steps of an event: the usual ones until somebody touches them; refusals; copies."""

from dataclasses import replace
from datetime import timedelta

import pytest

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.events.rules import ChangedMeanwhile
from eventapp.planning.actions import copy_event
from eventapp.reminders import plans
from eventapp.reminders.models import Group, Side, Unit
from eventapp.reminders.plans import Plan
from eventapp.reminders.rules import DEFAULTS, MOST_STEPS, Step, StepThere, TooManySteps
from tests.factories import ORIGIN
from tests.registration.test_actions import event_of, plan

NOW = clock.now()
USUAL = [step.key for step in DEFAULTS]


def plan_of(event: EventDefinition) -> Plan:
    with reading() as connection:
        return plans.get_plan(connection, event.id)


def keys(event: EventDefinition) -> list[str]:
    return [step.key for step in plan_of(event).steps]


def before(days: int) -> Step:
    return Step(Side.BEFORE, days, Unit.DAYS, Group.IN_PERSON)


def add(event: EventDefinition, step: Step) -> None:
    with transaction() as session:
        plans.add_step(session, event.id, step, now=NOW)


@pytest.mark.usefixtures("app")
class TestPlans:
    def test_the_usual_steps_hold_until_one_is_touched(self) -> None:
        event = plan()
        assert (keys(event), plan_of(event).revision) == (USUAL, 0)
        add(event, before(3))
        assert keys(event) == [USUAL[0], "before-3-days-in_person", *USUAL[1:]]
        since = {step.key: step.since for step in plan_of(event).steps}
        assert since == {**dict.fromkeys(USUAL), "before-3-days-in_person": NOW}

    def test_a_step_that_is_there_is_refused(self) -> None:
        event = plan()
        with pytest.raises(StepThere):
            add(event, before(7))
        with transaction() as session, pytest.raises(StepThere):
            plans.change_step(session, event.id, USUAL[0], before(1), seen=0, now=NOW)

    def test_too_many_are_refused(self) -> None:
        event = plan()
        for days in range(10, 10 + MOST_STEPS - len(USUAL)):
            add(event, before(days))
        with pytest.raises(TooManySteps):
            add(event, before(50))

    def test_with_another_text_it_stays_the_same_step(self) -> None:
        event = plan()
        text = replace(before(7), text="Bitte einen Becher mitbringen.")
        with transaction() as session:
            plans.change_step(session, event.id, text.key, text, seen=0, now=NOW)
        found = plan_of(event).find(text.key)
        assert found is not None
        assert (found.text, found.since) == ("Bitte einen Becher mitbringen.", None)

    def test_what_somebody_else_changed_meanwhile_is_not_lost(self) -> None:
        event = plan()
        add(event, before(3))
        with transaction() as session, pytest.raises(ChangedMeanwhile):
            plans.change_step(session, event.id, USUAL[0], before(8), seen=0, now=NOW)
        with transaction() as session:
            plans.change_step(session, event.id, USUAL[0], before(8), seen=1, now=NOW)
        assert keys(event)[0] == "before-8-days-in_person"

    def test_back_to_the_usual_ones(self) -> None:
        event = plan()
        add(event, before(3))
        with transaction() as session:
            assert plans.remove_step(session, event.id, USUAL[0], now=NOW)
            assert not plans.remove_step(session, event.id, USUAL[0], now=NOW)
        with transaction() as session:
            plans.take_defaults(session, event.id, now=NOW)
        assert keys(event) == USUAL
        found = plan_of(event).find(USUAL[0])
        assert found is not None
        assert found.since == NOW, "what was due meanwhile is not made up for"

    def test_a_copy_reminds_alike(self) -> None:
        event, other = plan(), plan()
        add(event, replace(before(3), text="Bis bald!"))
        year = timedelta(days=364)
        copies = []
        for each in (event, other):
            with transaction() as session:
                slug = copy_event(session, each, title="Neu", by=year, origin=ORIGIN, now=NOW)
            copies.append(event_of(slug))
        assert keys(copies[0]) == keys(event)
        copied = plan_of(copies[0]).find("before-3-days-in_person")
        assert copied is not None
        assert (copied.text, copied.since) == ("Bis bald!", None)
        assert plan_of(copies[1]).revision == 0
