"""What organisers ask, when, and what they see of the answers."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from eventapp import clock
from eventapp.audit.models import AuditEntry
from eventapp.db import reading, transaction
from eventapp.evaluation import actions, queries
from eventapp.evaluation.rules import Kind, Results
from eventapp.evaluation.usual import USUAL
from eventapp.events.definition import EventDefinition
from eventapp.networks.models import Network, Role
from eventapp.registration.erasure import erase
from tests.evaluation.asked import OVER, SHORT, answer, ask, guest_of, make_over
from tests.factories import at, in_days, make_series
from tests.planning.office import Office, event_of, send
from tests.refusals import check_refused

URL = "/organise/events/treffen/evaluation"
SCALE = {"text": "Wie war es?", "kind": "scale", "low": "schlecht", "high": "gut"}


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app, "treffen", dates=OVER)


def asked() -> Any:
    with reading() as connection:
        return queries.find_asked(connection, event_of("treffen").id)


def results(event: EventDefinition) -> Results | None:
    with reading() as connection:
        return queries.find_results(connection, event, clock.now())


def fill(event: EventDefinition, scales: str, text: str = "") -> None:
    for place, value in enumerate(scales):
        given = {"q1": value, **({"q3": text} if text and place == 0 else {})}
        answer(event, guest_of(event), given)


def acts() -> list[str]:
    with reading() as connection:
        found = select(AuditEntry.act).where(AuditEntry.act.like("evaluation.%"))
        return list(connection.execute(found.order_by(AuditEntry.id)).scalars())


def test_the_usual_questions_by_one_click(office: Office) -> None:
    ada = office.ada()
    assert send(ada, f"{URL}/usual").location == f"{URL}?done=usual_taken"
    assert send(ada, f"{URL}/usual").location == f"{URL}?done=again"
    assert len(asked().questions) == 8
    page = ada.get(URL).text
    assert "Was war gut?" in page
    assert "What was good?" in page
    assert "Was war gut?" in ada.get(f"{URL}/preview").text
    assert send(ada, URL, is_on="y").status_code == 303
    assert asked().is_on
    assert "Die Befragung läuft bis einschließlich" in ada.get(URL).text
    assert acts() == ["evaluation.usual_taken", "evaluation.times_set"]


def test_questions_are_added_changed_moved_and_deleted(office: Office) -> None:
    ada = office.ada()
    assert send(ada, f"{URL}/new", **SCALE).location == f"{URL}?done=question_added"
    choice = {"text": "Was?", "kind": "choices", "options": "A\nB\n", "options_en": "A\nB"}
    assert send(ada, f"{URL}/new", **choice, required="y").status_code == 303
    assert send(ada, f"{URL}/questions/q2/up").status_code == 303
    assert [each.key for each in asked().questions] == ["q2", "q1"]
    changed = {**SCALE, "text": "Wie war es denn?", "options": "was nicht passt"}
    assert send(ada, f"{URL}/questions/q1", **changed).status_code == 303
    assert asked().questions[1].text == "Wie war es denn?"
    assert asked().questions[1].options == ()
    assert send(ada, f"{URL}/questions/q1/delete").status_code == 303
    assert send(ada, f"{URL}/questions/q1/delete").location.endswith("again")
    assert [each.key for each in asked().questions] == ["q2"]
    assert ada.get(f"{URL}/questions/q1").status_code == 404


def test_added_once_however_often_clicked(office: Office) -> None:
    ada = office.ada()
    token = ada.get(f"{URL}/new").text.split('name="form_token" value="')[1].split('"')[0]
    for done in ("question_added", "again"):
        sent = send(ada, f"{URL}/new", **SCALE, form_token=token)
        assert sent.location.endswith(done)
    assert len(asked().questions) == 1


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({**SCALE, "text": " "}, "Schreiben Sie die Frage auf."),
        ({**SCALE, "kind": "x"}, "Wählen Sie aus den angebotenen Möglichkeiten."),
        ({**SCALE, "high": ""}, "Sagen Sie, was dieses Ende der Skala heißt."),
        ({"text": "A?", "kind": "choice", "options": "eins"}, "mindestens zwei Antworten"),
        ({"text": "A?", "kind": "choice", "options": "eins\neins"}, "steht zweimal da"),
        (
            {"text": "A?", "kind": "choice", "options": "a\nb", "options_en": "a"},
            "ebenso viele Antworten",
        ),
        ({"text": "A?", "kind": "choice", "options": "\n".join("abcdefghijklm")}, "Höchstens 12"),
    ],
)
def test_a_wrong_question_is_refused_and_kept(
    office: Office, values: dict[str, str], says: str
) -> None:
    refused = send(office.ada(), f"{URL}/new", **values)
    assert refused.status_code == 422
    assert says in refused.text
    assert asked().questions == ()


def test_not_more_than_ten(office: Office) -> None:
    ada = office.ada()
    for _each in range(10):
        assert send(ada, f"{URL}/new", **SCALE).status_code == 303
    check_refused(send(ada, f"{URL}/new", **SCALE), "evaluation-too-many", most=10)


def test_nothing_is_switched_on_that_asks_nothing(office: Office) -> None:
    check_refused(send(office.ada(), URL, is_on="y"), "evaluation-nothing-asked")
    wrong = send(office.ada(), URL, opens_on="12.9.2027", closes_on="11.9.2027")
    assert wrong.status_code == 422
    assert "Das liegt vor dem ersten Tag." in wrong.text


def test_from_the_first_answer_on_the_questions_stay(office: Office) -> None:
    ada, event = office.ada(), event_of("treffen")
    ask(event, SHORT)
    fill(event, "3")
    for path, values in (("/new", SCALE), ("/questions/q1", SCALE)):
        check_refused(send(ada, URL + path, **values), "evaluation-has-answers")
    for path in ("/questions/q1/delete", "/questions/q1/down", "/usual"):
        check_refused(send(ada, URL + path), "evaluation-has-answers")
    assert asked().questions == SHORT
    assert send(ada, URL, closes_on=in_days(3).isoformat()).status_code == 303
    assert not asked().is_on


def test_what_is_closed_stays_closed(office: Office) -> None:
    event = event_of("treffen")
    ask(event, SHORT)
    fill(event, "3")
    with time_machine.travel(clock.now() + timedelta(days=40)):
        later = {"is_on": "y", "closes_on": in_days(3).isoformat()}
        check_refused(send(office.ada(), URL, **later), "evaluation-over")


def test_results_from_five_answers_on_and_by_five(office: Office) -> None:
    ada, event = office.ada(), event_of("treffen")
    ask(event, SHORT)
    fill(event, "3334", "Die Suppe")
    page = ada.get(f"{URL}/results").text
    assert "Ergebnisse gibt es ab fünf Antworten" in page
    assert "Suppe" not in page
    assert results(event) is None
    assert ada.get(f"{URL}/results.csv").text.count("\n") == 1
    fill(event, "5")
    page = ada.get(f"{URL}/results").text
    assert "Im Mittel 3,60" in page
    assert "Die Suppe" in page
    fill(event, "1")
    page = ada.get(f"{URL}/results").text
    assert "Im Mittel 3,60" in page
    assert "Gezeigt werden 5 Antworten" in page
    with time_machine.travel(clock.now() + timedelta(days=40)):
        assert "Im Mittel 3,17" in office.ada().get(f"{URL}/results").text
    found = results(event)
    assert found is not None
    assert found.questions[1].answered is None


def test_texts_are_for_whoever_may_read_the_people(office: Office) -> None:
    event = event_of("treffen")
    ask(event, SHORT)
    fill(event, "33333", "Die Suppe")
    for role, sees in ((Role.VIEWER, True), (Role.DOOR, False), (Role.AUDITOR, False)):
        browser = office.somebody(role, role.value)
        assert ("Die Suppe" in browser.get(f"{URL}/results").text) is sees
        assert ("Die Suppe" in browser.get(f"{URL}/results.csv").text) is sees
        assert browser.get(URL).status_code == 403
    assert office.cleo().get(f"{URL}/results").status_code == 404


def test_as_a_file_nothing_is_a_formula(office: Office) -> None:
    event = event_of("treffen")
    ask(event, SHORT)
    fill(event, "33335", "=1+1")
    file = office.ada().get(f"{URL}/results.csv")
    rows = list(csv.reader(io.StringIO(file.text.lstrip("\ufeff")), delimiter=";"))
    assert rows[1] == ["Wie war es?", "Skala von 1 bis 5", "1: schlecht", "0", "5", "3,40", "0,80"]
    assert rows[5][2:4] == ["5: gut", "1"]
    assert rows[-1] == ["Was noch?", "Freier Text", "'=1+1"]
    assert ["Was war gut?", "Auswahl: mehrere Antworten", "", "", "unter 5"] in rows


def in_series(office: Office, slug: str, days: int, series_id: int) -> EventDefinition:
    when = [(at(in_days(days), 10), at(in_days(days), 12))]
    return make_over(slug, dates=when, series_id=series_id, network_id=office.network_id)


def test_compared_within_the_series(app: Flask) -> None:
    office = Office(app)
    with transaction() as session:
        network = session.get_one(Network, office.network_id)
        series_id = make_series(session, network, "reihe").id
    earlier, few, now = (
        in_series(office, slug, days, series_id)
        for slug, days in (("frueher", -15), ("wenige", -8), ("treffen", -1))
    )
    for event in (earlier, few, now):
        ask(event, SHORT)
    fill(earlier, "11111")
    fill(few, "5555")
    fill(now, "44444")
    page = office.ada().get(f"{URL}/results").text
    assert "In der Reihe" in page
    assert "/organise/events/frueher/evaluation/results" in page
    assert "/organise/events/wenige/" not in page
    assert page.count("1,00</td>") == 1


def test_this_and_all_that_follow(app: Flask) -> None:
    office = Office(app)
    with transaction() as session:
        network = session.get_one(Network, office.network_id)
        series_id = make_series(session, network, "reihe").id
    slugs = (("frueher", -15), ("treffen", -1), ("bald", 7), ("spaeter", 14))
    earlier, this, soon, later = (in_series(office, slug, days, series_id) for slug, days in slugs)
    ask(this, SHORT)
    ask(later, opens_on=in_days(-1))
    answer(later, guest_of(later), {"q1": "3"})
    ada = office.ada()
    assert "Auch für die 2 folgenden Termine" in ada.get(URL).text
    assert send(ada, f"{URL}/onward").location == f"{URL}?done=taken_over"
    with reading() as connection:
        found = [queries.find_asked(connection, each.id) for each in (earlier, soon, later)]
    assert [each.questions for each in found] == [(), SHORT, USUAL]
    assert found[1].is_on
    assert "evaluation.taken_over" in acts()
    cleo = office.cleo()
    assert send(cleo, f"{URL}/onward").status_code == 404


def test_counts_stay_when_people_go_and_texts_go_later(office: Office) -> None:
    event = event_of("treffen")
    ask(event, SHORT)
    guests = [guest_of(event, name="Beispiel", first_name="Dan") for _each in range(5)]
    for guest in guests:
        answer(event, guest, {"q1": "4", "q3": "Dan Beispiel war toll"})
    before = results(event)
    with transaction() as session:
        erase(session, [each.id for each in guests], now=clock.now())
    assert results(event) == before
    page = office.ada().get(f"{URL}/results").text
    assert "Dan Beispiel" not in page
    assert "war toll" in page
    with time_machine.travel(clock.now() + timedelta(days=200)):
        with transaction() as session:
            actions.forget_old(session, now=clock.now())
        assert results(event) == before
        assert (
            "Die Texte sind nach ihrer Frist gelöscht." in office.ada().get(f"{URL}/results").text
        )


@pytest.mark.usefixtures("office")
def test_a_copy_asks_the_same() -> None:
    event = event_of("treffen")
    ask(event, SHORT, closes_on=in_days(9))
    copied = make_over("kopie")
    with transaction() as session:
        actions.copy(session, event.id, ["kopie"])
    with reading() as connection:
        found = queries.find_asked(connection, copied.id)
    assert (found.is_on, found.closes_on, found.questions) == (True, None, SHORT)
    assert found.questions[0].kind is Kind.SCALE
