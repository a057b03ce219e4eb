"""Whoever comes without registration: once, while places allow, counted at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from eventapp import clock
from eventapp.checkin import actions
from eventapp.checkin.head_counts import HeadCount, count_guests
from eventapp.checkin.models import Scan, WalkIn
from eventapp.checkin.walk_in_rules import NewWalkIn, NoWalkIns, decide_walk_in
from eventapp.db import reading, transaction
from eventapp.events.actions import update_event
from eventapp.events.loading import get_definition
from eventapp.mail.models import OutboxMail
from eventapp.networks.models import Role, Scope
from eventapp.registration.models import Registration
from eventapp.registration.places import Count
from eventapp.registration.refusals import EventFull, RegistrationClosed
from tests.checkin.door import Door, device_of, in_app
from tests.factories import ORIGIN
from tests.visitors import colleague


@pytest.fixture
def door(app: Flask) -> Door:  # noqa: ARG001  the app is the database
    return Door(walk_ins="while_free", capacity_in_person=2)


def body(**values: Any) -> dict[str, Any]:
    now = clock.now().isoformat()
    who = {"first_name": "Zoë", "last_name": "Müller", "came_at": now, "sent_at": now}
    return {"walk_in_id": str(uuid4()), **who, **values}


def send(client: FlaskClient, door: Door, token: str, sent: dict[str, Any]) -> Any:
    bearer = {"Authorization": f"Bearer {token}"}
    return client.post(f"/api/v1/checkin/{door.slug}/walk-ins", json=sent, headers=bearer)


def head_count(door: Door) -> HeadCount:
    with reading() as connection:
        return count_guests(connection, get_definition(connection, door.slug), clock.now())


def count(model: type[Any]) -> int:
    with reading() as connection:
        return connection.execute(select(func.count()).select_from(model)).scalar_one()


def allow(door: Door, walk_ins: str | None) -> None:
    with transaction() as session:
        update_event(session, door.slug, origin=ORIGIN, now=clock.now(), walk_ins=walk_ins)


def test_a_name_is_enough_and_counts_at_once(client: FlaskClient, door: Door) -> None:
    sent, token = body(), door.pair()
    answer = send(client, door, token, sent)
    assert answer.status_code == 200
    assert answer.get_json()["verdict"] == "admitted"
    assert not answer.get_json()["beyond"]
    assert head_count(door) == HeadCount(1, 1)
    assert count(OutboxMail) == 0
    assert send(client, door, token, sent).get_json() == answer.get_json()
    upper = {**sent, "walk_in_id": sent["walk_in_id"].upper(), "last_name": "Müller-Meier"}
    assert send(client, door, token, upper).status_code == 200
    assert (head_count(door), count(Scan), count(WalkIn)) == (HeadCount(1, 1), 1, 1)


def test_two_of_one_name_are_two(client: FlaskClient, door: Door) -> None:
    token = door.pair()
    assert [send(client, door, token, body()).status_code for _ in range(2)] == [200, 200]
    assert head_count(door) == HeadCount(2, 2)


def test_an_address_brings_the_confirmation(client: FlaskClient, door: Door) -> None:
    sent = body(email=" zoe@example.org ", organisation="Verein\tMuster")
    assert send(client, door, door.pair(), sent).status_code == 200
    with reading() as connection:
        kind = connection.execute(select(OutboxMail.kind)).scalar_one()
        row = connection.execute(select(Registration.email, Registration.organisation)).one()
    assert kind == "registration-confirmed"
    assert tuple(row) == ("zoe@example.org", "Verein Muster")


def test_who_is_registered_and_forgot_the_ticket(client: FlaskClient, door: Door) -> None:
    values = {"first_name": "Zoë", "name": "Müller", "email": "zoe@example.org"}
    door.guest(**values)
    token = door.pair()
    assert send(client, door, token, body(email="zoe@example.org")).status_code == 200
    assert (head_count(door), count(Registration)) == (HeadCount(1, 1), 1)
    door.guest(**{**values, "first_name": "Uwe", "status": "waitlisted"})
    waiting = send(client, door, token, body(first_name="Uwe", email="zoe@example.org"))
    assert (waiting.status_code, waiting.get_json()["type"]) == (409, "already-registered")


def test_the_last_place_and_beyond(client: FlaskClient, door: Door) -> None:
    token, late = door.pair(), body()
    for _ in range(2):
        assert send(client, door, token, body()).status_code == 200
    refused = send(client, door, token, late)
    assert refused.status_code == 409
    assert refused.get_json()["type"] == "event-full"
    assert not refused.get_json()["may_exceed"]
    assert send(client, door, token, {**late, "beyond": True}).status_code == 409
    allow(door, "beyond")
    assert send(client, door, token, late).get_json()["may_exceed"]
    assert send(client, door, token, {**late, "beyond": True}).get_json()["beyond"]
    assert head_count(door) == HeadCount(3, 3)


def test_who_was_let_in_without_a_network_is_counted(client: FlaskClient, door: Door) -> None:
    token = door.pair()
    sent = [body(let_in=True) for _ in range(3)]
    answers = [send(client, door, token, each).get_json()["beyond"] for each in (*sent, *sent)]
    assert answers == [False, False, True] * 2
    assert head_count(door) == HeadCount(3, 3)


@pytest.mark.parametrize("event_status", ["cancelled", "draft"])
def test_nobody_walks_into_what_does_not_take_place(client: FlaskClient, event_status: str) -> None:
    gone = Door("fort", walk_ins="beyond", status=event_status)
    answer = send(client, gone, gone.pair(), body())
    assert (answer.status_code, answer.get_json()["type"]) == (409, "registration-closed")


def test_only_where_the_organiser_allows_it(client: FlaskClient, door: Door) -> None:
    allow(door, None)
    token = door.pair()
    answer = send(client, door, token, body(let_in=True))
    assert (answer.status_code, answer.get_json()["type"]) == (409, "no-walk-ins")
    url, bearer = f"/api/v1/checkin/{door.slug}/walk-ins", {"Authorization": f"Bearer {token}"}
    assert client.get(url, headers=bearer).get_json() == {"allowed": False, "may_exceed": False}
    allow(door, "beyond")
    assert client.get(url, headers=bearer).get_json() == {"allowed": True, "may_exceed": True}


def test_only_a_device_of_this_event(client: FlaskClient, door: Door) -> None:
    other, token = Door("andere", walk_ins="beyond"), door.pair()
    with transaction() as session:
        actions.revoke_device(session, device_of(token).id, now=clock.now())
    for key, code in (("erfunden", 401), (other.pair(), 403), (token, 403)):
        kept = 202 if key == token else code  # for the office to decide, see test_held.py
        assert send(client, door, key, body()).status_code == kept
        bearer = {"Authorization": f"Bearer {key}"}
        url = f"/api/v1/checkin/{door.slug}/walk-ins"
        assert client.get(url, headers=bearer).status_code == code
    sent = body()
    assert send(client, other, other.pair(), sent).status_code == 200
    assert send(client, door, door.pair(), sent).status_code == 404  # that id is another event's
    assert head_count(door) == HeadCount(0, 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("walk_in_id", "7"),
        ("first_name", "  "),
        ("last_name", ""),
        ("last_name", "x" * 500),
        ("email", "zoe"),
        ("came_at", "gestern"),
        ("beyond", "ja"),
    ],
)
def test_what_is_wrong_is_named(client: FlaskClient, door: Door, field: str, value: str) -> None:
    answer = send(client, door, door.pair(), body(**{field: value}))
    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == [field]


def test_the_same_at_once_is_one(app: Flask, door: Door) -> None:
    token, sent = door.pair(), body()

    def come(_number: int) -> int:
        return int(send(app.test_client(), door, token, sent).status_code)

    with ThreadPoolExecutor(4) as pool:
        codes = [job.result() for job in [pool.submit(in_app, app, come, n) for n in range(4)]]
    assert codes == [200] * 4
    assert head_count(door) == HeadCount(1, 1)


def asked(**values: Any) -> NewWalkIn:
    return NewWalkIn("x", "Zoë", "Müller", "", None, clock.now(), **values)


def test_the_rule_alone(door: Door) -> None:
    def decide(allowed: str | None, taken: int, **values: Any) -> bool:
        allow(door, allowed)
        with reading() as connection:
            event = get_definition(connection, door.slug)
        return decide_walk_in(event, Count(2, taken), asked(**values))

    assert not decide("while_free", 1)
    assert decide("while_free", 2, let_in=True)
    assert decide("beyond", 2, beyond=True)
    for refusal, arguments in (
        (EventFull, ("while_free", 2)),
        (EventFull, ("beyond", 2)),
        (NoWalkIns, (None, 0)),
    ):
        with pytest.raises(refusal):
            decide(*arguments)
    with reading() as connection:
        event = get_definition(connection, door.slug)
    with pytest.raises(RegistrationClosed):
        decide_walk_in(event, None, asked())


def test_the_office_sees_and_finds_who_came_without_registration(
    app: Flask, client: FlaskClient, door: Door
) -> None:
    token, known = door.pair(), door.guest(first_name="Ada", name="Bekannt", email="ada@x.example")
    send(client, door, token, body(last_name="Spontan"))
    known_name = {"first_name": "Ada", "last_name": "Bekannt", "email": "ada@x.example"}
    assert send(client, door, token, body(**known_name)).status_code == 200
    ben = colleague(app, "ben", (Role.ORGANISER, Scope.EVENT, door.event_id))
    url = f"/organise/events/{door.slug}/participants"
    page = ben.get(url).get_data(as_text=True)
    assert page.count("· ohne Anmeldung gekommen") == 1
    came, office = (
        ben.get(f"{url}?entered={who}").get_data(as_text=True) for who in ("door", "office")
    )
    assert "Spontan" in came
    assert "Bekannt" not in came + office
    assert "Spontan" not in office
    assert "am Einlass, ohne Anmeldung" in ben.get(f"{url}/{known.id + 1}").get_data(as_text=True)
