"""Saying what counts as taking part, and what people see of it on their own page."""

from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from eventapp.attendance.actions import record_presence
from eventapp.attendance.standing import find_standing, list_standings
from eventapp.db import reading, transaction
from eventapp.networks.models import Role, Scope
from eventapp.registration.models import Registration
from eventapp.tokens import keyring
from tests.attendance.test_ledger import DATES, OVER, event_of, say
from tests.attendance.test_ledger_pages import Office
from tests.checkin.door import Guest, new_scan, record
from tests.statements import counted
from tests.visitors import colleague


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


def own_page(client: FlaskClient, guest: Guest) -> str:
    from sqlalchemy import select

    with reading() as connection:
        sealed = connection.execute(
            select(Registration.secrets_sealed).where(Registration.id == guest.id)
        ).scalar_one()
    return client.get(f"/registrations/{keyring().open(sealed)['manage']}").text


def set_rule(office: Office, **data: Any) -> Any:
    return office.send("/rule", **data)


def test_a_rule_is_set_shown_and_noted(app: Flask, office: Office) -> None:
    answer = set_rule(office, least_dates="3", least_percent="75", total_hours="4,5")
    assert answer.status_code == 303
    page = office.ada.get(answer.location).text
    assert "bei allen 3 Terminen da sein" in page
    assert "je Termin mindestens 75 Prozent der Zeit da sein" in page
    form = office.ada.get(f"{office.url}/rule").text
    assert 'value="4,5"' in form
    rule = event_of(office.door).attendance_rule
    assert rule
    assert (rule.least_dates, rule.least_percent, rule.total_minutes) == (3, 75, 270)
    auditor = colleague(app, "eva", (Role.AUDITOR, Scope.INSTALLATION, 0))
    assert "Festgelegt, was als Teilnahme zählt" in auditor.get("/organise/log/").text
    nothing = dict.fromkeys(("least_dates", "least_percent", "least_minutes", "total_hours"), "")
    assert set_rule(office, **nothing).status_code == 303
    assert event_of(office.door).attendance_rule is None


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"least_dates": "4"}, "So viele Termine gibt es nicht: Es sind 3."),
        ({"least_percent": "50", "least_minutes": "30"}, "nicht beides"),
        ({"least_percent": "101"}, "zwischen 1 und 100"),
        ({"total_hours": "viele"}, "Schreiben Sie die Stunden als Zahl"),
        ({"total_hours": "nan"}, "Schreiben Sie die Stunden als Zahl"),
    ],
)
def test_what_makes_no_sense_is_refused_and_kept(
    office: Office, data: dict[str, str], sentence: str
) -> None:
    answer = set_rule(office, **data)
    assert answer.status_code == 422
    assert sentence in answer.text
    for value in data.values():
        assert f'value="{value}"' in answer.text


def test_who_does_not_plan_sets_no_rule(app: Flask) -> None:
    office = Office(app, Role.VIEWER)
    assert office.ada.get(f"{office.url}/rule").status_code == 403
    assert set_rule(office, least_dates="2").status_code == 403


def test_each_person_sees_their_state_and_what_is_missing(
    office: Office, client: FlaskClient
) -> None:
    set_rule(office, least_dates="3")
    page = own_page(client, office.dan)
    assert "Es fehlen noch 2 Termine." in page
    assert "Das lässt sich nicht mehr nachholen." in page
    for done_with in ("In den Kalender eintragen", "Drucken oder als PDF sichern"):
        assert done_with not in page
    event = event_of(office.door)
    say(event, office.dan, 1)
    say(event, office.dan, 2)
    assert "Sie haben teilgenommen." in own_page(client, office.dan)
    assert "Minute" not in own_page(client, office.dan)


def test_how_long_is_not_known_yet_is_no_reproach(office: Office, client: FlaskClient) -> None:
    """The report of the platform comes a day later."""
    set_rule(office, least_minutes="30")
    olga, [first, *_others] = office.door.guest(), event_of(office.door).dates
    with transaction() as session:
        record_presence(session, olga.id, first.id, "online_door", now=DATES[0][0])
    page = own_page(client, olga)
    assert "wie lange, ist noch nicht bekannt" in page
    assert "Sobald die Veranstalter es eintragen, steht es hier." in page
    assert "nachholen" not in page


def test_while_it_runs_the_dates_to_come_are_named(office: Office, client: FlaskClient) -> None:
    set_rule(office, least_dates="2")
    with time_machine.travel(DATES[0][1], tick=False):
        page = own_page(client, office.dan)
    assert "Es fehlt noch 1 Termin." in page
    assert "kommt noch" in page
    assert "Drucken oder als PDF sichern" in page
    assert "nachholen" not in page


def test_minutes_are_shown_where_they_are_counted_and_the_form_says_so(
    office: Office, client: FlaskClient
) -> None:
    notice = "Wir halten fest, wann Sie da waren und wie lange"
    with time_machine.travel(DATES[0][0].replace(hour=1), tick=False):
        assert notice not in client.get(f"/events/{office.door.slug}/register").text
    set_rule(office, for_funder="y")
    with time_machine.travel(DATES[0][0].replace(hour=1), tick=False):
        assert notice in client.get(f"/events/{office.door.slug}/register").text
    assert "120 Minuten" in office.page()
    assert "120 Minuten" in own_page(client, office.dan)


def test_filtered_by_the_rule_and_in_the_file(office: Office) -> None:
    set_rule(office, least_dates="1", least_percent="100")
    assert "<bdi>Berg</bdi>" in office.page(reached="met")
    assert "<bdi>Fuchs</bdi>" not in office.page(reached="met")
    text = office.send("/file", format="csv").get_data(as_text=True)
    assert "Teilnahme erfüllt" in text
    assert ";120;" in text


def test_everybodys_standing_costs_a_fixed_number_of_statements(office: Office) -> None:
    event = event_of(office.door)
    costs = []
    for more in (0, 12):
        guests = [office.door.guest() for _ in range(more)]
        if guests:
            scans = (new_scan(each.ticket, DATES[1][0]) for each in guests)
            record(office.door.device(), *scans, now=OVER)
        with reading() as connection, counted() as statements:
            all_ = list_standings(connection, event, DATES[2][1])
            alone = find_standing(connection, event, office.dan.id, DATES[2][1])
        assert all_[office.dan.id] == alone
        costs.append(len(statements))
    assert costs[0] == costs[1]
