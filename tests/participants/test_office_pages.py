"""What the office does with people: cancel, give a place, enter, correct."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventapp import clock
from eventapp.db import transaction
from eventapp.events.actions import update_event
from eventapp.events.definition import EventDefinition
from eventapp.forms import new_form_token
from eventapp.tokens import keyring, shown_short_code
from tests.factories import ORIGIN
from tests.participants.test_console import address, enter, names_on, organiser
from tests.pdfs import text_of
from tests.refusals import check_refused
from tests.registration.posted import post
from tests.registration.test_actions import NOW, cancel, mails, plan, rows, sign_up, statuses
from tests.registration.test_holder_pages import address_of
from tests.visitors import Visitor


def send(browser: Visitor, url: str, **values: Any) -> Any:
    return browser.post(url, data={"csrf_token": browser.csrf_token(), **values})


def test_cancelling_asks_first_and_lets_the_next_move_up(app: Flask) -> None:
    event = plan(capacity_in_person=1)
    for name in ("Ada", "Ben"):
        sign_up(event, name)
    browser, url = organiser(app, event), address(event, f"/{rows()[0].id}/cancel")
    assert "Ada Beispiel" in browser.get(url).text
    assert statuses() == ["confirmed", "waitlisted"]
    answer = send(browser, url)
    assert answer.status_code == 303
    assert "Die Anmeldung ist abgesagt." in browser.get(answer.location).text
    assert statuses() == ["cancelled", "confirmed"]
    assert [kind for kind, _ in mails()[2:]] == ["registration-cancelled", "registration-promoted"]
    again = send(browser, url)
    assert again.status_code == 422
    assert "bereits abgesagt" in again.text
    assert len(mails()) == 4


def test_a_place_is_given_out_of_turn_and_beyond_only_when_said(app: Flask) -> None:
    item = {"slug": "a", "title": "Singen", "capacity": 5}
    event = plan(capacity_in_person=1, items=[item])
    sign_up(event, "Ada")
    sign_up(event, "Ben")
    cleo = enter(event, "Cleo", "Beispiel", items=("a",))
    browser, url = organiser(app, event), address(event, f"/{cleo}/place")
    asked = browser.get(url).text
    assert "Es ist kein Platz frei." in asked
    assert "1 Person davor" in asked
    refused = send(browser, url)
    assert refused.status_code == 422
    assert "Alle Plätze sind vergeben." in refused.text
    assert statuses() == ["confirmed", "waitlisted", "waitlisted"]
    given = send(browser, url, beyond="y")
    assert given.status_code == 303
    assert "hat jetzt einen Platz" in browser.get(given.location).text
    assert statuses() == ["confirmed", "waitlisted", "confirmed"]
    assert mails()[3:] == [("registration-promoted", cleo)]
    assert "Singen" in browser.get(address(event, "/list.csv")).text
    assert "(Warteliste)" not in browser.get(address(event, "/list.csv")).text
    assert "2 von 1 Plätzen" not in browser.get(url).text
    check_refused(send(browser, url), "not-waiting")  # holds one already
    cancel(cleo)  # free is 0 again: nobody moves up
    assert statuses() == ["confirmed", "waitlisted", "cancelled"]


NEW = {"first_name": "Änne", "last_name": "Groß", "email": "aenne@example.org"}


def entry(browser: Visitor, event: EventDefinition, **values: Any) -> Any:
    token = browser.field(address(event, "/new"), "form_token")
    return send(browser, address(event, "/new"), **{**NEW, "form_token": token, **values})


def test_a_person_is_entered_at_once_and_has_their_mail(app: Flask) -> None:
    event = plan(fields=["organisation"], registration_closes_at=NOW)  # closed to the public
    browser = organiser(app, event)
    answer = entry(browser, event, organisation="Verein")
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "Die Person ist eingetragen." in page
    assert "Änne Groß" in page
    assert mails() == [("registration-confirmed", rows()[0].id)]
    twin = entry(browser, event)
    assert twin.status_code == 422
    assert address(event, f"/{rows()[0].id}") in twin.text
    assert len(rows()) == 1


def test_the_same_entry_twice_is_one(app: Flask) -> None:
    event = plan()
    browser = organiser(app, event)
    token = browser.field(address(event, "/new"), "form_token")
    answers = [send(browser, address(event, "/new"), form_token=token, **NEW) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert len(rows()) == len(mails()) == 1
    assert send(browser, address(event, "/new"), form_token="x", **NEW).status_code == 422


@pytest.mark.parametrize("waiting_list", [True, False])
def test_entering_into_a_full_event(app: Flask, *, waiting_list: bool) -> None:
    event = plan(capacity_in_person=1, waiting_list=waiting_list)
    sign_up(event, "Ada")
    browser = organiser(app, event)
    assert "Trotzdem einen Platz geben" in browser.get(address(event, "/new")).text
    assert entry(browser, event).status_code == (303 if waiting_list else 422)
    other = entry(browser, event, first_name="Kim", beyond="y")
    assert other.status_code == 303
    assert statuses() == ["confirmed", *["waitlisted"][: int(waiting_list)], "confirmed"]


def test_what_is_wrong_with_an_entry_is_said_and_kept(app: Flask) -> None:
    event = plan()
    browser = organiser(app, event)
    answer = entry(browser, event, last_name="x" * 5000, email="aenne")
    assert answer.status_code == 422
    assert "Bitte prüfen Sie zwei Angaben" in answer.text
    assert 'value="Änne"' in answer.text
    assert rows() == []


def corrected(browser: Visitor, event: EventDefinition, person: int, **values: Any) -> Any:
    url = address(event, f"/{person}/correct")
    present = {"first_name": "Erika", "last_name": "Beispiel", "email": "gast0@example.org"}
    return send(browser, url, **{**present, **values})


def test_a_name_is_corrected_without_a_mail(app: Flask) -> None:
    event = plan()
    person = enter(event, "Erika", "Beispiel")
    browser, before = organiser(app, event), rows()[0]
    answer = corrected(browser, event, person, last_name="Öffner", organisation="Verein")
    assert answer.status_code == 303
    row = rows()[0]
    assert (row.last_name, row.organisation, row.sort_key) == ("Öffner", "Verein", "offner erika")
    assert row.manage_hash == before.manage_hash
    assert row.revised_at > before.revised_at
    assert len(mails()) == 1
    corrected(browser, event, person, last_name="Öffner", organisation="Verein")
    assert rows()[0].revised_at == row.revised_at  # nothing was changed
    assert names_on(browser.get(address(event, "?q=offner")).text) == ["Öffner, Erika"]


def test_another_address_gets_new_links_and_its_own_mail(app: Flask) -> None:
    event = plan()
    person = enter(event, "Erika", "Beispiel")
    browser, before = organiser(app, event), rows()[0]
    assert corrected(browser, event, person, email="neu@example.org").status_code == 303
    row = rows()[0]
    assert row.email == row.email_key == "neu@example.org"
    assert row.manage_hash != before.manage_hash
    assert [kind for kind, _ in mails()] == ["registration-confirmed"] * 2


def test_the_former_address_is_told_if_it_had_a_mail(app: Flask) -> None:
    event = plan()
    person = enter(event, "Erika", "Beispiel")
    [first] = post()
    corrected(organiser(app, event), event, person, email="neu@example.org")
    former, new = post()
    assert (former.recipient, new.recipient) == (first.recipient, "neu@example.org")
    [(_, uid, sequence)] = first.acts
    assert former.acts == [("CANCEL", uid, sequence + 1)]
    assert new.acts == [("REQUEST", uid, sequence + 2)]


def test_a_correction_does_not_make_two_of_one(app: Flask) -> None:
    event = plan()
    person = enter(event, "Erika", "Beispiel")
    other = enter(event, "Kim", "Muster")
    values = {"first_name": "Kim", "last_name": "Muster", "email": "gast1@example.org"}
    browser = organiser(app, event)
    answer = corrected(browser, event, person, **values)
    assert answer.status_code == 422
    assert address(event, f"/{other}") in answer.text
    for wrong in ({"email": "x"}, {"first_name": ""}, {"last_name": "x" * 5000}):
        assert corrected(browser, event, person, **wrong).status_code == 422
    cancel(person)
    assert corrected(browser, event, person).status_code == 422
    assert rows()[0].first_name == "Erika"


def test_a_cancelled_event_takes_nobody(app: Flask) -> None:
    event = plan(capacity_in_person=1)
    for name in ("Ada", "Ben"):
        sign_up(event, name)
    with transaction() as session:
        update_event(session, event.slug, origin=ORIGIN, now=clock.now(), status="cancelled")
    browser = organiser(app, event)
    assert send(browser, address(event, f"/{rows()[1].id}/place"), beyond="y").status_code == 422
    token = new_form_token(clock.now())
    assert send(browser, address(event, "/new"), form_token=token, **NEW).status_code == 422
    assert statuses() == ["confirmed", "waitlisted"]


# --- without an e-mail address --------------------------------------------------------------------


def test_somebody_without_an_address_gets_a_ticket_on_paper(app: Flask) -> None:
    event = plan(capacity_in_person=1)
    browser = organiser(app, event)
    answer = entry(browser, event, email="")
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "Drucken Sie ihr die Einlasskarte aus" in page
    assert "Sagen Sie der Person selbst Bescheid" in page
    assert mails() == []
    row = rows()[0]
    printed = browser.get(address(event, f"/{row.id}/ticket.pdf"))
    assert printed.mimetype == "application/pdf"
    assert printed.headers["Cache-Control"] == "private, no-store"
    [text] = text_of(printed.data)
    code = shown_short_code(keyring().open(row.secrets_sealed)["short_code"])
    for shown in ("Änne Groß", event.title, code):
        assert shown in text
    assert "Einlasskarte zum Drucken geholt" in browser.get(answer.location).text
    send(browser, address(event, f"/{row.id}/cancel"))
    assert post() == []
    assert "nicht gesendet: keine Adresse" in browser.get(address(event, f"/{row.id}")).text
    assert browser.get(address(event, f"/{row.id}/ticket.pdf")).status_code == 404


def test_people_without_an_address_share_no_mailbox(app: Flask, client: FlaskClient) -> None:
    event = plan()
    browser = organiser(app, event)
    for name in ("Änne", "Kim"):
        assert entry(browser, event, first_name=name, email="").status_code == 303
    assert "Kim" not in client.get(address_of(rows()[0])).text
    assert "dieselbe E-Mail-Adresse" not in browser.get(address(event, f"/{rows()[0].id}")).text
    again = entry(browser, event, first_name="Kim", email="")
    assert again.status_code == 422  # the same name, and nothing to tell them apart


def test_an_address_is_added_later_and_brings_the_mail(app: Flask) -> None:
    event = plan()
    browser = organiser(app, event)
    entry(browser, event, email="")
    row = rows()[0]
    values = {"first_name": "Änne", "last_name": "Groß", "email": ""}
    assert corrected(browser, event, row.id, **{**values, "last_name": "Klein"}).status_code == 303
    assert rows()[0].manage_hash == row.manage_hash
    corrected(browser, event, row.id, **{**values, "email": "neu@example.org"})
    assert [mail.recipient for mail in post()] == ["neu@example.org"]
    assert rows()[0].email_key == "neu@example.org"
