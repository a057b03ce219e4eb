"""Capacity raised and lowered, for the event and its workshops; who is passed over, and why."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventapp.db import reading, transaction
from eventapp.events.actions import update_event
from eventapp.events.definition import EventDefinition
from eventapp.forms import new_form_token
from eventapp.planning import copying
from eventapp.registration import queries, selfservice
from eventapp.registration.following import follow
from tests.factories import ORIGIN, at, in_days
from tests.planning.office import Office
from tests.registration.test_actions import (
    NOW,
    WORKSHOPS,
    cancel,
    event_of,
    item_states,
    mails,
    plan,
    rows,
    set_capacity,
    sign_up,
    statuses,
)
from tests.registration.test_holder_pages import address_of


def ids() -> list[int]:
    return [row.id for row in rows()]


def change_programme(event: EventDefinition, **changes: dict[str, Any]) -> None:
    """By slug: what becomes of the items, as the office saves it."""
    programme = copying.programme(event_of(event.slug))
    for each in programme:
        for name, value in changes.get(each["slug"], {}).items():
            each[name] = value  # type: ignore[literal-required]
    with transaction() as session:
        update_event(session, event.slug, origin=ORIGIN, now=NOW, programme=programme)
        follow(session, event.id, now=NOW)


def choose(registration_id: int, event: EventDefinition, *slugs: str) -> None:
    items = [item for item in event_of(event.slug).choices if item.slug in slugs]
    with transaction() as session:
        selfservice.change_items(session, registration_id, items, now=NOW)


@pytest.mark.usefixtures("app")
class TestCapacity:
    def test_places_freed_at_once_are_filled_in_order(self) -> None:
        event = plan(capacity_in_person=1)
        for name in ("Ada", "Ben", "Cleo", "Dan"):
            sign_up(event, name)
        set_capacity(event.slug, 3)
        assert statuses() == ["confirmed", "confirmed", "confirmed", "waitlisted"]
        assert [of for kind, of in mails() if kind == "registration-promoted"] == ids()[1:3]

    def test_lowered_nobody_loses_and_nobody_moves_up_before_it_fits(self) -> None:
        event = plan(capacity_in_person=3)
        for name in ("Ada", "Ben", "Cleo", "Dan"):
            sign_up(event, name)
        set_capacity(event.slug, 1)
        assert statuses() == ["confirmed", "confirmed", "confirmed", "waitlisted"]
        cancel(ids()[0])
        cancel(ids()[1])
        assert statuses()[3] == "waitlisted"
        cancel(ids()[2])
        assert statuses()[3] == "confirmed"

    def test_workshops_alike(self) -> None:
        event = plan(items=[{"slug": "a", "capacity": 1}])
        for name in ("Ada", "Ben", "Cleo"):
            sign_up(event, name, items=("a",))
        change_programme(event, a={"capacity": 2})
        assert [item_states(each)["a"] for each in ids()] == [
            "confirmed",
            "confirmed",
            "waitlisted",
        ]
        change_programme(event, a={"capacity": 0})
        assert [item_states(each)["a"] for each in ids()] == [
            "confirmed",
            "confirmed",
            "waitlisted",
        ]
        cancel(ids()[0])
        assert item_states(ids()[2]) == {"a": "waitlisted"}

    def test_nobody_moves_up_twice_nor_after_the_begin(self) -> None:
        event = plan(capacity_in_person=0)
        sign_up(event, "Ada")
        set_capacity(event.slug, 1, now=event.start)
        assert statuses() == ["waitlisted"]
        set_capacity(event.slug, 2)
        set_capacity(event.slug, 3)
        assert statuses() == ["confirmed"]
        assert [kind for kind, _ in mails()].count("registration-promoted") == 1


@pytest.mark.usefixtures("app")
class TestOverlap:
    def plan_moved(self) -> EventDefinition:
        """Ben holds `b` and waits for `a`, which are at the same time since `b` was moved."""
        event = plan(items=[{"slug": "a", "capacity": 1}])
        late = {"starts_at": event.start + timedelta(hours=1)}
        with transaction() as session:
            programme = [
                *copying.programme(event),
                {
                    **copying.programme(event)[0],
                    **late,
                    "slug": "b",
                    "capacity": 5,
                    "ends_at": event.start + timedelta(hours=1, minutes=30),
                },
            ]
            values: Any = {"programme": programme}
            update_event(session, event.slug, origin=ORIGIN, now=NOW, **values)
        event = event_of(event.slug)
        sign_up(event, "Ada", items=("a",))
        sign_up(event, "Ben", items=("a", "b"))
        sign_up(event, "Cleo", items=("a",))
        change_programme(
            event, b={"starts_at": event.start, "ends_at": event.start + timedelta(minutes=30)}
        )
        return event_of(event.slug)

    def test_who_is_elsewhere_then_is_passed_over_and_keeps_the_position(self) -> None:
        event = self.plan_moved()
        cancel(ids()[0])
        ben, cleo = ids()[1:]
        assert item_states(ben) == {"a": "waitlisted", "b": "confirmed"}
        assert item_states(cleo) == {"a": "confirmed"}
        cancel(cleo)
        assert item_states(ben) == {"a": "waitlisted", "b": "confirmed"}
        with reading() as connection:
            [waiting] = [
                each for each in queries.get_holder(connection, ben).items if each.position
            ]
        assert waiting.position == 1
        choose(ben, event, "a")
        assert item_states(ben) == {"a": "confirmed"}


def test_a_choice_that_was_not_sent_stays(client: FlaskClient) -> None:
    later = {"starts_at": at(in_days(30), 14, 30), "ends_at": at(in_days(30), 15)}
    event = plan(items=[*WORKSHOPS, {"slug": "c", "capacity": 9, **later}])
    sign_up(event, "Ada", items=("a",))
    sign_up(event, "Ben", items=("b",))
    ben = ids()[1]
    choose(ben, event, "a")
    stands = {"a": "waitlisted", "b": "confirmed"}
    assert item_states(ben) == stands
    form = {
        "form_token": new_form_token(NOW),
        "first_name": "Ben",
        "last_name": "Beispiel",
        "email": "ben@example.org",
    }
    page = f"{address_of(rows()[1])}/change"
    answer = client.post(page, data={**form, "programme_items": "c"})
    assert answer.status_code == 303
    assert item_states(ben) == {**stands, "c": "confirmed"}
    client.post(page, data={**form, "choice_workshop": ""})
    assert item_states(ben) == {}


def test_the_office_reads_that_nobody_loses_a_place(app: Flask) -> None:
    office = Office(app, "treffen", capacity_in_person=2)
    for name in ("Ada", "Ben"):
        sign_up(event_of("treffen"), name)
    page = "/organise/events/treffen"
    assert "Niemand verliert" not in office.ada().get(page).text
    set_capacity("treffen", 1)
    text = office.ada().get(page).text
    assert "Vor Ort: 2 Plätze sind vergeben, 1 gibt es." in text
    assert "Niemand verliert seinen Platz." in text
