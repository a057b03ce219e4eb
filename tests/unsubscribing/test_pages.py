"""Ending mails: one click of a mail program, or the page; each kind by itself, and back again."""

import base64
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.errors import NotFound
from eventapp.registration.correction import readdress
from eventapp.registration.erasure import erase
from eventapp.registration.models import Registration
from eventapp.registration.standing import lock_standing
from eventapp.tokens import keyring
from eventapp.unsubscribing.actions import refuse
from eventapp.unsubscribing.models import Unsubscription
from eventapp.unsubscribing.queries import is_refused
from eventapp.unsubscribing.rules import Subscriber, Topic, read, seal, unsubscribe_url
from tests.planning.office import Office
from tests.planning.office import event_of as planned
from tests.registration.test_actions import NOW, plan, rows, sign_up

MESSAGES, REMINDERS = Topic.MESSAGES, Topic.REMINDERS


def address(topic: Topic = MESSAGES) -> str:
    return unsubscribe_url("", topic, rows()[0].event_id, rows()[0].email)


def refused() -> list[Any]:
    with reading() as connection:
        return list(connection.execute(select(Unsubscription.__table__)))


def topics() -> list[str]:
    return sorted(row.topic for row in refused())


def test_one_click_without_cookie_and_without_redirect(client: FlaskClient) -> None:
    sign_up(plan())
    url = address()
    shown = client.get(url)
    assert "Nachrichten des Teams abbestellen" in shown.text
    assert "e…a@example.org" in shown.text
    assert shown.headers["Cache-Control"] == "private, no-store"
    assert refused() == []
    answer = client.post(url, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    [first] = refused()
    assert (first.topic, first.email_key, first.network_id) == ("messages", rows()[0].email, None)
    assert client.post(url).status_code == 200
    assert refused() == [first]
    assert "Nachrichten des Teams abbestellt" in client.get(url).text
    assert client.post(url, data={"again": "1"}).status_code == 200
    assert refused() == []
    assert rows()[0].status == "confirmed"


def test_each_kind_by_itself(client: FlaskClient) -> None:
    sign_up(plan())
    assert "Erinnerungen" in client.get(address()).text
    assert client.post(address(REMINDERS)).status_code == 200
    assert topics() == ["reminders"]
    page = client.post(address(REMINDERS), data={"topic": "messages"}).text
    assert "Nachrichten des Teams abbestellt" in page
    assert topics() == ["messages", "reminders"]
    client.post(address(), data={"topic": "reminders", "again": "1"})
    assert topics() == ["messages"]
    for other in ("invitations", "x", ""):
        assert client.post(address(), data={"topic": other}).status_code == 400
    assert topics() == ["messages"]


def test_announcements_are_refused_for_their_network(client: FlaskClient) -> None:
    event = plan()
    sign_up(event)
    assert client.post(address(Topic.ANNOUNCEMENTS)).status_code == 200
    [row] = refused()
    assert (row.topic, row.event_id, row.network_id) == ("announcements", None, event.network.id)
    with reading() as connection:
        whose = (event.id, event.network.id, "ERIKA@example.org")
        assert is_refused(connection, Topic.ANNOUNCEMENTS, *whose)
        assert not is_refused(connection, Topic.INVITATIONS, *whose)
        assert not is_refused(connection, Topic.ANNOUNCEMENTS, event.id, event.network.id, "x@y.z")


def test_other_tokens_lead_nowhere(client: FlaskClient) -> None:
    sign_up(plan())
    token = seal(Subscriber(MESSAGES, 1, "erika@example.org"))
    for wrong in ("1", "1-", "-", "²", f"{token}x", token[:-1], token[1:], f"x{token}", "ä" * 40):
        for answer in (client.get(f"/unsubscribe/{wrong}"), client.post(f"/unsubscribe/{wrong}")):
            assert answer.status_code == 404, wrong
    assert refused() == []


@pytest.mark.usefixtures("app")
def test_what_was_sealed_for_other_things_is_no_token() -> None:
    for value in (["other", "messages", 1, "a@b.c"], "unsubscribe", [1, 2, 3], {"manage": "x"}):
        token = base64.urlsafe_b64encode(keyring().seal(value)).decode().rstrip("=")
        with pytest.raises(NotFound):
            read(token)


def test_an_old_mail_does_not_speak_for_a_new_address(app: Flask, client: FlaskClient) -> None:
    del app
    sign_up(plan())
    old = address()
    with transaction() as session:
        event, row = lock_standing(session, rows()[0].id, now=NOW)
        readdress(session, event, row, "neu@example.org", "neu", NOW)
    assert client.post(old).status_code == 200
    with reading() as connection:
        row = rows()[0]
        assert not is_refused(connection, MESSAGES, row.event_id, 1, row.email)


def test_what_was_refused_goes_with_the_last_registration(app: Flask) -> None:
    del app
    event = plan()
    sign_up(event, "Ada")
    sign_up(event, "Ben")
    with transaction() as session:
        shared = {"email": "haus@example.org", "email_key": "haus@example.org"}
        session.execute(update(Registration).values(**shared))
        refuse(session, MESSAGES, event.id, event.network.id, "haus@example.org", now=clock.now())
    for row, left in zip(rows(), (1, 0), strict=True):
        with transaction() as session:
            erase(session, [row.id], now=clock.now())
        assert len(refused()) == left


def test_the_office_sees_who_wants_what_no_more(app: Flask) -> None:
    office = Office(app, "treffen")
    for name in ("Erika", "Dan"):
        sign_up(planned("treffen"), name)
    event, people = planned("treffen"), "/organise/events/treffen/participants"
    ada = office.ada()
    assert "abbestellt: " not in ada.get(people).text
    with transaction() as session:
        whose = (event.id, event.network.id, "erika@example.org")
        refuse(session, MESSAGES, *whose, now=NOW)
        refuse(session, REMINDERS, *whose, now=NOW)
        refuse(session, REMINDERS, event.id, event.network.id, "dan@example.org", now=NOW)
    page = ada.get(people).text
    assert page.count("abbestellt: Nachrichten und Erinnerungen") == 1
    assert page.count("abbestellt: Erinnerungen") == 1
    erika, dan = (ada.get(f"{people}/{row.id}").text for row in rows())
    assert "<dt>Abbestellt</dt>\n  <dd><bdi>Nachrichten des Teams, Erinnerungen</bdi>" in erika
    assert "<dd><bdi>Erinnerungen</bdi>" in dan
    narrowed = ada.get(f"{people}?refused=messages").text
    assert "Dan" not in narrowed
    assert "Abbestellt: Nachrichten des Teams" in narrowed
    assert ada.get(f"{people}?refused=invitations").status_code == 404
