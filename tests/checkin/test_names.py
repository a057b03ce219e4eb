"""Guests by name at the door, and the signs beside them."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from eventapp.db import transaction
from eventapp.registration.models import Registration
from eventapp.tokens import keyring
from tests.checkin.door import Door, new_scan, record
from tests.checkin.test_sync import scan, send


@pytest.fixture
def door(app: Flask) -> Door:  # noqa: ARG001  the app is the database
    return Door()


def ask(client: FlaskClient, token: str, words: Any, slug: str = "treffen") -> TestResponse:
    bearer = {"Authorization": f"Bearer {token}"}
    return client.post(f"/api/v1/checkin/{slug}/names", json={"words": words}, headers=bearer)


def names(answer: TestResponse) -> list[str]:
    return [each["name"] for each in answer.get_json()["guests"]]


def test_a_guest_is_found_by_parts_of_name_and_organisation_and_let_in(
    client: FlaskClient, door: Door
) -> None:
    guest, token = door.guest(name="Öğün", first_name="Şükrü"), door.pair()
    door.guest(name="Ogunlade", organisation=None)
    Door("andere").guest(name="Öğün")
    set_keys(guest.id, sort_key="ogun sukru", organisation_key="seniorenburo beispielstadt")
    for words in ("ogun sukru", "Öğün SENIOREN", "  şükrü  "):
        assert names(ask(client, token, words)) == ["Şükrü Öğün"]
    assert len(names(ask(client, token, "ogun"))) == 2
    assert ask(client, token, "100%").get_json() == {"guests": []}
    [found] = ask(client, token, "ogun sukru").get_json()["guests"]
    [result] = send(client, token, scan(found["code"])).get_json()["results"]
    assert (result["verdict"], result["registration"]["id"]) == ("admitted", guest.id)


def set_keys(guest_id: int, **values: str) -> None:
    with transaction() as session:
        session.execute(update(Registration).where(Registration.id == guest_id).values(values))


def test_the_list_cannot_be_leafed_through(client: FlaskClient, door: Door) -> None:
    token = door.pair()
    door.guest(name="Aalbers", status="cancelled")
    for number in range(12):
        door.guest(name=f"Meier{number:02d}")
    assert names(ask(client, token, "e")) == names(ask(client, token, " ")) == []
    assert len(names(ask(client, token, "meier"))) == 10
    assert "Erika Aalbers" not in names(ask(client, token, "meier"))
    assert names(ask(client, token, "aalb")) == ["Erika Aalbers"]
    assert ask(client, token, "x" * 101).status_code == 422
    assert ask(client, token, 7).status_code == 422


def test_names_only_where_the_organiser_allows_them(client: FlaskClient, door: Door) -> None:
    quiet = Door("ohne-namen", names_at_door=False)
    quiet.guest(name="Geheim")
    assert ask(client, quiet.pair(), "Geheim", "ohne-namen").status_code == 403
    assert ask(client, door.pair(), "Geheim", "ohne-namen").status_code == 403
    assert ask(client, "erfunden", "Geheim").status_code == 401
    door.move(-2)
    assert ask(client, door.pair(), "Geheim").status_code == 403


def test_signs_stand_where_the_organiser_asked(app: Flask) -> None:
    with app.app_context():
        door, plain = Door(fields=["photo_consent"]), Door("ohne-fotos")
        shy, open_ = door.guest(), door.guest(photo_consent=["report"])
        helper = door.guest(main_id=shy.id)
        answers = record(door.device(), *(new_scan(each.ticket) for each in (shy, open_, helper)))
        signs = [(each.guest.no_photo, each.guest.has_companion) for each in answers if each.guest]
        assert signs == [(True, True), (False, False), (True, True)]
        [answer] = record(plain.device(), new_scan(plain.guest().ticket))
        assert answer.guest
        assert not answer.guest.no_photo


def test_without_names_nobody_learns_who_comes_with_whom(app: Flask) -> None:
    with app.app_context():
        door = Door(names_at_door=False)
        guest = door.guest()
        door.guest(main_id=guest.id)
        [answer] = record(door.device(), new_scan(guest.ticket))
        assert answer.guest
        assert not answer.guest.has_companion


def test_needs_and_addresses_stay_where_they_are(client: FlaskClient, door: Door) -> None:
    needs = keyring().seal({"assistance": "Rollstuhl", "diet": ["vegan"]})
    guest = door.guest(needs_sealed=needs, email="erika@example.org", door_note="Mit Hund")
    token = door.pair()
    said = send(client, token, scan(guest.ticket)).text + ask(client, token, "gast").text
    assert "Mit Hund" in said
    assert not [word for word in ("Rollstuhl", "vegan", "erika@example.org") if word in said]
