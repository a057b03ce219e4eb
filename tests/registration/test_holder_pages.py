"""The holder's pages: what else is listed, what happens late, and when the database is busy."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import update

from eventapp import clock, sitecache
from eventapp.db import db, reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Event
from eventapp.forms import new_form_token
from eventapp.mail import kinds
from eventapp.registration.models import Registration
from eventapp.tokens import keyring
from tests.factories import at, in_days, make_event, make_network
from tests.registration.test_actions import (
    NOW,
    cancel,
    event_of,
    item_states,
    plan,
    rows,
    sign_up,
    statuses,
)
from tests.statements import counted

ERIKA = {"first_name": "Erika", "last_name": "Beispiel", "email": "erika@example.org"}
YESTERDAY = [(at(in_days(-1), 10), at(in_days(-1), 12))]


def address_of(row: Any) -> str:
    """The personal page of this registration."""
    return f"/registrations/{keyring().open(row.secrets_sealed)['manage']}"


def wait_often(count: int) -> None:
    """Erika, second on the waiting lists of as many events."""
    with transaction() as session:
        network = make_network(session)
        events = [make_event(session, network=network, capacity_in_person=0) for _ in range(count)]
        slugs = [event.slug for event in events]
    for slug in slugs:
        for name in ("Ada", "Erika"):
            sign_up(event_of(slug), name)


def count_statements(work: Callable[[], Any]) -> int:
    with counted() as statements:
        work()
    return len(statements)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """To be asked for before the app, which learns of it when it is made."""
    monkeypatch.setattr("eventapp.db.LOCK_SECONDS", 1)


@contextmanager
def somebody_else_writes() -> Iterator[None]:
    """Another connection holds all that the holder's acts would lock."""
    with db.engine.connect().execution_options(writes=True) as other:
        other.execute(update(Event).values(title=Event.title))
        other.execute(update(Registration).values(status=Registration.status))
        yield


def test_other_registrations_cost_no_further_statement(client: FlaskClient) -> None:
    sign_up(plan())
    mine = rows()[0]
    client.get(address_of(mine))  # the first opening ends the correction

    def compose() -> None:
        with reading() as connection:
            kinds.compose(connection, "registration-link", {"registration_id": mine.id})

    page, mail = count_statements(lambda: client.get(address_of(mine))), count_statements(compose)
    for count in (3, 27):
        wait_often(count)
        assert count_statements(lambda: client.get(address_of(mine))) == page
        assert count_statements(compose) == mail
    assert client.get(address_of(mine)).text.count("Warteliste, Platz 2") == 30


def test_a_course_in_the_list_names_its_dates_and_its_person(client: FlaskClient) -> None:
    sign_up(plan(title="Treffen"))
    dates = [(at(in_days(days), 10), at(in_days(days), 12)) for days in (5, 12)]
    sign_up(plan(title="Kurs", dates=dates))
    page = client.get(address_of(rows()[0])).text
    listed = page[page.index("Ihre weiteren Anmeldungen") :]
    assert "Erika Beispiel" in listed
    assert "2 Termine" in listed


def test_sending_the_choice_unchanged_keeps_the_wait(client: FlaskClient) -> None:
    group = {"choice_group": "workshop"}
    event = plan(items=[{"slug": "a", "capacity": 1, **group}, {"slug": "b", **group}])
    sign_up(event, "Ada", items=("a",))
    sign_up(event, items=("b",))
    mine = rows()[1]
    address = f"{address_of(mine)}/change"

    def send(**choice: str) -> int:
        data = {"form_token": new_form_token(clock.now()), **ERIKA, **choice}
        return client.post(address, data=data).status_code

    assert send(choice_workshop="a") == 303
    waiting = {"a": "waitlisted", "b": "confirmed"}
    assert item_states(mine.id) == waiting
    [chosen] = re.findall(r'value="(\w+)" checked', client.get(address).text)
    assert send(choice_workshop=chosen) == 303
    assert item_states(mine.id) == waiting


def test_what_is_over_or_cancelled_is_not_listed(client: FlaskClient) -> None:
    sign_up(plan(title="Heute"))
    sign_up(plan(title="Gestern", dates=YESTERDAY), now=NOW - timedelta(days=2))
    sign_up(plan(title="Abgesagt"))
    sign_up(plan(title="Später"))
    cancel(rows()[2].id)
    page = client.get(address_of(rows()[0])).text
    assert [title in page for title in ("Gestern", "Abgesagt", "Später")] == [False, False, True]


def test_the_calendar_file_is_fetched_again_for_nothing(client: FlaskClient) -> None:
    sign_up(plan(title="Treffen"))
    address = f"{address_of(rows()[0])}/event.ics"
    first = client.get(address)
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert b"\r\nNAME:Treffen\r\n" in first.data
    tag, since = first.headers["ETag"], first.headers["Last-Modified"]
    for held in ({"If-None-Match": tag}, {"If-Modified-Since": since}):
        again = client.get(address, headers=held)
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert client.get(address, headers={"If-None-Match": '"andere"'}).data == first.data


def test_without_a_place_there_is_no_calendar_file(client: FlaskClient) -> None:
    event = plan(capacity_in_person=1)
    sign_up(event, "Ada")
    sign_up(event, "Ben")
    assert client.get(f"{address_of(rows()[1])}/event.ics").status_code == 404
    cancel(rows()[0].id)
    assert client.get(f"{address_of(rows()[0])}/event.ics").status_code == 410
    assert client.get(f"{address_of(rows()[1])}/event.ics").status_code == 200


@pytest.mark.usefixtures("impatient")
def test_a_busy_database_returns_the_filled_form(client: FlaskClient) -> None:
    sign_up(plan(items=[{"slug": each, "choice_group": "workshop"} for each in "ab"]))
    address, token = address_of(rows()[0]), new_form_token(clock.now())
    acts = {
        f"{address}/cancel": ({}, "Möchten Sie absagen?"),
        f"{address}/change": ({**ERIKA, "choice_workshop": "b"}, 'value="b" checked'),
        "/registrations": ({"email": "erika@example.org"}, 'value="erika@example.org"'),
    }
    with somebody_else_writes():
        for url, (values, kept) in acts.items():
            answer = client.post(url, data={"form_token": token, **values})
            assert answer.status_code == 503
            assert "Gerade ist hier sehr viel los." in answer.text
            assert kept in answer.text
    assert statuses() == ["confirmed"]


def test_cancelling_with_a_bad_token_says_what_to_do(client: FlaskClient) -> None:
    sign_up(plan())
    url = f"{address_of(rows()[0])}/cancel"
    answer = client.post(url, data={"form_token": "1.2.3"})
    assert answer.status_code == 422
    assert "<title>Fehler: " in answer.text
    assert "Bitte senden Sie das Formular noch einmal ab." in answer.text
    cancel(rows()[0].id)
    assert client.post(url, data={"form_token": "1.2.3"}).status_code == 303


@pytest.mark.parametrize("late", ["over", "cancelled"])
def test_what_is_over_or_cancelled_is_neither_cancelled_nor_changed(
    client: FlaskClient, late: str
) -> None:
    event = plan(dates=YESTERDAY, items=[{"slug": "a", "choice_group": "workshop"}])
    if late == "cancelled":
        event = plan(items=[{"slug": "a", "choice_group": "workshop"}])
    sign_up(event, now=NOW - timedelta(days=2))
    if late == "cancelled":
        with transaction() as session:
            session.execute(update(Event).values(status="cancelled"))
            sitecache.bump(session, NOW)
    address, data = address_of(rows()[0]), {"form_token": new_form_token(clock.now())}
    for act in ("cancel", "change"):
        for answer in (client.get(f"{address}/{act}"), client.post(f"{address}/{act}", data=data)):
            assert (answer.status_code, answer.location) == (303, address)
    assert statuses() == ["confirmed"]


def test_with_the_time_open_no_hour_is_told(client: FlaskClient) -> None:
    day = in_days(30)
    sign_up(online(dates=[(day, day)]), attendance="online")
    page, join = client.get(address_of(rows()[0])).text, join_page(client)
    assert "Der Zugang öffnet kurz vor Beginn." in page
    assert "Die Uhrzeit steht noch nicht fest" in join
    assert not re.search(r"23:45|0:00", page + join)
    with time_machine.travel(at(day + timedelta(days=1), 0, 5)):
        assert "Die Veranstaltung ist vorbei" in join_page(client)


def test_a_course_tells_when_its_next_date_opens(client: FlaskClient) -> None:
    days = [in_days(10), in_days(17)]
    event = online(dates=[(at(days[0], 10), at(days[0], 12)), (at(days[1], 14), at(days[1], 16))])
    sign_up(event, attendance="online")
    assert "09:45" in client.get(address_of(rows()[0])).text
    with time_machine.travel(at(days[0], 12, 1)):
        assert "13:45" in client.get(address_of(rows()[0])).text
        assert "13:45" in join_page(client)


def online(**values: Any) -> EventDefinition:
    return plan(has_in_person=False, has_online=True, join_url="https://raum.example/1", **values)


def join_page(client: FlaskClient) -> str:
    token = keyring().open(rows()[0].secrets_sealed)["join"]
    return client.get(f"/join/{token}").text


def test_the_ticket_says_how_it_stands_with_the_online_door(client: FlaskClient) -> None:
    event = plan(has_online=True, join_url="https://meet.example.org/1")
    sign_up(event, attendance="online")
    page, starts = address_of(rows()[0]), event.start
    said = {
        -60: ("Der Zugang öffnet am", True),
        -10: ("Der Zugang ist jetzt offen.", True),
        60 * 24: ("Die Veranstaltung ist vorbei.", False),
    }
    for minutes, (words, leads_in) in said.items():
        with time_machine.travel(starts + timedelta(minutes=minutes), tick=False):
            text = client.get(page).text
        assert words in text
        assert ("Online teilnehmen</span>" in text) is leads_in
        assert ("Der Zugang öffnet" in text) is (minutes == -60)


def test_the_receipt_promises_what_the_mail_brings(client: FlaskClient) -> None:
    on_site = sign_up(plan(has_online=True))
    online = sign_up(plan(has_online=True), attendance="online", token="2")
    assert "Einlasskarte" in client.get(f"/receipts/{on_site}").text
    page = client.get(f"/receipts/{online}").text
    assert "Zugang zur Online-Teilnahme" in page
    assert "Einlasskarte" not in page
