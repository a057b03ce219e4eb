"""The online door: when it opens, what it shows, where it leads, what it leaves behind."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from eventapp import clock
from eventapp.attendance.models import Presence
from eventapp.attendance.rules import online_door
from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.forms import new_form_token
from eventapp.networks.models import Network
from eventapp.sitecache import bump
from eventapp.tokens import keyring
from tests.factories import at, in_days
from tests.notices.changing import call_off, change, deliver, text
from tests.registration.test_actions import event_of, plan, rows, sign_up

pytestmark = pytest.mark.usefixtures("app")

DAY = in_days(10)
START, END = at(DAY, 14), at(DAY, 16)
ROOM = "https://raum.example/geheim"


def online(**values: Any) -> EventDefinition:
    """An event online at 14:00 with Dan."""
    things = {"has_in_person": False, "has_online": True, "dates": [(START, END)]}
    event = plan(**{**things, "join_url": ROOM, **values})
    sign_up(event, "Dan", attendance="online")
    return event_of(event.slug)


def address() -> str:
    return f"/join/{keyring().open(rows()[0].secrets_sealed)['join']}"


def enter(client: FlaskClient) -> Any:
    return client.post(address(), data={"form_token": new_form_token(clock.now())})


def presences() -> int:
    with reading() as connection:
        return int(connection.execute(select(func.count()).select_from(Presence)).scalar_one())


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        (at(DAY, 13, 44), "early"),
        (at(DAY, 13, 45), "open"),
        (at(DAY, 15, 59), "open"),  # late-comers
        (END, "over"),
    ],
)
def test_it_is_open_from_a_quarter_of_an_hour_before_to_the_end(
    moment: datetime, state: str
) -> None:
    assert online_door(online(), moment, has_room=True).state == state


@pytest.mark.parametrize(("own", "network", "minutes"), [(None, 30, 30), (5, 30, 5), (0, None, 0)])
def test_the_event_says_when_else_its_network(
    own: int | None, network: int | None, minutes: int
) -> None:
    event = online(door_minutes=own)
    with transaction() as session:
        session.execute(
            update(Network).where(Network.id == event.network.id).values(door_minutes=network)
        )
        bump(session, clock.now())
    door = online_door(event_of(event.slug), START - timedelta(days=1), has_room=True)
    assert door.opens_at == START - timedelta(minutes=minutes)


def test_before_it_opens_it_counts_down_and_says_what_to_prepare(client: FlaskClient) -> None:
    online(
        dial_in="030 000-300, Raum 4711",
        test_url="https://probe.example",
        join_notes="Bitte Kamera bereitlegen.",
    )
    with time_machine.travel(at(DAY, 13, 33), tick=False):
        page = client.get(address()).text
    assert "Noch 12 Minuten" in page
    assert '<noscript><meta http-equiv="refresh" content="300"></noscript>' in page
    assert 'data-seconds="720"' in page
    assert "030 000-300" in page
    assert "https://probe.example" in page
    assert "Bitte Kamera bereitlegen." in page
    assert "raum.example" not in page


def test_without_the_organisers_words_it_has_its_own(client: FlaskClient) -> None:
    online()
    assert "Prüfen Sie Lautsprecher" in client.get(address()).text


def test_looking_leaves_nothing_and_shows_no_address(client: FlaskClient) -> None:
    online()
    with time_machine.travel(at(DAY, 13, 50), tick=False):
        for answer in (client.get(address()), client.head(address())):
            assert answer.status_code == 200
            assert "raum.example" not in answer.text + str(answer.headers)
    assert presences() == 0


def test_a_hundred_looks_leave_nothing_and_two_clicks_one_row(client: FlaskClient) -> None:
    online()
    with time_machine.travel(at(DAY, 13, 50), tick=False):
        for _ in range(100):
            assert client.get(address()).status_code == 200
            assert client.head(address()).status_code == 200
        assert presences() == 0
        for _ in range(2):
            assert enter(client).status_code == 303
    assert presences() == 1


def test_going_in_is_noted_once_and_leads_to_the_meeting(client: FlaskClient) -> None:
    online()
    with time_machine.travel(at(DAY, 13, 50), tick=False):
        for _ in range(2):
            answer = enter(client)
            assert (answer.status_code, answer.location) == (303, ROOM)
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["Cache-Control"] == "no-store"
    assert presences() == 1


def test_nobody_goes_in_before(client: FlaskClient) -> None:
    online()
    with time_machine.travel(at(DAY, 13, 44), tick=False):
        answer = enter(client)
    assert answer.status_code == 422
    assert "raum.example" not in answer.text
    assert presences() == 0


def test_an_old_mail_leads_to_the_address_of_now(client: FlaskClient) -> None:
    event = online()
    old = text(deliver()["registration-confirmed"][0])
    link = next(each for each in old.split() if "/join/" in each)
    assert "raum.example" not in old
    hour_before = START - timedelta(hours=1)
    with time_machine.travel(hour_before, tick=False):
        change(event.slug, hour_before, join_url="https://anders.example/neu")
    with time_machine.travel(at(DAY, 13, 50), tick=False):
        token = new_form_token(clock.now())
        answer = client.post(link.partition("example")[2], data={"form_token": token})
    assert answer.location == "https://anders.example/neu"


def test_each_date_of_a_course_has_its_own_presence(client: FlaskClient) -> None:
    later = in_days(17)
    online(dates=[(START, END), (at(later, 10), at(later, 12))])
    for moment in (at(DAY, 13, 50), at(later, 9, 50)):
        with time_machine.travel(moment, tick=False):
            assert enter(client).status_code == 303
    with reading() as connection:
        noted = connection.execute(select(Presence.event_date_id)).scalars().all()
    assert len(set(noted)) == 2


def test_without_a_room_it_looks_again_by_itself(client: FlaskClient) -> None:
    online(join_url=None)
    with time_machine.travel(at(DAY, 13, 50), tick=False):
        page = client.get(address()).text
        assert "Der Online-Raum ist noch nicht eingetragen." in page
        assert '<meta http-equiv="refresh" content="30">' in page
        assert enter(client).status_code == 422
    assert presences() == 0


def test_what_was_called_off_says_so(client: FlaskClient) -> None:
    event = online()
    call_off(event.slug, clock.now())
    page = client.get(address())
    assert page.status_code == 200
    assert "Die Veranstaltung findet nicht statt" in page.text
    assert enter(client).status_code == 422


def test_who_comes_in_person_has_no_door(client: FlaskClient) -> None:
    sign_up(plan(has_online=True, join_url=ROOM), "Dan")
    assert client.get(address()).status_code == 404
