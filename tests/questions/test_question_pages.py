"""The questions of an event by form alone, and what people have answered meanwhile."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eventapp.base import table_of
from eventapp.db import reading
from eventapp.events.definition import QuestionDefinition
from eventapp.networks.models import Role
from eventapp.registration.models import Answer
from eventapp.tokens import keyring
from tests.planning.office import Office, event_of, send, shown
from tests.refusals import check_refused
from tests.registration.test_actions import sign_up

LIST = "/organise/events/treffen/questions"
FIELDS = "/organise/events/treffen/fields"
WAY: dict[str, Any] = {
    "label": "Wie reisen Sie an?",
    "type": "choice",
    "options": "Bahn\nRad",
    "purpose": "Für die Räder",
    "delete_after_days": "14",
}
KEY = "wie-reisen-sie-an"


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app, "treffen", has_online=True)


def asked(key: str = KEY) -> QuestionDefinition:
    return next(each for each in event_of("treffen").questions if each.key == key)


def answer(*values: Any, key: str = KEY) -> None:
    for n, value in enumerate(values):
        sign_up(event_of("treffen"), f"Gast{n}", token=f"{key}{n}", answers={asked(key): value})


def stored() -> list[tuple[Any, Any]]:
    with reading() as connection:
        rows = connection.execute(select(table_of(Answer).c.value, table_of(Answer).c.value_sealed))
        return [(value, sealed and keyring().open(sealed)) for value, sealed in rows]


def test_a_question_is_asked_at_once_moved_and_taken_out(office: Office) -> None:
    ada = office.ada()
    assert "Noch fragen Sie nichts Eigenes." in ada.get(LIST).text
    assert (
        send(ada, LIST, **WAY, required="y", only_for="in_person").location == f"{LIST}?done=added"
    )
    more = {**WAY, "label": "Allergien?", "type": "text", "options": ""}
    send(ada, LIST, **more, only_if=f"{KEY}=Rad")
    way, food = event_of("treffen").questions
    assert (way.options, way.required, way.only_for) == (("Bahn", "Rad"), True, "in_person")
    assert food.only_if == {"question": KEY, "is": "Rad"}
    page = ada.get("/events/treffen/register").text
    assert "Nur wenn Sie vor Ort dabei sind. Für die Räder" in page
    assert "Nur wenn Sie bei „Wie reisen Sie an?“ „Rad“ antworten." in page
    assert "Das klingt nach Gesundheit" in ada.get(LIST).text
    assert send(ada, f"{LIST}/allergien/up").location == f"{LIST}?done=kept"
    refused = send(ada, f"{LIST}/{KEY}/delete")
    check_refused(refused, "question-asked-after", label="Allergien?")
    send(ada, LIST, **{**WAY, "label": "Noch etwas?"})
    assert send(ada, f"{LIST}/noch-etwas/up").location == f"{LIST}?done=moved"
    assert [each.key for each in event_of("treffen").questions] == [KEY, "noch-etwas", "allergien"]
    send(ada, f"{LIST}/allergien/delete")
    send(ada, f"{LIST}/{KEY}/delete")
    assert "Wie reisen Sie an?" not in ada.get("/events/treffen/register").text


WRONG = [
    ({"label": ""}, "Schreiben Sie die Frage auf."),
    ({"purpose": " "}, "Sagen Sie, wofür Sie die Antwort brauchen."),
    ({"delete_after_days": ""}, "Sagen Sie, nach wie vielen Tagen"),
    ({"delete_after_days": "9999"}, "Eine Zahl zwischen 0 und 3650."),
    ({"options": "Bahn"}, "mindestens zwei Antworten"),
    ({"options": "Bahn\nBahn"}, "„Bahn“ steht zweimal da."),
    ({"type": "text"}, "Bei dieser Art gibt es nichts zur Auswahl."),
    ({"type": "color"}, "Wählen Sie aus den angebotenen Möglichkeiten."),
]


def test_what_does_not_fit_is_said(office: Office) -> None:
    ada = office.ada()
    for values, said in WRONG:
        answered = send(ada, LIST, **{**WAY, **values})
        assert answered.status_code == 422
        assert answered.text.count(said) == 2
    assert event_of("treffen").questions == ()


def test_what_was_answered_stays(office: Office) -> None:
    ada = office.ada()
    send(ada, LIST, **WAY)
    answer("Bahn", "Rad")
    form = shown(ada, f"{LIST}/{KEY}")
    fewer = {**form, "label": "Wie kommen Sie?", "options": "Bahn\nAuto"}
    refused = send(ada, f"{LIST}/{KEY}", **fewer)
    check_refused(refused, "options-chosen", option="Rad", n=1)
    send(ada, f"{LIST}/{KEY}", **fewer, drop_chosen="y")
    assert asked().options == ("Bahn", "Auto")
    page = ada.get(LIST).text
    assert "Nicht mehr angeboten, aber gewählt:" in page
    form = shown(ada, f"{LIST}/{KEY}")
    refused = send(ada, f"{LIST}/{KEY}", **{**form, "type": "choices"})
    check_refused(refused, "question-type-in-use", n=2)
    assert stored() == [("Bahn", None), ("Rad", None)]
    assert "2 Personen haben geantwortet" in ada.get(f"{LIST}/{KEY}/delete").text
    send(ada, f"{LIST}/{KEY}/delete")
    assert (stored(), event_of("treffen").questions) == ([], ())


def test_answers_become_confidential_with_their_question_and_stay_so(office: Office) -> None:
    ada = office.ada()
    send(ada, LIST, **WAY)
    answer("Bahn")
    form = shown(ada, f"{LIST}/{KEY}")
    send(ada, f"{LIST}/{KEY}", **form, sensitive="y")
    assert stored() == [(None, "Bahn")]
    form = shown(ada, f"{LIST}/{KEY}")
    assert "Bahn</bdi>: 1" in ada.get(f"{LIST}/{KEY}").text
    del form["sensitive"]
    refused = send(ada, f"{LIST}/{KEY}", **form)
    check_refused(refused, "question-was-confidential", n=1)
    assert stored() == [(None, "Bahn")]


def test_an_old_form_overwrites_nothing(office: Office) -> None:
    ada = office.ada()
    send(ada, LIST, **WAY)
    old, fields = shown(ada, f"{LIST}/{KEY}"), shown(ada, FIELDS)
    send(ada, f"{LIST}/{KEY}", **{**old, "label": "Zuerst"})
    for address, form in ((f"{LIST}/{KEY}", {**old, "label": "Danach"}), (FIELDS, fields)):
        refused = send(ada, address, **form)
        check_refused(refused, "changed-meanwhile")
    assert asked().label == "Zuerst"


def test_the_usual_fields_are_switched(office: Office) -> None:
    ada = office.ada()
    form = {"fields": ["diet", "organisation"], "assistance_contact": "Frau Berg"}
    revision = shown(ada, FIELDS)["revision"]
    late = send(ada, FIELDS, **form, revision=revision, assistance_deadline="1.1.2100")
    assert "Der Tag liegt nach dem Beginn" in late.text
    assert send(ada, FIELDS, **form, revision=revision).location == f"{LIST}?done=fields"
    assert event_of("treffen").fields == ("organisation", "diet")
    assert 'name="diet"' in ada.get("/events/treffen/register").text


def test_a_question_of_a_question_not_asked_is_not_asked(office: Office) -> None:
    """Its required answer is not missed by those who were never asked the first."""
    ada = office.ada()
    send(ada, LIST, **WAY, only_for="online")
    more = {**WAY, "label": "Helm?", "type": "yes_no", "options": "", "required": "y"}
    send(ada, LIST, **more, only_if=f"{KEY}=Rad")
    page = "/events/treffen/register"
    person = {"first_name": "E", "last_name": "B", "email": "e@example.org"}
    token = ada.field(page, "form_token")
    form = {**person, "form_token": token, f"question_{KEY}": "Rad"}
    assert ada.post(page, data={**form, "attendance": "online"}).status_code == 422
    assert ada.post(page, data={**form, "attendance": "in_person"}).status_code == 303


def test_only_who_may_edit(office: Office) -> None:
    send(office.ada(), LIST, **WAY)
    ben, cleo = office.somebody(Role.ASSISTANCE), office.cleo()
    for browser, code in ((ben, 403), (cleo, 404)):
        for address in (LIST, f"{LIST}/{KEY}", f"{LIST}/{KEY}/delete", FIELDS):
            assert browser.get(address).status_code == code
            assert send(browser, address, **WAY).status_code == code
        assert send(browser, f"{LIST}/{KEY}/down").status_code == code
    assert asked().label == "Wie reisen Sie an?"


def test_hostile_words_are_text(office: Office) -> None:
    ada, words = office.ada(), "<img onerror=1> {{7*7}} %s %(purpose)s"
    send(ada, LIST, **{**WAY, "label": words, "options": f"{words}\n=1+1", "purpose": words})
    [question] = event_of("treffen").questions
    for address in (LIST, f"{LIST}/{question.key}", "/events/treffen/register"):
        page = ada.get(address).text
        assert "&lt;img onerror=1&gt; {{7*7}} %s %(purpose)s" in page
        assert "<img onerror" not in page
