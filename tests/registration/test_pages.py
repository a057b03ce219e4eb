"""Sign-up over HTTP without cookie and script: what a participant meets."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventapp import clock
from eventapp.db import transaction
from eventapp.events.actions import update_event
from eventapp.forms import new_form_token, without_controls
from eventapp.pagecache import slot
from eventapp.registration import actions
from tests.factories import ORIGIN, make_event, make_item, make_network, make_question
from tests.pdfs import text_of
from tests.registration.test_actions import cancel, mails, plan, rows, statuses

PERSON = {"first_name": "Erika", "last_name": "Beispiel", "email": "erika@example.org"}
TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


def token_of(response: TestResponse) -> str:
    found = TOKEN.search(response.text)
    assert found, response.text[:2000]
    return found[1]


def filled(client: FlaskClient, slug: str, **values: Any) -> dict[str, Any]:
    token = token_of(client.get(f"/events/{slug}/register"))
    return {"form_token": token, "website": "", **PERSON, **values}


def send(client: FlaskClient, slug: str, **values: Any) -> TestResponse:
    return client.post(f"/events/{slug}/register", data=filled(client, slug, **values))


def manage_token() -> str:
    from eventapp.tokens import keyring

    return str(keyring().open(rows()[-1].secrets_sealed)["manage"])


def test_signs_up_in_two_requests(client: FlaskClient) -> None:
    event = plan()
    answer = send(client, event.slug)
    assert answer.status_code == 303
    assert "Set-Cookie" not in answer.headers
    receipt = client.get(answer.location)
    assert "Sie sind angemeldet" in receipt.text
    assert "e…a@example.org" in receipt.text
    assert "erika@example.org" not in receipt.text
    assert statuses() == ["confirmed"]


def test_a_language_asked_for_lasts_to_the_mails(client: FlaskClient) -> None:
    """Against the browser's own language, and without a word of it on the way."""
    event = plan(has_online=True)
    german = {"Accept-Language": "de"}
    form = client.get(f"/events/{event.slug}/register?lang=en", headers=german)
    found = re.search(r'<form [^>]*action="([^"]*/register[^"]*)"', form.text)
    assert found
    data = {**PERSON, "form_token": token_of(form), "website": ""}
    wrong = client.post(found[1], data=data, headers=german)
    assert wrong.status_code == 422
    assert '<html lang="en">' in wrong.text
    answer = client.post(found[1], data={**data, "attendance": "online"}, headers=german)
    assert '<html lang="en">' in client.get(answer.location, headers=german).text
    assert rows()[0].language == "en"


def test_the_kept_page_carries_fresh_tokens_and_places(client: FlaskClient) -> None:
    event = plan(capacity_in_person=2, has_online=True)
    first = client.get(f"/events/{event.slug}/register")
    send(client, event.slug, attendance="in_person")
    second = client.get(f"/events/{event.slug}/register")
    assert token_of(first) != token_of(second)
    assert "Noch 2 Plätze" in first.text
    assert "Noch 1 Platz" in second.text


HOSTILE = [
    "=HYPERLINK(1)",
    "<img src=x onerror=alert(1)>",
    "{{7*7}}",
    "Zoë 🎉",
    "A\r\nBcc: x@example.org",
    "\u202egnp.exe",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_stored_inert(client: FlaskClient, text: str) -> None:
    event = plan()
    answer = send(client, event.slug, first_name=text)
    assert answer.status_code == 303
    stored = rows()[0].first_name
    assert "\n" not in stored
    assert "\r" not in stored
    assert "\u202e" not in stored
    page = client.get(f"/registrations/{manage_token()}")
    assert "<img src=x" not in page.text


def test_text_that_looks_like_a_slot_is_shown_as_text(client: FlaskClient) -> None:
    """In the field whose value no filter reaches, typed or copied from a page of ours."""
    with transaction() as session:
        event = make_event(session, network=make_network(session))
        make_question(session, event, "zahl", type="number")
        slug = event.slug
    for hostile in ("\ue000slot:form_token\ue001", "\ue000slot:x\ue001", slot("form_token")):
        answer = send(client, slug, question_zahl=f"12\x00{hostile}")
        assert answer.status_code == 422
        found = re.search(r'name="question_zahl" value="([^"]*)"', answer.text)
        assert found
        assert found[1] == without_controls(f"12{hostile}")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("first_name", "", "Nennen Sie Ihren Vornamen."),
        ("last_name", " \u200b ", "Nennen Sie Ihren Nachnamen."),
        ("first_name", "x" * 5000, "höchstens 100 Zeichen"),
        ("email", "", "Nennen Sie Ihre E-Mail-Adresse."),
        ("email", "erika", "Ergänzen Sie das @"),
        ("email", "erika@", "Nach dem @ fehlt der Anbieter"),
        ("email", "erika@bei spiel", "Prüfen Sie die Adresse"),
        ("website", "http://spam.example", "Lassen Sie dieses Feld leer."),
        ("attendance", "", "Wählen Sie, wie Sie teilnehmen."),
        ("attendance", "nirgends", "Wählen Sie"),
        ("choice_workshop", "z", ""),
        ("programme_items", "z", "Wählen Sie aus den angebotenen Programmpunkten."),
    ],
)
def test_wrong_input_keeps_everything_and_says_what_to_do(
    client: FlaskClient, field: str, value: str, sentence: str
) -> None:
    workshop = {"slug": "a", "choice_group": "workshop"}
    event = plan(has_online=True, fields=["organisation"], items=[workshop])
    values = {"attendance": "online", "organisation": "Freiwilligenagentur „Süd“", field: value}
    answer = send(client, event.slug, **values)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "<title>Fehler: " in answer.text
    assert "Freiwilligenagentur „Süd“" in answer.text
    assert rows() == []


def test_an_expired_or_forged_token_returns_the_filled_form(client: FlaskClient) -> None:
    event = plan()
    for token in ("", "1.2.3", new_form_token(clock.now()).replace(".", ".x", 1)):
        answer = send(client, event.slug, form_token=token)
        assert answer.status_code == 422
        assert 'value="erika@example.org"' in answer.text
        retry = filled(client, event.slug, form_token=token_of(answer))
        assert client.post(f"/events/{event.slug}/register", data=retry).status_code == 303


def test_the_same_person_again_learns_nothing(client: FlaskClient) -> None:
    event = plan()
    send(client, event.slug)
    again = client.get(send(client, event.slug).location)
    assert "Wir haben Ihnen geschrieben" in again.text
    assert "Adresse berichtigen" not in again.text
    assert len(rows()) == 1


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"status": "cancelled"}, "abgesagt"),
        ({"capacity_in_person": 0, "waiting_list": False}, "Plätze"),
    ],
)
def test_closed_says_why(client: FlaskClient, values: dict[str, Any], text: str) -> None:
    event = plan(**values)
    answer = client.get(f"/events/{event.slug}/register")
    assert answer.status_code == 200
    assert text in answer.text
    assert "form_token" not in answer.text
    data = {"first_name": "A", "last_name": "B", "email": "a@example.org"}
    token = new_form_token(clock.now())
    answer = client.post(
        f"/events/{event.slug}/register", data={**data, "form_token": token, "website": ""}
    )
    assert answer.status_code == 422
    assert rows() == []


def test_unknown_and_draft_are_404(client: FlaskClient) -> None:
    event = plan(status="draft")
    for slug in ("gibt-es-nicht", event.slug):
        for address in (f"/events/{slug}", f"/events/{slug}/register"):
            assert client.get(address).status_code == 404


def test_a_full_workshop_is_said_beside_its_field(client: FlaskClient) -> None:
    item = {"slug": "a", "title": "Nachwuchs", "choice_group": "workshop", "capacity": 0}
    event = plan(items=[item], waiting_list=False)
    answer = send(client, event.slug, choice_workshop="a")
    assert answer.status_code == 422
    assert "„Nachwuchs“ ist inzwischen ausgebucht" in answer.text


def test_questions_that_apply_are_required(client: FlaskClient) -> None:
    with transaction() as session:
        event = make_event(session, network=make_network(session), has_online=True)
        make_question(session, event, "bahn", type="yes_no", required=True, only_for="in_person")
        make_question(session, event, "essen", type="text", sensitive=True, position=1)
        slug = event.slug
    assert send(client, slug, attendance="online").status_code == 303
    missing = send(client, slug, attendance="in_person", email="b@example.org")
    assert missing.status_code == 422
    assert "Beantworten Sie bitte diese Frage." in missing.text
    values = {"question_bahn": "yes", "question_essen": "vegan", "email": "b@example.org"}
    assert send(client, slug, attendance="in_person", **values).status_code == 303


def test_the_holder_cancels_with_a_confirming_step(client: FlaskClient) -> None:
    event = plan(capacity_in_person=1)
    send(client, event.slug)
    address = f"/registrations/{manage_token()}"
    send(client, event.slug, email="ben@example.org")
    assert "Sie sind angemeldet" in client.get(address).text
    asked = client.get(f"{address}/cancel")
    assert statuses() == ["confirmed", "waitlisted"]
    answer = client.post(f"{address}/cancel", data={"form_token": token_of(asked)})
    assert answer.status_code == 303
    assert "abgesagt" in client.get(address).text
    assert statuses() == ["cancelled", "confirmed"]
    assert client.post(f"{address}/cancel", data={"form_token": token_of(asked)}).status_code == 303
    assert [kind for kind, _ in mails()].count("registration-cancelled") == 1


@pytest.mark.parametrize(("waiting_list", "capacity"), [(True, 5), (True, None), (False, 5)])
def test_the_cancel_page_says_who_gets_the_place(
    client: FlaskClient, waiting_list: bool, capacity: int | None
) -> None:
    event = plan(has_online=True, waiting_list=waiting_list, capacity_online=capacity)
    send(client, event.slug, attendance="online")
    for address in ("", "/cancel"):
        page = client.get(f"/registrations/{manage_token()}{address}").text
        passes_on = waiting_list and capacity is not None
        assert ("nächste Person auf der Warteliste" in page) is passes_on
        assert "oder online" not in page


def test_who_waits_has_no_place_to_pass_on(client: FlaskClient) -> None:
    event = plan(capacity_in_person=0)
    assert "Alle Plätze sind vergeben." in client.get(f"/events/{event.slug}/register").text
    send(client, event.slug)
    page = client.get(f"/registrations/{manage_token()}/cancel").text
    assert "Sie verlassen damit die Warteliste." in page
    assert "nächste Person" not in page


def test_needs_are_asked_for_only_where_they_can_be_told(client: FlaskClient) -> None:
    silent = {"contact_name": None, "contact_email": None}
    sentence = "um gut teilzunehmen"
    for values, said in (({}, True), (silent, False), ({**silent, "fields": ["assistance"]}, True)):
        event = plan(**values)
        assert (sentence in client.get(f"/events/{event.slug}").text) is said


def test_a_cancelled_event_claims_no_message(client: FlaskClient) -> None:
    event = plan(status="cancelled")
    for address in ("", "/register"):
        page = client.get(f"/events/{event.slug}{address}").text
        assert "Diese Veranstaltung findet nicht statt." in page
        assert "Nachricht bekommen" not in page


def test_the_holder_changes_the_workshop(client: FlaskClient) -> None:
    items = [{"slug": slug, "choice_group": "workshop", "capacity": 5} for slug in "ab"]
    event = plan(items=items)
    send(client, event.slug, choice_workshop="a")
    address = f"/registrations/{manage_token()}/change"
    page = client.get(address)
    assert re.search(r'value="a" checked', page.text)
    person = {"first_name": "Erika", "last_name": "Beispiel", "email": "erika@example.org"}
    data = {"form_token": token_of(page), **person, "choice_workshop": "b"}
    assert client.post(address, data=data).status_code == 303
    assert re.search(r'value="b" checked', client.get(address).text)


def test_files_of_the_holder(client: FlaskClient) -> None:
    event = plan()
    send(client, event.slug)
    address = f"/registrations/{manage_token()}"
    calendar = client.get(f"{address}/event.ics")
    assert b"METHOD:PUBLISH" in calendar.data
    assert b"ATTENDEE" not in calendar.data
    assert client.get(f"{address}/ticket.png").data.startswith(b"\x89PNG")
    printed = client.get(f"{address}/ticket.pdf")
    assert "Erika Beispiel" in text_of(printed.data)[0]
    assert printed.headers["Cache-Control"] == "private, no-store"


def test_correcting_the_address_ends_the_old_link(client: FlaskClient) -> None:
    event = plan()
    receipt = send(client, event.slug).location
    old = manage_token()
    page = client.get(receipt)
    data = {"form_token": token_of(page), "email": "richtig@example.org"}
    assert client.post(receipt, data=data).status_code == 303
    assert "r…g@example.org" in client.get(receipt).text
    assert client.get(f"/registrations/{old}").status_code == 410
    assert client.get(f"/registrations/{manage_token()}").status_code == 200
    assert "Adresse berichtigen" not in client.get(receipt).text


@pytest.mark.usefixtures("app")
def test_overlapping_single_items_are_refused(client: FlaskClient) -> None:
    with transaction() as session:
        event = make_event(session, network=make_network(session))
        for slug in ("a", "b"):
            make_item(session, event, slug, capacity=5)
        slug = event.slug
    answer = send(client, slug, programme_items=["a", "b"])
    assert answer.status_code == 422
    assert "liegen zur selben Zeit" in answer.text


def test_after_the_start_the_form_says_what_is_closed(client: FlaskClient) -> None:
    begun = [(clock.now() - timedelta(minutes=5), clock.now() + timedelta(hours=1))]
    event = plan(has_online=True, dates=begun)
    form = client.get(f"/events/{event.slug}/register")
    assert form.text.count("Anmeldung beendet") == 1
    answer = send(client, event.slug, attendance="in_person")
    assert answer.status_code == 422
    assert "zurzeit nicht möglich" in answer.text
    assert send(client, event.slug, attendance="online").status_code == 303


def test_a_form_from_before_a_change_is_shown_again_as_the_event_is_now(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = filled(client, plan(slug="treffen", has_online=True).slug, attendance="online")
    register = actions.register

    def somebody_is_faster(*args: Any, **kwargs: Any) -> str:
        monkeypatch.setattr(actions, "register", register)
        with transaction() as session:
            now = clock.now()
            update_event(session, "treffen", origin=ORIGIN, now=now, has_online=False)
        return register(*args, **kwargs)

    monkeypatch.setattr(actions, "register", somebody_is_faster)
    answer = client.post("/events/treffen/register", data=data)
    assert (answer.status_code, statuses()) == (422, [])
    assert "wurde gerade geändert" in answer.text
    assert 'value="Erika"' in answer.text
    assert 'value="online"' not in answer.text
    assert client.post("/events/treffen/register", data=data).status_code == 303


def test_the_receipt_of_what_was_cancelled_says_so(client: FlaskClient) -> None:
    event = plan()
    answer = send(client, event.slug)
    cancel(rows()[0].id)
    receipt = client.get(answer.location)
    assert "<h1>Diese Anmeldung ist abgesagt</h1>" in receipt.text
    assert "unterwegs" not in receipt.text
    data = {"form_token": token_of(client.get(f"/events/{event.slug}/register"))}
    late = client.post(answer.location, data={**data, "email": "neu@example.org"})
    assert late.status_code == 410
    assert client.post(answer.location, data={**data, "email": "x"}).status_code == 410


def test_the_form_names_the_day_until_which_assistance_can_be_booked(client: FlaskClient) -> None:
    asking = {"fields": ["assistance"], "assistance_deadline": date(2030, 5, 3)}
    assert (
        "bis 3.\N{NO-BREAK SPACE}Mai sicher buchen"
        in client.get(f"/events/{plan(**asking).slug}/register").text
    )
    asking["fields"] = []
    assert "sicher buchen" not in client.get(f"/events/{plan(**asking).slug}/register").text
