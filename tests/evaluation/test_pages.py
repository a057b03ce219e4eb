"""Answering, from the personal page to the thanks."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from eventapp import clock
from eventapp.base import table_of
from eventapp.db import reading
from eventapp.evaluation import queries
from eventapp.evaluation.models import EvaluationBox, EvaluationVoted
from eventapp.evaluation.rules import AlreadyAnswered
from eventapp.formatting import full_date
from eventapp.forms import new_form_token
from tests.evaluation.asked import SHORT, answer, ask, guest_of, make_over, page_of
from tests.factories import at, in_days
from tests.refusals import check_refused
from tests.visitors import Visitor, visitor


@pytest.fixture
def browser(app: Flask) -> Visitor:
    return visitor(app)


def sent(**answers: object) -> dict[str, object]:
    return {"form_token": new_form_token(clock.now()), **answers}


def box(event_id: int) -> dict[str, object]:
    with reading() as connection:
        found = select(EvaluationBox.content).where(EvaluationBox.event_id == event_id)
        return dict(connection.execute(found).scalar() or {})


def voted() -> list[int]:
    with reading() as connection:
        return list(
            connection.execute(select(table_of(EvaluationVoted).c.registration_id)).scalars()
        )


def test_from_the_personal_page_to_the_thanks(browser: Visitor) -> None:
    event = make_over()
    ask(event, SHORT)
    guest = guest_of(event)
    address = page_of(guest)
    assert f'href="{address}"' in browser.get(address.removesuffix("/evaluation")).text
    page = browser.get(address).text
    assert page.count('name="q1"') == 5
    assert "keine Angabe" not in page
    assert not voted()
    answered = browser.post(address, data=sent(q1="4", q2=["0", "1"], q3=" Alles\r\n gut "))
    assert (answered.status_code, answered.location) == (303, address)
    assert "Danke für Ihre Antworten" in browser.get(address).text
    assert "Danke, Sie haben geantwortet." in browser.get(address.removesuffix("/evaluation")).text
    assert voted() == [guest.id]
    assert box(event.id) == {
        "total": 1,
        "answered": {"q1": 1, "q2": 1, "q3": 1},
        "counts": {"q1": {"4": 1}, "q2": {"0": 1, "1": 1}},
        "texts": {"q3": ["Alles\ngut"]},
    }


def test_whoever_comes_too_late_under_the_lock_is_refused(browser: Visitor) -> None:
    """Two clicks at once pass the look before; the lock lets one through."""
    event = make_over()
    ask(event, SHORT)
    guest = guest_of(event)
    answer(event, guest, {"q1": "3"})
    with pytest.raises(AlreadyAnswered):
        answer(event, guest, {"q1": "5"})
    assert "Danke für Ihre Antworten" in browser.get(page_of(guest)).text
    assert box(event.id)["counts"] == {"q1": {"3": 1}}


def test_sent_twice_it_counts_once(browser: Visitor) -> None:
    event = make_over()
    ask(event, SHORT)
    address = page_of(guest_of(event))
    again = sent(q1="4")
    for _click in range(3):
        assert browser.post(address, data=again).status_code == 303
    assert browser.post(address, data=sent(q1="1")).status_code == 303
    assert box(event.id)["counts"] == {"q1": {"4": 1}}


def test_what_is_wrong_stands_beside_it_and_all_is_kept(browser: Visitor) -> None:
    event = make_over()
    ask(event, SHORT)
    address = page_of(guest_of(event))
    refused = browser.post(address, data=sent(q2=["1"], q3="x" * 1001))
    assert refused.status_code == 422
    assert "Bitte beantworten Sie diese Frage." in refused.text
    assert "Bitte kürzen Sie auf höchstens 1000 Zeichen." in refused.text
    assert "x" * 1001 in refused.text
    assert 'value="1" checked' in refused.text
    for foreign in ({"q1": "6"}, {"q1": "0"}, {"q1": "3", "q2": ["2"]}):
        assert browser.post(address, data=sent(**foreign)).status_code == 422
    old = browser.post(address, data={"q1": "3", "form_token": "x"})
    assert old.status_code == 422
    assert not box(event.id)
    assert not voted()


def test_nothing_at_all_is_no_answer(browser: Visitor) -> None:
    """A slip of the finger would be the only try."""
    event = make_over()
    ask(event, tuple(replace(each, required=False) for each in SHORT))
    address = page_of(guest_of(event))
    for blank in ({}, {"q1": "", "q3": " \r\n"}):
        check_refused(browser.post(address, data=sent(**blank)), "evaluation-nothing-answered")
    assert not voted()
    assert browser.post(address, data=sent(q2=["1"])).status_code == 303
    assert box(event.id)["total"] == 1


def test_control_characters_and_marks_of_direction_go(browser: Visitor) -> None:
    event = make_over()
    ask(event, SHORT)
    hostile = "a\x00b\u202ec<script>\U000e0041"
    assert browser.post(page_of(guest_of(event)), data=sent(q1="1", q3=hostile)).status_code == 303
    assert box(event.id)["texts"] == {"q3": ["abc<script>"]}


def test_only_who_was_there_is_asked(browser: Visitor) -> None:
    event = make_over()
    ask(event, SHORT)
    absent = guest_of(event, was_there=False)
    cancelled = guest_of(event, status="cancelled")
    for guest in (absent, cancelled):
        assert "Hier gibt es nichts zu beantworten" in browser.get(page_of(guest)).text
        assert "Ihre Meinung" not in browser.get(page_of(guest).removesuffix("/evaluation")).text
        check_refused(browser.post(page_of(guest), data=sent(q1="3")), "evaluation-not-to-answer")
    assert not voted()


@pytest.mark.parametrize("days", [-2, 30])
def test_not_before_and_not_after(browser: Visitor, days: int) -> None:
    event = make_over()
    ask(event, SHORT)
    address = page_of(guest_of(event))
    with time_machine.travel(clock.now() + timedelta(days=days)):
        assert "Hier gibt es nichts zu beantworten" in browser.get(address).text
        check_refused(browser.post(address, data=sent(q1="3")), "evaluation-not-to-answer")


@pytest.mark.parametrize(("days", "is_open"), [(-1, False), (0, True), (20, True), (21, False)])
def test_with_the_time_open_it_opens_after_the_day(
    browser: Visitor, days: int, is_open: bool
) -> None:
    """And is open for as many days as the page says."""
    event = make_over(dates=[(in_days(-1), in_days(-1))])
    ask(event, SHORT)
    address = page_of(guest_of(event))
    with time_machine.travel(at(in_days(days), 12)):
        page = browser.get(address).text
    assert ("Anonym absenden" in page) is is_open
    assert (full_date(in_days(20)) in page) is is_open


def test_in_english_where_somebody_wrote_it(browser: Visitor) -> None:
    event = make_over()
    ask(event)
    page = browser.get(f"{page_of(guest_of(event))}?lang=en").text
    assert "Would you come again?" in page
    assert "Perhaps" in page
    assert "not at all" in page


@pytest.mark.usefixtures("app")
def test_an_invitation_for_the_mail() -> None:
    event = make_over()
    ask(event, SHORT)
    there, absent = guest_of(event), guest_of(event, was_there=False)

    def find(registration_id: int) -> queries.Invitation | None:
        with reading() as connection:
            return queries.find_invitation(connection, event, registration_id, clock.now())

    assert find(absent.id) is None
    found = find(there.id)
    assert found is not None
    assert not found.has_answered
    answer(event, there, {"q1": "3"})
    found = find(there.id)
    assert found is not None
    assert found.has_answered
