"""Printing again: only for whom there is no badge yet, on a sheet that was begun."""

import pytest
from flask import Flask

from eventapp.clock import now
from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.exports import making
from eventapp.exports.models import ExportJob
from eventapp.paper.making import list_wanted
from eventapp.paper.models import PrintedBadge
from eventapp.paper.rules import BADGES, NoNewBadges, Paper
from eventapp.participants.selection import Wanted
from eventapp.registration.leaving import erase_person
from eventapp.registration.models import Registration
from tests.exports.people import file_of, job_of, stored
from tests.paper.crowd import crowd
from tests.paper.crowd_pages import data_of
from tests.paper.test_console import ask, house, made, url
from tests.participants.test_console import enter
from tests.pdfs import text_of
from tests.registration.test_actions import NOW, plan, rows
from tests.visitors import Visitor


def new_ones(browser: Visitor, event: EventDefinition) -> str:
    return made(browser, event, Paper.BADGES, whom="new")


def test_late_registrants_alone(app: Flask) -> None:
    event, browser = house(app)
    assert "Für wen?" not in browser.get(url(event, Paper.BADGES)).text
    made(browser, event, Paper.BADGES)
    assert "Seitdem neu oder geändert: 0." in browser.get(url(event, Paper.BADGES)).text
    answer = ask(browser, event, Paper.BADGES, whom="new")
    assert answer.status_code == 422
    with reading() as connection, pytest.raises(NoNewBadges):
        list_wanted(connection, event, Wanted(), {"new_since": now().isoformat()})
    assert "Seit dem letzten Druck ist niemand dazugekommen" in answer.text
    enter(event, "Kim", "Spät")
    assert "Seitdem neu oder geändert: 1." in browser.get(url(event, Paper.BADGES)).text
    text = new_ones(browser, event)
    assert "Spät" in text
    assert "Müller" not in text
    assert "Müller" in made(browser, event, Paper.BADGES)


def test_whose_name_has_changed_gets_another_one(app: Flask) -> None:
    event, browser = house(app)
    made(browser, event, Paper.BADGES)
    with transaction() as session:
        session.get_one(Registration, rows()[0].id).last_name = "Anders"
    text = new_ones(browser, event)
    assert "Anders" in text
    assert "Berg" not in text
    assert len(stored(PrintedBadge)) == 2


def test_what_was_asked_for_is_made_again_with_those_who_came_meanwhile(app: Flask) -> None:
    event, browser = house(app)
    made(browser, event, Paper.BADGES)
    enter(event, "Kim", "Spät")
    job = job_of(ask(browser, event, Paper.BADGES, whom="new"))
    assert making.make_next()
    enter(event, "Kim", "Später")
    browser.post(f"{job}/again", data={"csrf_token": browser.csrf_token()})
    assert making.make_next()
    lines = "\n".join(text_of(file_of(browser, job))).splitlines()
    assert {"Spät", "Später"} <= {*lines}
    assert "Müller" not in lines


def test_other_paper_remembers_nobody_and_a_cancelled_file_neither(app: Flask) -> None:
    event, browser = house(app)
    for paper in (Paper.SIGNING, Paper.DOORS, Paper.CODES):
        made(browser, event, paper)
    job = job_of(ask(browser, event, Paper.BADGES))
    browser.post(f"{job}/cancel", data={"csrf_token": browser.csrf_token()})
    assert not making.make_next()
    assert stored(PrintedBadge) == []


def test_who_is_erased_leaves_nothing(app: Flask) -> None:
    event, browser = house(app)
    made(browser, event, Paper.BADGES)
    with transaction() as session:
        erase_person(session, rows()[0].email, now=NOW)
    assert [each.registration_id for each in stored(PrintedBadge)] == [rows()[0].id]


@pytest.mark.usefixtures("app")
def test_a_sheet_that_was_begun_is_used_up() -> None:
    data = data_of(plan(), crowd(12), Paper.BADGES, format="90x55", start=9)
    places = BADGES["90x55"].places()
    first, second = data["groups"]
    assert [at for at, _one in first] == places[8:]
    assert [at for at, _one in second] == places
    [alone] = data_of(plan(), crowd(1), Paper.BADGES, format="a6", start=4)["groups"]
    assert [at for at, _one in alone] == BADGES["a6"].places()[3:]


def test_a_sheet_has_no_more_labels_than_it_has(app: Flask) -> None:
    event, browser = house(app)
    for start, sentence in (
        ("11", "Auf einem Bogen dieses Formats sind 10 Etiketten."),
        ("0", "Schreiben Sie eine Zahl ab 1."),
        ("", "Schreiben Sie, bei welchem Etikett es losgeht, sonst 1."),
    ):
        answer = ask(browser, event, Paper.BADGES, start=start)
        assert answer.status_code == 422
        assert sentence in answer.text
    job_of(ask(browser, event, Paper.BADGES, start="10"))
    [job] = stored(ExportJob)
    assert job.options["start"] == 10
