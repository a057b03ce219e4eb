"""One click to the next date: who it is stands, the rest is asked; looking signs up nobody."""

from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.registration import queries
from eventapp.registration.models import Registration
from eventapp.registration.next_dates import list_next, list_next_of
from tests.factories import at, in_days, make_event, make_item, make_network, make_question
from tests.factories import make_series as series_of
from tests.registration.posted import post
from tests.registration.test_actions import cancel, event_of, rows, sign_up
from tests.registration.test_holder_pages import address_of
from tests.registration.test_pages import token_of
from tests.statements import counted

STATEMENTS = 6  # reads of the page, whatever it offers


def plan(n: int = 1, *, in_series: bool = True, **values: Any) -> list[EventDefinition]:
    """An event, and as many dates after it; `values` are theirs."""
    items, questions = values.pop("items", []), values.pop("questions", [])
    slugs = []
    with transaction() as session:
        network = make_network(session)
        shared: dict[str, Any] = {"network": network}
        if in_series:
            shared["series_id"] = series_of(session, network).id
        slugs.append(make_event(session, "jetzt", **shared).slug)
        for number in range(n):
            dates = [(at(in_days(40 + number), 10), at(in_days(40 + number), 12))]
            event = make_event(session, f"danach-{number}", **{"dates": dates, **shared, **values})
            for item in items:
                make_item(session, event, **item)
            for question in questions:
                make_question(session, event, **question)
            slugs.append(event.slug)
    return [event_of(slug) for slug in slugs]


def come(event: EventDefinition, **values: Any) -> str:
    """Erika is at the first one; the address of her next."""
    sign_up(event, **values)
    post()
    return f"{address_of(rows()[0])}/next"


def send(client: FlaskClient, url: str, **values: Any) -> TestResponse:
    page = client.get(url)
    return client.post(url, data={"form_token": token_of(page), **values})


def test_looking_signs_up_nobody_and_one_click_does(client: FlaskClient) -> None:
    now, _after = plan()
    url = come(now) + "/danach-0"
    for _n in range(20):
        assert client.head(url).status_code == 200
        assert client.get(url).status_code == 200
    page = client.get(url)
    assert "Erika Beispiel" in page.text
    assert "erika@example.org" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert len(rows()) == 1
    answer = send(client, url)
    assert answer.status_code == 303
    assert "/receipts/" in answer.location
    first, second = rows()
    assert (second.status, second.email) == ("confirmed", first.email)
    assert second.person_key == first.person_key
    assert second.ticket_hash != first.ticket_hash
    assert second.manage_hash != first.manage_hash
    assert [mail.recipient for mail in post()] == ["erika@example.org"]
    assert client.get(answer.location).status_code == 200


def test_sent_twice_is_one_registration(client: FlaskClient) -> None:
    now, _after = plan()
    url = come(now) + "/danach-0"
    token = token_of(client.get(url))
    answers = [client.post(url, data={"form_token": token}) for _n in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert len(rows()) == 2


def test_without_a_good_token_nothing_is_sent(client: FlaskClient) -> None:
    now, _after = plan()
    url = come(now) + "/danach-0"
    answer = client.post(url, data={"form_token": "erfunden"})
    assert answer.status_code == 422
    assert "noch einmal" in answer.text
    assert len(rows()) == 1


def test_whoever_is_signed_up_is_told_and_led_there(client: FlaskClient) -> None:
    now, after = plan()
    url = come(now) + "/danach-0"
    sign_up(after)
    page = client.get(url)
    assert "schon angemeldet" in page.text
    assert address_of(rows()[1]) in page.text
    assert "form_token" not in page.text


def test_the_person_is_the_links_whatever_was_typed(client: FlaskClient) -> None:
    now, _after = plan()
    url = come(now) + "/danach-0"
    assert send(client, url, first_name="Otto", email="otto@example.org").status_code == 303
    assert (rows()[1].first_name, rows()[1].email) == ("Erika", "erika@example.org")


def test_the_link_has_proved_the_address(client: FlaskClient) -> None:
    now, _after = plan(confirm_email=True)
    url = come(now) + "/danach-0"
    answer = send(client, url)
    assert rows()[1].status == "confirmed"
    assert "korrigieren" not in client.get(answer.location).text


def test_all_that_the_next_one_asks(client: FlaskClient) -> None:
    question = {"key": "anreise", "label": "Wie kommen Sie?", "type": "text", "required": True}
    now, _after = plan(
        has_online=True,
        join_url="https://raum.example/x",
        fields=["organisation", "diet"],
        questions=[question],
    )
    with transaction() as session:
        url = come(now) + "/danach-0"
        session.execute(update(Registration).values(organisation="Verein Muster"))
    page = client.get(url).text
    assert 'value="Verein Muster"' in page
    assert 'value="in_person" checked' in page
    assert "<details" in page
    refused = send(client, url, attendance="online", organisation="Verein Neu")
    assert refused.status_code == 422
    assert "Beantworten Sie bitte diese Frage." in refused.text
    assert 'value="Verein Neu"' in refused.text
    assert len(rows()) == 1
    good = send(client, url, attendance="online", organisation="Verein Neu", question_anreise="Zug")
    assert good.status_code == 303
    assert (rows()[1].attendance, rows()[1].organisation) == ("online", "Verein Neu")


def test_full_is_the_waiting_list_and_said_before(client: FlaskClient) -> None:
    now, after = plan(capacity_in_person=1)
    sign_up(after, "Ada")
    sign_up(now)
    url = f"{address_of(rows()[1])}/next/danach-0"
    assert "Auf die Warteliste setzen" in client.get(url).text
    assert send(client, url).status_code == 303
    assert rows()[2].status == "waitlisted"


def test_what_is_closed_meanwhile_is_told(client: FlaskClient) -> None:
    now, after = plan(capacity_in_person=1, waiting_list=False)
    url = come(now) + "/danach-0"
    token = token_of(client.get(url))
    sign_up(after, "Ada")
    answer = client.post(url, data={"form_token": token})
    assert answer.status_code == 422
    assert "Alle Plätze sind vergeben" in answer.text
    assert len(rows()) == 2


def test_a_full_workshop_is_told_beside_it(client: FlaskClient) -> None:
    workshop = {"slug": "eins", "title": "Werkstatt", "capacity": 1}
    now, after = plan(items=[workshop], waiting_list=False, capacity_in_person=10)
    url = come(now) + "/danach-0"
    sign_up(after, "Ada", items=("eins",))
    answer = send(client, url, programme_items=["eins"])
    assert answer.status_code == 422
    assert 'id="programme_items-error"' in answer.text


def test_another_network_a_draft_and_nonsense_are_not_there(client: FlaskClient) -> None:
    now, _after = plan()
    url = come(now)
    with transaction() as session:
        make_event(session, "fremd", network=make_network(session))
        make_event(session, "entwurf", status="draft", network=make_network(session))
    for slug in ("fremd", "entwurf", "gibt-es-nicht"):
        assert client.get(f"{url}/{slug}").status_code == 404
    assert client.get("/registrations/erfunden/next/danach-0").status_code == 404


def test_after_cancelling_one_may_come_back(client: FlaskClient) -> None:
    now, _after = plan()
    url = come(now) + "/jetzt"
    assert "schon angemeldet" in client.get(url).text
    cancel(rows()[0].id)
    assert "Verbindlich anmelden" in client.get(url).text


@pytest.mark.parametrize("n", [1, 4])
def test_the_page_asks_a_fixed_number_of_times(client: FlaskClient, n: int) -> None:
    now, *_after = plan(n)
    url = come(now) + "/danach-0"
    client.get(url)
    with counted(emptied=False) as seen:
        client.get(url)
    assert len([each for each in seen if each.startswith("SELECT")]) == STATEMENTS, seen


class TestLists:
    """What counts as next."""

    def listed(self, event: EventDefinition) -> list[str]:
        with reading() as connection:
            return [row[0].slug for row in list_next(connection, event, clock.now())]

    def own(self) -> list[str]:
        with reading() as connection:
            holder = queries.get_holder(connection, rows()[0].id)
            return [row[0].slug for row in list_next_of(connection, holder, clock.now())]

    @pytest.mark.usefixtures("app")
    def test_three_of_the_series_that_are_open(self) -> None:
        now, first, *_more = plan(5)
        assert self.listed(now) == ["danach-0", "danach-1", "danach-2"]
        sign_up(now)
        sign_up(first)
        assert self.own() == ["danach-1", "danach-2", "danach-3"]

    @pytest.mark.usefixtures("app")
    def test_without_a_series_those_of_the_kind_in_the_network(self) -> None:
        now, *_after = plan(2, in_series=False)
        assert self.listed(now) == ["danach-0", "danach-1"]

    @pytest.mark.usefixtures("app")
    @pytest.mark.parametrize("audience", ["invited", "members"])
    def test_none_that_is_not_for_all(self, audience: str) -> None:
        now, _after = plan(audience=audience)
        assert self.listed(now) == []

    @pytest.mark.usefixtures("app")
    def test_none_that_is_full_without_a_list(self) -> None:
        now, after = plan(capacity_in_person=1, waiting_list=False)
        sign_up(after, "Ada")
        assert self.listed(now) == []


def test_the_personal_page_lists_them_once_the_event_is_over(
    client: FlaskClient,
) -> None:
    now, first, _second = plan(2)
    page = come(now).removesuffix("/next")
    sign_up(first)
    assert "Die nächsten Termine" not in client.get(page).text
    with time_machine.travel(at(in_days(31), 9), tick=False):
        shown = client.get(page).text
    assert f"{page}/next/danach-1" in shown
    assert f"{page}/next/danach-0" not in shown
