"""The needs board, for whom it is and what it leaves in the log; numbers for all others."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from eventapp import clock
from eventapp.audit.models import AuditEntry
from eventapp.base import table_of
from eventapp.db import reading, transaction
from eventapp.events.models import Event
from eventapp.mail import kinds
from eventapp.mail.models import OutboxMail
from eventapp.mail.render import texts
from eventapp.networks.models import Role, Scope
from eventapp.questions import actions
from eventapp.questions.models import Need
from eventapp.questions.queries import count_new_needs
from eventapp.registration.models import Answer
from tests.factories import make_question
from tests.planning.office import Office, event_of, send, shown
from tests.refusals import check_refused
from tests.registration.test_actions import cancel, rows, sign_up
from tests.visitors import colleague

BOARD = "/organise/events/treffen/needs"
SIGNED = {"assistance_kinds": ["sign_language"], "assistance": "<b>Bitte</b> vorn"}


@pytest.fixture
def office(app: Flask) -> Office:
    """Erika and Otto have needs, Vera only eats vegan, Kim nothing."""
    office = Office(app, "treffen")
    with transaction() as session:
        event = session.query(Event).filter_by(slug="treffen").one()
        make_question(session, event, "hilfsmittel", type="text", sensitive=True)
    event_ = event_of("treffen")
    sign_up(event_, "Erika", needs=SIGNED)
    sign_up(event_, "Otto", answers={event_.questions[0]: "Rollator"})
    sign_up(event_, "Vera", needs={"diet": ["vegan"]})
    sign_up(event_, "Kim")
    return office


def log() -> list[tuple[str, Any, Any]]:
    with reading() as connection:
        entry = table_of(AuditEntry).c
        found = connection.execute(select(entry.act, entry.before, entry.after).order_by(entry.id))
        return [(act, before, after) for act, before, after in found if "need" in act]


def new_ones() -> int:
    event_id = event_of("treffen").id
    with reading() as connection:
        return count_new_needs(connection, [event_id, 0])[event_id]


def person(name: str) -> int:
    return next(int(row.id) for row in rows() if row.first_name == name)


def test_the_board_names_who_needs_what(office: Office) -> None:
    assert new_ones() == 2
    page = office.somebody(Role.ASSISTANCE).get(BOARD).text
    for words in ("Erika Beispiel", "&lt;b&gt;Bitte&lt;/b&gt; vorn", "Otto", "Rollator", "erika@"):
        assert words in page
    assert "vera@" not in page
    assert "kim@" not in page
    assert "2 Personen mit Bedarf" in page
    [(act, _before, after)] = log()
    assert (act, after) == ("needs.read", {"registrations": [person("Otto"), person("Erika")]})
    assert new_ones() == 0
    cancel(person("Erika"))
    assert "Erika" not in office.somebody(Role.ASSISTANCE, "eva").get(BOARD).text


def test_new_is_what_came_since_the_last_visit(office: Office) -> None:
    ben, mark = office.somebody(Role.ASSISTANCE), ">neu</span>"
    assert [ben.get(BOARD).text.count(mark) for _ in range(2)] == [2, 2]
    later = clock.now() + timedelta(hours=1)
    sign_up(event_of("treffen"), "Lena", needs=SIGNED, now=later - timedelta(minutes=1))
    assert new_ones() == 1
    with time_machine.travel(later):
        assert ben.get(BOARD).text.count(mark) == 1


def test_a_need_is_settled_and_the_note_stays_sealed(office: Office) -> None:
    ben, address = office.somebody(Role.ASSISTANCE), f"{BOARD}/{person('Erika')}"
    old = shown(ben, address)
    assert send(ben, address, **{**old, "state": ""}).status_code == 422
    done = send(ben, address, **{**old, "state": "arranged", "note": "Frau Eck kommt"})
    page = ben.get(done.location).text
    assert "Zugesagt 1" in page
    assert "Frau Eck kommt" in page
    assert "ben@example.org" in page
    assert "Erika" in ben.get(f"{BOARD}?state=arranged").text
    assert "Erika" not in ben.get(f"{BOARD}?state=open").text
    assert ben.get(f"{BOARD}?state=nichts").status_code == 404
    with reading() as connection:
        sealed = connection.execute(select(table_of(Need).c.note_sealed)).scalar_one()
    assert b"Eck" not in sealed
    assert ("need.settled", {"state": "open"}, {"state": "arranged", "note_changed": True}) in log()
    refused = send(ben, address, **{**old, "state": "open"})
    check_refused(refused, "need-changed")


def told() -> list[Any]:
    """The drafts of the mails about settled needs, None where one would be dropped."""
    with reading() as connection:
        mail = select(OutboxMail.ids).where(OutboxMail.kind == "assistance-settled")
        owed = connection.execute(mail.order_by(OutboxMail.id)).scalars().all()
        return [kinds.compose(connection, "assistance-settled", ids) for ids in owed]


def test_the_person_is_told_when_it_is_settled_without_the_need(office: Office) -> None:
    ben, address = office.somebody(Role.ASSISTANCE), f"{BOARD}/{person('Erika')}"
    send(ben, address, **{**shown(ben, address), "state": "in_clarification"})
    assert told() == [], "nothing is settled yet"
    words = {"state": "arranged", "sentence": "Frau Eck ist da.", "note": "intern"}
    send(ben, address, **{**shown(ben, address), **words})
    [draft] = told()
    assert draft.recipient == "erika@example.org"
    _subject, plain, html = texts("assistance-settled", draft)
    for text in (plain, html):
        assert "zugesagt" in text
        assert "Frau Eck ist da." in text
        for secret in ("Gebärden", "vorn", "intern"):
            assert secret not in text
    send(ben, address, **{**shown(ben, address), "note": "nur für uns"})
    assert len(told()) == 1, "a note for the team is no news"
    send(
        ben,
        address,
        **{**shown(ben, address), "state": "not_possible", "sentence": "<b>Leider.</b>"},
    )
    assert len(told()) == 2
    _subject, plain, html = texts("assistance-settled", told()[1])
    assert "leider nicht möglich" in plain
    assert "&lt;b&gt;Leider" in html
    send(ben, address, **{**shown(ben, address), "state": "open"})
    assert told() == [None, None]


@pytest.mark.usefixtures("office")
def test_answers_are_forgotten_when_their_question_says() -> None:
    event = event_of("treffen")
    [question] = event.questions
    days = timedelta(days=question.delete_after_days)
    for now, left in ((days, 1), (days + timedelta(days=1), 0)):
        with transaction() as session:
            actions.forget_old(session, now=event.start + now)
            answers = session.execute(select(func.count()).select_from(Answer)).scalar_one()
        assert answers == left
    assert len(rows()) == 4


def test_all_others_see_numbers_only(office: Office) -> None:
    ada, one = office.ada(), f"{BOARD}/{person('Erika')}"
    page = ada.get(f"{BOARD}/counts").text
    assert "Deutsche Gebärdensprache: <strong" in page
    assert "Erika" not in page
    assert "vorn" not in page
    sister = (Role.ASSISTANCE, Scope.NETWORK, office.sister_id)
    outsiders = {
        ada: 403,
        office.somebody(Role.OWNER, "olga"): 403,
        office.somebody(Role.VIEWER): 403,
        colleague(office.app, "cleo", sister): 404,
    }
    for browser, code in outsiders.items():
        for address in (BOARD, one):
            assert browser.get(address).status_code == code
        assert send(browser, one, state="open").status_code == code
    assert log() == []


def test_only_people_of_this_event_who_named_a_need(office: Office) -> None:
    ben = office.somebody(Role.ASSISTANCE)
    for number in (person("Vera"), person("Kim"), 4711):
        assert ben.get(f"{BOARD}/{number}").status_code == 404
        assert send(ben, f"{BOARD}/{number}", state="open").status_code == 404
