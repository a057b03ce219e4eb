"""Who lost the link: one answer for known and unknown addresses, and the same work behind it."""

from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventapp import clock, create_app
from eventapp.db import transaction
from eventapp.forms import new_form_token
from eventapp.registration import selfservice
from tests.checked_client import CheckedClient
from tests.conftest import SettingsMaker
from tests.registration.posted import post
from tests.registration.test_actions import NOW, cancel, mails, plan, rows, sign_up
from tests.registration.test_crossing import at_once
from tests.registration.test_holder_pages import address_of
from tests.statements import counted

KNOWN, UNKNOWN = "erika@example.org", "niemand@example.org"


def ask(client: FlaskClient, email: str) -> TestResponse:
    data = {"email": email, "form_token": new_form_token(clock.now())}
    return client.post("/registrations", data=data)


@pytest.fixture
def registered(app: Flask) -> None:  # noqa: ARG001  the app is the database
    """Erika, in two events, her confirmations delivered."""
    for _ in range(2):
        sign_up(plan())
    post()


@pytest.mark.usefixtures("registered")
def test_known_and_unknown_are_answered_alike(client: FlaskClient) -> None:
    answers, asked = [], []
    # Known, unknown, written to just now: the first two show no difference, nor do the others.
    for email in (KNOWN, UNKNOWN, KNOWN, "  ERIKA@example.org "):
        with counted(emptied=False) as statements:
            answers.append(ask(client, email))
        asked.append(list(statements))
    first = answers[0]
    assert first.status_code == 200
    for other in answers[1:]:
        assert (other.status_code, other.text) == (first.status_code, first.text)
        assert without_nonce(other) == without_nonce(first)
    assert asked[1:] == [asked[0]] * 3, "the same statements, in the same order"


def without_nonce(answer: TestResponse) -> dict[str, str]:
    return {name: value for name, value in answer.headers if name != "Content-Security-Policy"}


@pytest.mark.usefixtures("registered")
def test_only_the_known_are_written_to_with_all_their_links(client: FlaskClient) -> None:
    for email in (UNKNOWN, KNOWN):
        ask(client, email)
    [mail] = post()
    assert mail.recipient == KNOWN
    assert all(address_of(row) in mail.text for row in rows())
    assert post() == []


@pytest.mark.usefixtures("registered")
def test_an_address_is_written_to_once_in_ten_minutes(client: FlaskClient) -> None:
    def mailed_at(when: datetime) -> int:
        with time_machine.travel(when, tick=False):
            ask(client, KNOWN)
            return len(post())

    assert mailed_at(NOW) == 1
    assert mailed_at(NOW + timedelta(minutes=9, seconds=59)) == 0
    assert mailed_at(NOW + timedelta(minutes=10)) == 1


@pytest.mark.usefixtures("registered")
def test_the_pause_is_the_address_s_and_not_a_registration_s(client: FlaskClient) -> None:
    """Whichever of them is asked for: by the address, or by signing up again at the earlier."""
    ask(client, KNOWN)
    cancel(rows()[-1].id)
    ask(client, KNOWN)
    with transaction() as session:
        assert not selfservice.mail_link(session, rows()[0].id, now=clock.now())
    links = [number for kind, number in mails() if kind == "registration-link" and number]
    assert links == [rows()[-1].id]


@pytest.mark.usefixtures("registered")
def test_asked_ten_times_at_once_it_is_one_mail(app: Flask) -> None:
    at_once(app, [lambda s: selfservice.mail_lost_link(s, KNOWN, now=NOW) for _ in range(10)])
    assert len(post()) == 1


@pytest.mark.usefixtures("registered")
def test_a_wrong_form_says_nothing_of_the_address(client: FlaskClient) -> None:
    texts = []
    for email in (KNOWN, UNKNOWN):
        answer = client.post("/registrations", data={"email": email, "form_token": "1.2.3"})
        assert answer.status_code == 422
        assert f'value="{email}"' in answer.text
        texts.append(answer.text.replace(email, ""))
    assert post() == []


def test_twenty_an_hour_whoever_is_asked_for(
    database_url: str, make_settings: SettingsMaker
) -> None:
    app = create_app(make_settings(database_url, rate_limits=True))
    app.testing, app.test_client_class = True, CheckedClient
    client = app.test_client(use_cookies=False)
    with app.app_context():
        sign_up(plan())
        answers = [ask(client, (KNOWN, UNKNOWN)[n % 2]).status_code for n in range(20)]
        assert answers == [200] * 20
        before = mails()
        assert [ask(client, email).status_code for email in (KNOWN, UNKNOWN)] == [429, 429]
        assert mails() == before
