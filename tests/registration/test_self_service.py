"""The holder changes what they told, takes consents back, moves to another address."""

import json
import re
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from eventapp import clock, sitecache
from eventapp.base import table_of
from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Event
from eventapp.forms import new_form_token
from eventapp.questions.actions import settle_need
from eventapp.questions.models import Need
from eventapp.questions.queries import count_new_needs
from eventapp.registration import changing
from eventapp.registration.addresses import forget_old
from eventapp.registration.data_file import tables_with_people
from eventapp.registration.models import Answer, Registration
from eventapp.tokens import keyring
from tests.factories import at, in_days, make_event, make_network, make_organisation, make_question
from tests.refusals import check_refused
from tests.registration.posted import Posted, post
from tests.registration.test_actions import cancel, event_of, mails, plan, rows, sign_up
from tests.registration.test_holder_pages import ERIKA, address_of

NEW = "neu@example.org"
NEEDS = {"assistance": "Ein Platz vorn", "assistance_kinds": ["captions"], "diet": ["vegan"]}
ALL = ("organisation", "role", "assistance", "diet", "door_note", "photo_consent", "list_consent")


def send(client: FlaskClient, url: str, **values: Any) -> TestResponse:
    return client.post(url, data={"form_token": new_form_token(clock.now()), **values})


def change(client: FlaskClient, **values: Any) -> TestResponse:
    return send(client, f"{address_of(rows()[0])}/change", **{**ERIKA, **values})


def asking(*questions: dict[str, Any], **values: Any) -> EventDefinition:
    with transaction() as session:
        event = make_event(session, network=make_network(session), fields=list(ALL), **values)
        for position, question in enumerate(questions):
            make_question(session, event, position=position, **question)
        slug = event.slug
    return event_of(slug)


def needs_of(row: Any) -> dict[str, Any]:
    return dict(keyring().open(row.needs_sealed)) if row.needs_sealed else {}


def answers() -> dict[int, Any]:
    with reading() as connection:
        found = connection.execute(select(table_of(Answer)).order_by(Answer.question_id))
        return {
            row.question_id: keyring().open(row.value_sealed) if row.value_sealed else row.value
            for row in found
        }


# --- what they told -------------------------------------------------------------------------------


def test_the_form_shows_what_stands_and_saves_it_again(client: FlaskClient) -> None:
    event = asking({"key": "anreise"})
    more: dict[str, Any] = {"needs": NEEDS, "photo_consent": ["print"], "list_consent": True}
    sign_up(event, answers={event.questions[0]: "Zug"}, door_note="Kommt später", **more)
    before = rows()[0]
    page = client.get(f"{address_of(before)}/change").text
    for shown in ("Ein Platz vorn", "Kommt später", "Zug", 'value="Erika"'):
        assert shown in page
    ticked = set(re.findall(r'value="(\w+)" checked', page))
    assert {"captions", "vegan", "print", "y"} == ticked
    values = {**NEEDS, "door_note": "Kommt später", "question_anreise": "Zug"}
    answer = change(client, **values, photo_consent=["print"], list_consent="y")
    assert answer.location.endswith("?done=changed")
    assert rows()[0] == before  # nothing was changed
    assert len(mails()) == 1
    assert "Ihre Änderungen sind gespeichert." in client.get(answer.location).text


def test_a_name_on_the_ticket_is_confirmed_by_mail_a_need_is_not(client: FlaskClient) -> None:
    sign_up(asking())
    before = rows()[0]
    post()
    assert change(client, diet=["vegan"]).status_code == 303
    assert post() == []
    assert (
        change(client, last_name="Öffner", organisation="Verein", diet=["vegan"]).status_code == 303
    )
    [mail] = post()
    row = rows()[0]
    assert (row.last_name, row.organisation, row.sort_key) == ("Öffner", "Verein", "offner erika")
    assert (row.person_key, row.organisation_key) == ("erika@example.org\nerika\nöffner", "verein")
    assert (row.sequence, row.manage_hash) == (before.sequence, before.manage_hash)
    assert (mail.subject, mail.acts) == ("Ihre Anmeldung hat sich geändert: " + event_title(), [])


def event_title() -> str:
    with reading() as connection:
        return str(connection.execute(select(Event.title)).scalar_one())


def test_other_needs_are_open_again_and_new_to_the_office(client: FlaskClient) -> None:
    event = asking()
    sign_up(event, needs={"assistance": "Rampe"})
    row, now = rows()[0], clock.now()
    with transaction() as session:
        settle_need(session, row.id, state="arranged", note="Rampe liegt", seen=None, by=1, now=now)
    assert change(client, assistance="Rampe und Schriftdolmetschung").status_code == 303
    with reading() as connection:
        need = connection.execute(select(table_of(Need))).one()
        assert count_new_needs(connection, [event.id]) == {event.id: 1}
    assert (need.state, need.changed_by) == ("open", None)
    assert keyring().open(need.note_sealed) == "Rampe liegt"
    assert needs_of(rows()[0]) == {"assistance": "Rampe und Schriftdolmetschung"}
    assert rows()[0].needs_told_at is not None


def test_what_is_asked_no_more_stays_as_it_is(client: FlaskClient) -> None:
    sign_up(asking(), needs=NEEDS, photo_consent=["print"])
    with transaction() as session:
        session.execute(update(Event).values(fields=["door_note"]))
        sitecache.bump(session, clock.now())
    assert change(client, door_note="Kommt später").status_code == 303
    row = rows()[0]
    assert (needs_of(row), row.photo_consent, row.door_note) == (NEEDS, ["print"], "Kommt später")


def test_answers_follow_their_conditions_and_keep_what_is_offered_no_more(
    client: FlaskClient,
) -> None:
    event = asking(
        {"key": "essen", "type": "yes_no"},
        {"key": "was", "only_if": {"question": "essen", "is": "yes"}, "sensitive": True},
        {"key": "bahn", "type": "choice", "options": ["ICE"]},
        {"key": "kamera", "only_for": "online"},
        has_online=True,
    )
    first, second, third, fourth = event.questions
    sign_up(event, answers={first: "yes", second: "Nuss", third: "TEE", fourth: "alt"})
    url = f"{address_of(rows()[0])}/change"
    page = client.get(url).text
    assert "Nuss" in page
    assert 'value="TEE" checked' in page
    assert "question_kamera" not in page
    change(client, question_essen="no", question_was="Nuss", question_bahn="TEE")
    assert answers() == {first.id: "no", third.id: "TEE", fourth.id: "alt"}


def test_a_wrong_form_keeps_what_was_typed(client: FlaskClient) -> None:
    sign_up(asking(), needs=NEEDS)
    before = rows()
    answer = change(client, first_name="", last_name="Neu", email="falsch", assistance="Anders")
    assert answer.status_code == 422
    assert "<title>Fehler: " in answer.text
    for kept in ('value="Neu"', 'value="falsch"', "Anders", "Nennen Sie Ihren Vornamen."):
        assert kept in answer.text
    assert rows() == before


def test_two_people_of_one_mailbox_do_not_become_one(client: FlaskClient) -> None:
    event = plan()
    sign_up(event)
    sign_up(event, "Ada")
    with transaction() as session:
        email, person = "erika@example.org", "erika@example.org\nada\nbeispiel"
        session.execute(
            update(Registration)
            .where(Registration.id == rows()[1].id)
            .values(email=email, email_key=email, person_key=person)
        )
    answer = change(client, first_name="Ada")
    assert answer.status_code == 422
    assert "schon jemand eingetragen" in answer.text


def test_the_organisation_of_the_register_stays(client: FlaskClient) -> None:
    sign_up(asking())
    with transaction() as session:
        member = make_organisation(session, name="Stadt Muster")
        session.execute(
            update(Registration).values(organisation=member.name, organisation_id=member.id)
        )
    page = client.get(f"{address_of(rows()[0])}/change").text
    assert "Ihre Organisation ändert das Team für Sie." in page
    assert change(client, organisation="Andere").status_code == 303
    assert rows()[0].organisation == "Stadt Muster"


@pytest.mark.parametrize("language", ["de", "en"])
def test_what_begins_while_one_changes_it_is_refused_and_all_is_kept(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """The page was still in time; the lock came after the beginning."""
    event = asking({"key": "anreise"})
    sign_up(event, answers={event.questions[0]: "Zug"})
    before, url = rows(), f"{address_of(rows()[0])}/change?lang={language}"
    in_time = changing.change

    def too_late(*args: Any, now: datetime) -> None:
        del now
        in_time(*args, now=event.start)

    monkeypatch.setattr(changing, "change", too_late)
    answer = send(client, url, **{**ERIKA, "last_name": "Neu", "question_anreise": "Rad"})
    check_refused(answer, "change-closed", language)
    assert 'value="Neu"' in answer.text
    assert "Rad" in answer.text
    assert (rows(), answers()) == (before, {event.questions[0].id: "Zug"})


# --- another address ------------------------------------------------------------------------------


def link_in(mail: Posted) -> str:
    found = re.search(r"https://events\.example(/addresses/\S+)", mail.text)
    assert found
    return found[1]


def test_a_new_address_counts_once_it_is_confirmed(client: FlaskClient) -> None:
    sign_up(plan())
    [first] = post()
    before = rows()[0]
    assert change(client, email=NEW).status_code == 303
    page = client.get(address_of(before)).text
    assert "Ihre neue Adresse gilt noch nicht." in page
    assert NEW in page
    assert rows()[0].email == "erika@example.org"
    [asked] = post()
    assert asked.recipient == NEW
    assert address_of(before).rpartition("/")[2] not in asked.text
    assert client.get(link_in(asked)).status_code == 200  # as mail scanners do
    assert rows()[0].email == "erika@example.org"
    moved = send(client, link_in(asked))
    assert moved.status_code == 303
    row = rows()[0]
    assert row.email == row.email_key == NEW
    assert moved.location == f"{address_of(row)}?done=address"
    assert client.get(moved.location).status_code == 200
    assert client.get(address_of(before)).status_code == 410
    former, new = post()
    [(_, uid, sequence)] = first.acts
    assert (former.recipient, former.acts) == ("erika@example.org", [("CANCEL", uid, sequence + 1)])
    assert (new.recipient, new.acts) == (NEW, [("REQUEST", uid, sequence + 2)])
    stamps = [mail.calendars[0].events[0]["DTSTAMP"].dt for mail in (first, former, new)]
    assert stamps == sorted(set(stamps))
    assert address_of(row).rpartition("/")[2] not in former.text
    assert NEW not in former.message.as_string()
    assert client.get(link_in(asked)).status_code == 410
    assert send(client, link_in(asked)).status_code == 410
    assert post() == []


def test_a_wish_is_mailed_again_or_taken_back(client: FlaskClient) -> None:
    sign_up(plan())
    post()
    url = address_of(rows()[0])
    change(client, email=NEW)
    [first] = post()
    change(client, email=NEW, last_name="Neu")  # the form shows the wish; it stays
    assert client.get(link_in(first)).status_code == 200
    assert [mail.subject[:11] for mail in post()] == ["Ihre Anmeld"]
    send(client, f"{url}/address")
    assert post() == []  # within ten minutes
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        send(client, f"{url}/address")
        [second] = post()
    assert client.get(link_in(first)).status_code == 410
    assert client.get(link_in(second)).status_code == 200
    assert send(client, f"{url}/address", keep="y").location == url
    assert client.get(link_in(second)).status_code == 410
    assert "Ihre neue Adresse gilt noch nicht." not in client.get(url).text
    assert rows()[0].email == "erika@example.org"


def test_the_link_ends_after_two_days_and_with_the_registration(client: FlaskClient) -> None:
    sign_up(plan())
    change(client, email=NEW)
    link = link_in(post()[-1])
    with time_machine.travel(clock.now() + timedelta(hours=49)):
        assert client.get(link).status_code == 410
        with transaction() as session:
            forget_old(session, now=clock.now())
        assert "gilt noch nicht" not in client.get(address_of(rows()[0])).text
    change(client, email=NEW)
    link = link_in(post()[-1])
    cancel(rows()[0].id)
    assert send(client, link).status_code == 410


def test_an_address_where_one_is_registered_already_is_said_only_there(
    client: FlaskClient,
) -> None:
    event = plan()
    sign_up(event)
    sign_up(event, "Zweite")
    with transaction() as session:
        session.execute(
            update(Registration)
            .where(Registration.id == rows()[1].id)
            .values(email=NEW, email_key=NEW, person_key=f"{NEW}\nerika\nbeispiel")
        )
    assert change(client, email=NEW).status_code == 303
    link = link_in(next(mail for mail in post() if "/addresses/" in mail.text))
    answer = send(client, link)
    assert answer.status_code == 422
    assert "schon jemand eingetragen" in answer.text
    assert rows()[0].email == "erika@example.org"


def test_only_the_spelling_of_the_address_needs_no_link(client: FlaskClient) -> None:
    sign_up(plan())
    post()
    change(client, email="Erika@example.org")
    assert rows()[0].email == "Erika@example.org"
    assert post() == []


# --- consents, and all that is stored -------------------------------------------------------------


def test_consents_are_taken_back_one_by_one_also_when_all_is_over(client: FlaskClient) -> None:
    sign_up(asking(), photo_consent=["report", "print"], list_consent=True)
    url = address_of(rows()[0])
    page = client.get(url).text
    assert page.count("Zurücknehmen") == 3
    assert send(client, f"{url}/consents", consent="report").location == f"{url}?done=withdrawn"
    assert (rows()[0].photo_consent, rows()[0].list_consent) == (["print"], True)
    with time_machine.travel(at(in_days(40), 12)):
        assert client.get(url).text.count("Zurücknehmen") == 2
        send(client, f"{url}/consents", consent="list")
        send(client, f"{url}/consents", consent="list")
    assert (rows()[0].photo_consent, rows()[0].list_consent) == (["print"], False)
    refused = client.post(f"{url}/consents", data={"form_token": "1.2.3", "consent": "print"})
    assert (refused.status_code, rows()[0].photo_consent) == (422, ["print"])


def test_the_data_file_holds_everything_and_no_key(client: FlaskClient) -> None:
    event = asking({"key": "anreise", "sensitive": True})
    sign_up(event, needs=NEEDS, answers={event.questions[0]: "mit dem Rad"})
    url = f"{address_of(rows()[0])}/data.zip"
    answer = client.get(url)
    assert answer.headers["Cache-Control"] == "private, no-store"
    archive = ZipFile(BytesIO(answer.data))
    names = [name.rpartition("/")[2] for name in archive.namelist()]
    assert names == ["anmeldung.json", "termin.ics"]
    text = archive.read(archive.namelist()[0]).decode()
    data = json.loads(text)["stored"]
    assert data["registration"][0]["email"] == "erika@example.org"
    assert data["registration"][0]["needs"] == NEEDS
    assert data["answer"][0]["question"] == "Anreise?"
    assert data["answer"][0]["value"] == "mit dem Rad"
    assert data["signup"][0]["masked_email"] == "e…a@example.org"
    for secret in keyring().open(rows()[0].secrets_sealed).values():
        assert secret not in text


def test_the_data_file_knows_every_table_about_a_registration() -> None:
    about = {"answer", "need", "place", "presence", "scan", "registration_date"}
    assert about <= set(tables_with_people())


@pytest.mark.parametrize("act", ["/consents", "/address"])
def test_a_cancelled_registration_still_answers(client: FlaskClient, act: str) -> None:
    sign_up(plan())
    cancel(rows()[0].id)
    assert send(client, f"{address_of(rows()[0])}{act}").status_code == 303


# --- one more person ------------------------------------------------------------------------------


def test_one_more_person_needs_to_type_only_a_name(client: FlaskClient) -> None:
    event = asking(has_online=True)
    sign_up(event, attendance="online")
    with transaction() as session:
        session.execute(update(Registration).values(organisation="Verein Muster"))
    url = address_of(rows()[0])
    assert "Noch jemanden anmelden" in client.get(url).text
    page = client.get(f"{url}/another")
    assert page.headers["Cache-Control"] == "private, no-store"
    for shared in ('value="erika@example.org"', 'value="Verein Muster"', 'value="online" checked'):
        assert shared in page.text
    assert 'value="Erika"' not in page.text
    [form] = re.findall(r'<form class="form" method="post" action="([^"]+)"', page.text)
    person = {"first_name": "Otto", "last_name": "Beispiel", "email": "erika@example.org"}
    assert send(client, form, **person, attendance="online").status_code == 303
    first, second = rows()
    assert (second.email, second.status, second.attendance) == (first.email, "confirmed", "online")
    assert second.ticket_hash != first.ticket_hash
    assert "Otto Beispiel" in client.get(url).text


def test_one_more_person_is_told_when_sign_up_is_over(client: FlaskClient) -> None:
    event = plan(capacity_in_person=1, waiting_list=False)
    sign_up(event)
    page = client.get(f"{address_of(rows()[0])}/another").text
    assert "Alle Plätze sind vergeben" in page
    assert 'name="first_name"' not in page
