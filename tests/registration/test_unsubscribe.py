"""Ending messages: one click of a mail program, or the page; and letting them come again."""

from flask import Flask
from flask.testing import FlaskClient

from eventapp.db import transaction
from eventapp.registration.correction import readdress
from eventapp.registration.standing import lock_standing
from eventapp.registration.unsubscribe import unsubscribe_token
from tests.registration.test_actions import NOW, plan, rows, sign_up


def address() -> str:
    return f"/unsubscribe/{unsubscribe_token(rows()[0].id, rows()[0].email)}"


def refused_at() -> object:
    return rows()[0].messages_refused_at


def test_one_click_without_cookie_and_without_redirect(client: FlaskClient) -> None:
    sign_up(plan())
    url = address()
    shown = client.get(url)
    assert "Keine Nachrichten mehr bekommen" in shown.text
    assert "e…a@example.org" in shown.text
    assert shown.headers["Cache-Control"] == "private, no-store"
    assert refused_at() is None
    answer = client.post(url, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    first = refused_at()
    assert first is not None
    assert client.post(url).status_code == 200
    assert refused_at() == first
    assert "Nachrichten wieder bekommen" in client.get(url).text
    assert client.post(url, data={"again": "1"}).status_code == 200
    assert refused_at() is None
    assert rows()[0].status == "confirmed"


def test_other_tokens_lead_nowhere(client: FlaskClient) -> None:
    sign_up(plan())
    for token in ("", "1", "1-", "1-abc", "x-y", "99999999999-a", "²-a", "-"):
        for answer in (client.get(f"/unsubscribe/{token}"), client.post(f"/unsubscribe/{token}")):
            assert answer.status_code == 404
    assert refused_at() is None


def test_an_old_mail_does_not_speak_for_a_new_address(app: Flask, client: FlaskClient) -> None:
    del app
    sign_up(plan())
    old = address()
    with transaction() as session:
        event, row = lock_standing(session, rows()[0].id, now=NOW)
        readdress(session, event, row, "neu@example.org", "neu", NOW)
    assert client.post(old).status_code == 404
    assert client.get(address()).status_code == 200
