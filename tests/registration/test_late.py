"""Signing up while an online event is already under way: on both databases."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from eventapp import clock
from eventapp.db import reading
from eventapp.events.definition import EventDefinition
from eventapp.mail import kinds
from eventapp.mail.models import OutboxMail
from eventapp.mail.render import texts
from eventapp.registration.places import Count, PlaceRequest, Places
from eventapp.registration.rules import decide_signup
from tests.factories import at, in_days
from tests.registration.test_actions import cancel, plan, rows, sign_up, statuses
from tests.registration.test_pages import send

START = at(in_days(3), 13, 30)
RUNNING = START + timedelta(minutes=40)
END = START + timedelta(minutes=90)


def plan_online(**values: Any) -> EventDefinition:
    ways = {"has_in_person": False, "has_online": True, "capacity_in_person": None, **values}
    return plan(dates=[(START, END)], join_url="https://raum.example/1", **ways)


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    def set_to(now: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: now)

    return set_to


def mail() -> tuple[Any, str, str]:
    """The one mail owed, its plain text and HTML."""
    with reading() as connection:
        [row] = connection.execute(select(OutboxMail.kind, OutboxMail.ids, OutboxMail.due_at))
        draft = kinds.compose(connection, row.kind, row.ids)
    assert draft
    _subject, plain, html = texts(row.kind, draft)
    return row, plain, html


def test_the_door_leaves_at_once_while_the_event_is_running(
    client: FlaskClient, set_clock: Any
) -> None:
    event = plan_online()
    set_clock(RUNNING)
    answer = send(client, event.slug)
    assert answer.status_code == 303
    assert "Die Tür ist schon offen" in client.get(answer.location).text
    row, plain, html = mail()
    assert row.due_at == RUNNING
    for text in (plain, html):
        assert "Jetzt online teilnehmen" in text
        assert "ab 15 Minuten vor Beginn" not in text
        assert "/join/" in text
    assert statuses() == ["confirmed"]


def test_before_the_door_opens_both_say_when_it_will(client: FlaskClient, set_clock: Any) -> None:
    event = plan_online()
    set_clock(START - timedelta(hours=1))
    answer = send(client, event.slug)
    assert "Die Tür ist schon offen" not in client.get(answer.location).text
    assert "ab 15 Minuten vor Beginn" in mail()[1]


def test_at_the_end_sign_up_is_over(client: FlaskClient, set_clock: Any) -> None:
    event = plan_online()
    set_clock(END)
    assert send_closed(client, event.slug) == 422
    assert rows() == []


def send_closed(client: FlaskClient, slug: str) -> int:
    assert "form_token" not in client.get(f"/events/{slug}/register").text
    return client.post(f"/events/{slug}/register", data={"first_name": "Dan"}).status_code


def test_a_free_place_goes_to_whoever_comes_once_nobody_moves_up(
    client: FlaskClient, set_clock: Any
) -> None:
    event = plan_online(capacity_online=1)
    sign_up(event, "Ada", attendance="online")
    sign_up(event, "Ben", attendance="online")
    cancel(rows()[0].id, now=RUNNING)  # too late for Ben to move up
    assert statuses() == ["cancelled", "waitlisted"]
    set_clock(RUNNING)
    assert "Noch 1 Platz" in client.get(f"/events/{event.slug}").text
    assert send(client, event.slug).status_code == 303
    assert statuses() == ["cancelled", "waitlisted", "confirmed"]
    sign_up(event, "Cleo", attendance="online", now=RUNNING)
    assert statuses()[-1] == "waitlisted", "it was the only one"


@pytest.mark.parametrize("now", [START, RUNNING])
@pytest.mark.usefixtures("app")
def test_a_line_bars_nobody_from_the_start(now: datetime) -> None:
    event = plan_online(capacity_online=2)
    places = Places({"online": Count(2, taken=1, waiting=3)})
    asked = PlaceRequest("online")
    before = START - timedelta(seconds=1)
    assert decide_signup(event, places, asked, before) == "waitlisted"
    assert decide_signup(event, places, asked, now) == "confirmed"
    full = Places({"online": Count(2, taken=2, waiting=3)})
    assert decide_signup(event, full, asked, now) == "waitlisted"
