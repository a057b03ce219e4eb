"""What of the answers that are sent is taken: by attendance, by other answers, in confidence."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from eventapp.base import table_of
from eventapp.db import reading, transaction
from eventapp.networks.models import Role, Scope
from eventapp.questions.actions import forget_old
from eventapp.registration.models import Answer
from eventapp.tokens import keyring
from tests.factories import make_event, make_network, make_question
from tests.planning.office import Office, event_of, shown
from tests.planning.office import send as office_send
from tests.registration.test_actions import rows, statuses
from tests.registration.test_pages import filled
from tests.visitors import Visitor, colleague, visitor

FORM = "/events/treffen/register"
IF_BIKE = {"question": "wege", "is": "Rad"}
QUESTIONS: list[dict[str, Any]] = [
    {"key": "essen", "type": "yes_no", "required": True, "only_for": "in_person"},
    {"key": "was", "required": True, "only_if": {"question": "essen", "is": "yes"}},
    {"key": "wege", "type": "choices", "options": ["Bahn", "Rad"]},
    {"key": "raeder", "type": "number", "required": True, "only_if": IF_BIKE},
    {"key": "kamera", "type": "choice", "options": ["ja", "nein"], "only_for": "online"},
]


@pytest.fixture
def asked(client: FlaskClient) -> FlaskClient:
    """Lunch only for those who come, what they eat only for those who eat, and so on."""
    with transaction() as session:
        event = make_event(session, "treffen", network=make_network(session), has_online=True)
        for position, question in enumerate(QUESTIONS):
            make_question(session, event, position=position, **question)
    return client


def answer(client: FlaskClient, language: str = "de", **values: Any) -> TestResponse:
    named = {"first_name", "last_name", "email", "attendance"}
    data = {(name if name in named else f"question_{name}"): each for name, each in values.items()}
    return client.post(f"{FORM}?lang={language}", data=filled(client, "treffen", **data))


def given() -> dict[str, Any]:
    """By key: what is stored."""
    keys = {each.id: each.key for each in event_of("treffen").questions}
    with reading() as connection:
        columns = table_of(Answer).c
        found = connection.execute(select(columns.question_id, columns.value))
        return {keys[id_]: value for id_, value in found}


@pytest.mark.parametrize(
    ("sent", "taken"),
    [
        (
            {"attendance": "online", "essen": "yes", "was": "Suppe", "kamera": "ja"},
            {"kamera": "ja"},
        ),
        (
            {"attendance": "in_person", "essen": "no", "was": "Suppe", "kamera": "ja"},
            {"essen": "no"},
        ),
        (
            {"attendance": "in_person", "essen": "no", "wege": ["Bahn"], "raeder": "2"},
            {"essen": "no", "wege": ["Bahn"]},
        ),
        (
            {"attendance": "in_person", "essen": "yes", "was": "Suppe", "wege": ["Bahn", "Rad"]}
            | {"raeder": "2"},
            {"essen": "yes", "was": "Suppe", "wege": ["Bahn", "Rad"], "raeder": 2},
        ),
        ({"attendance": "in_person", "essen": "no", "raeder": "viele"}, {"essen": "no"}),
        ({"attendance": "in_person", "essen": "no", "kamera": "vielleicht"}, {"essen": "no"}),
    ],
    ids=["online", "no-lunch", "no-bike", "all-of-it", "no-number", "not-offered"],
)
def test_only_what_may_be_answered_is_taken(
    asked: FlaskClient, sent: dict[str, Any], taken: dict[str, Any]
) -> None:
    """A browser without a script sends the whole form: the rest is dropped, not refused."""
    assert answer(asked, **sent).status_code == 303
    assert given() == taken
    assert statuses() == ["confirmed"]


@pytest.mark.parametrize(
    ("sent", "missing"),
    [
        ({}, "essen"),
        ({"essen": "yes"}, "was"),
        ({"essen": "yes", "was": "  "}, "was"),
        ({"essen": "no", "wege": ["Rad"]}, "raeder"),
    ],
    ids=["by-attendance", "by-answer", "blank", "by-one-of-several"],
)
@pytest.mark.parametrize(
    ("language", "said"),
    [("de", "Beantworten Sie bitte diese Frage."), ("en", "Please answer this question.")],
)
def test_what_applies_is_demanded_and_all_else_is_kept(
    asked: FlaskClient, sent: dict[str, Any], missing: str, language: str, said: str
) -> None:
    refused = answer(asked, language, attendance="in_person", first_name="Zoë", **sent)
    assert refused.status_code == 422
    assert refused.text.count(said) == 2, "in the summary and beside the field"
    assert f'href="#question_{missing}' in refused.text
    assert f'id="question_{missing}-error"' in refused.text
    assert 'value="Zoë"' in refused.text
    for name, value in sent.items():
        for each in value if isinstance(value, list) else [value]:
            assert f'name="question_{name}"' in refused.text
            assert f'value="{each}" checked' in refused.text or not each.strip()
    assert (rows(), given()) == ([], {})


def test_what_is_wrong_where_it_applies_is_said(asked: FlaskClient) -> None:
    refused = answer(asked, attendance="in_person", essen="no", wege=["Rad"], raeder="viele")
    assert refused.status_code == 422
    assert "Geben Sie eine ganze Zahl ein" in refused.text
    assert 'value="viele"' in refused.text
    assert answer(asked, attendance="online", kamera="vielleicht").status_code == 422
    assert rows() == []


def test_a_changed_question_keeps_what_was_answered_before(app: Flask) -> None:
    office = Office(app, "treffen")
    ada = office.ada()
    address = "/organise/events/treffen/questions"
    way = {"type": "choice", "options": "Bahn\nRad", "purpose": "Plan", "delete_after_days": "14"}
    office_send(ada, address, label="Anreise", **way)
    assert answer(visitor(app), anreise="Rad").status_code == 303
    old = shown(ada, f"{address}/anreise")
    new = {**old, "label": "Wie kommen Sie?", "options": "Bahn\nAuto", "drop_chosen": "y"}
    assert office_send(ada, f"{address}/anreise", **new, required="y").status_code == 303
    assert given() == {"anreise": "Rad"}
    page = ada.get(f"/organise/events/treffen/participants/{rows()[0].id}").text
    assert "Wie kommen Sie?" in page
    assert "Rad" in page
    late = answer(visitor(app), first_name="Ben", email="ben@example.org", anreise="Rad")
    assert late.status_code == 422, "it is offered no more"


# --- in confidence --------------------------------------------------------------------------------

SECRET = "Pollen und Nüsse"


def test_a_confidential_answer_is_sealed_and_read_by_one_role_only(app: Flask) -> None:
    office = Office(app, "treffen", title="Treffen")
    ada = office.ada()
    question = {"type": "text", "purpose": "Küche", "delete_after_days": "14", "sensitive": "y"}
    office_send(ada, "/organise/events/treffen/questions", label="Allergien?", **question)
    assert answer(visitor(app), allergien=SECRET).status_code == 303
    with reading() as connection:
        [stored] = connection.execute(select(table_of(Answer)))
    assert stored.value is None
    assert b"Pollen" not in stored.value_sealed
    assert keyring().open(stored.value_sealed) == SECRET
    for role in Role:
        browser = colleague(app, f"{role}", (role, Scope.NETWORK, office.network_id))
        assert (SECRET in everything(browser, rows()[0].id)) == (role == Role.ASSISTANCE), role


def everything(browser: Visitor, person: int) -> str:
    """All that the console shows of one who signed up, and of the question."""
    event = "/organise/events/treffen"
    people = [f"{event}/participants{rest}" for rest in ("", f"/{person}", "/list.csv")]
    needs = [f"{event}/needs", f"{event}/needs/{person}", f"{event}/needs/counts"]
    questions = [f"{event}/questions", f"{event}/questions/allergien", f"{event}/order"]
    return "".join(browser.get(each).text for each in (*people, *needs, *questions))


def test_each_question_says_when_its_answers_are_forgotten(app: Flask) -> None:
    office = Office(app, "treffen")
    ada = office.ada()
    for label, days in (("Bald", "3"), ("Lange", "90")):
        question = {"type": "text", "purpose": "Plan", "delete_after_days": days}
        office_send(ada, "/organise/events/treffen/questions", label=label, **question)
    assert answer(visitor(app), bald="weg", lange="bleibt").status_code == 303
    end = event_of("treffen").start
    for after, left in ((3, {"bald": "weg", "lange": "bleibt"}), (4, {"lange": "bleibt"})):
        with transaction() as session:
            forget_old(session, now=end + timedelta(days=after))
        assert given() == left
    assert statuses() == ["confirmed"]
