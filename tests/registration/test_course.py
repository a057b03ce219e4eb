"""A course: one registration, several dates, one mail with a calendar file for each."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from flask.testing import FlaskClient

from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.mail import kinds
from eventapp.mail.render import render
from tests.factories import at, in_days
from tests.registration.test_actions import NOW, cancel, mails, plan, rows, sign_up
from tests.registration.test_pages import manage_token, send


def course(n: int = 10, **values: Any) -> EventDefinition:
    days = [in_days(30 + 7 * week) for week in range(n)]
    return plan(dates=[(at(day, 17), at(day, 19)) for day in days], **values)


def parts_of(kind: str) -> list[EmailMessage]:
    """The calendar parts of this mail about the first registration, noted as sent."""
    with reading() as connection:
        draft = kinds.compose(connection, kind, {"registration_id": rows()[0].id})
    assert draft
    if draft.on_sent:
        with transaction() as session:
            draft.on_sent(session, NOW)
    body = message_from_bytes(render(kind, draft, "id", NOW).body, policy=default)
    return [part for part in body.walk() if part.get_content_type() == "text/calendar"]


def uids(parts: list[EmailMessage]) -> list[str]:
    lines = [line for part in parts for line in part.get_content().splitlines()]
    return [line for line in lines if line.startswith("UID:r-")]


@pytest.mark.usefixtures("app")
def test_ten_dates_are_one_registration_and_one_mail_with_ten_files() -> None:
    sign_up(course())
    assert [kind for kind, _ in mails()] == ["registration-confirmed"]
    parts = parts_of("registration-confirmed")
    assert [part.get_filename() for part in parts] == [f"termin-{n}.ics" for n in range(1, 11)]
    assert {part.get_param("method") for part in parts} == {"REQUEST"}
    assert len(set(uids(parts))) == 10


@pytest.mark.usefixtures("app")
def test_cancelling_it_takes_all_of_them_back_in_one_mail() -> None:
    sign_up(course(3))
    asked = uids(parts_of("registration-confirmed"))
    cancel(rows()[0].id)
    assert [kind for kind, _ in mails()] == ["registration-confirmed", "registration-cancelled"]
    parts = parts_of("registration-cancelled")
    assert {part.get_param("method") for part in parts} == {"CANCEL"}
    assert uids(parts) == asked


def test_pages_name_each_date_also_among_further_registrations(client: FlaskClient) -> None:
    answer = send(client, course(2, slug="kurs").slug)
    assert "2 Termine" in client.get(answer.location).text
    mine = client.get(f"/registrations/{manage_token()}").text
    assert "2 Termine" in mine
    send(client, plan(slug="treffen").slug)
    among = client.get(f"/registrations/{manage_token()}").text
    assert "Kurs" in among
    assert "2 Termine" in among, "not as one week"
