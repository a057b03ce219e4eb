"""The organisers' pages of paper: whom it is for, made by a worker, fetched by whoever asked."""

import io
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from werkzeug.test import TestResponse

from eventapp.events.definition import EventDefinition
from eventapp.exports import making
from eventapp.exports.models import ExportJob
from eventapp.networks.models import Role, Scope
from eventapp.paper import rules
from eventapp.paper.rules import Paper
from tests.exports.people import file_of, job_of, stored
from tests.exports.test_console import entries
from tests.exports.test_jobs import withdraw
from tests.participants.test_console import account, enter, organiser
from tests.pdfs import text_of
from tests.registration.test_actions import cancel, plan
from tests.visitors import Visitor

FIELDS: dict[Paper, dict[str, Any]] = {
    Paper.BADGES: {"format": "90x55", "whom": "all", "start": "1"},
    Paper.CODES: {"per_page": "2"},
    Paper.DOORS: {},
    Paper.SIGNING: {
        "columns": ["last_name", "first_name", "signature"],
        "free": "",
        "blank": "3",
        "occasion": "whole",
    },
}


def url(event: EventDefinition, paper: str = "", query: str = "") -> str:
    return f"/organise/events/{event.slug}/paper{f'/{paper}' if paper else ''}{query}"


def ask(browser: Visitor, event: EventDefinition, paper: Paper, **values: Any) -> TestResponse:
    data = {"csrf_token": browser.csrf_token(), **FIELDS[paper], **values}
    return browser.post(url(event, paper), data=data)


def made(browser: Visitor, event: EventDefinition, paper: Paper, **values: Any) -> str:
    """The text of the file."""
    job = job_of(ask(browser, event, paper, **values))
    assert making.make_next()
    assert "Die Datei ist fertig." in browser.get(job).text
    return "\n".join(text_of(file_of(browser, job)))


def house(app: Flask) -> tuple[EventDefinition, Visitor]:
    event = plan(has_online=True)
    enter(event, "Zoë", "Müller")
    enter(event, "Änne", "Berg", organisation="Verein")
    enter(event, "Kim", "Online", attendance="online")
    cancel(enter(event, "Gone", "Weg"))
    return event, organiser(app, event)


@pytest.mark.parametrize("paper", Paper)
def test_it_is_for_those_with_a_place_in_the_house_by_surname(app: Flask, paper: Paper) -> None:
    event, browser = house(app)
    page = browser.get(url(event, paper)).text
    assert "2 Personen stehen auf dem Papier." in page
    text = made(browser, event, paper)
    assert 0 <= text.find("Berg") < text.find("Müller")
    assert "Online" not in text
    assert "Weg" not in text
    [entry] = entries("paper.ordered")
    assert (entry["paper"], entry["rows"]) == (paper.value, 2)
    [job] = stored(ExportJob)
    assert (job.rows_done, job.rows_total) == (2, 2)
    assert "liegt bereit" in browser.get(url(event)).text


def test_a_selection_of_the_list_is_kept(app: Flask) -> None:
    event, browser = house(app)
    page = browser.get(url(event, query="?q=berg")).text
    assert "1 Person steht auf dem Papier." in page
    assert f"{url(event, 'badges')}?q=berg" in page
    text = made(browser, event, Paper.BADGES, q="berg")
    assert "Berg" in text
    assert "Müller" not in text


@pytest.mark.parametrize("query", [{"attendance": "online"}, {"status": "cancelled"}, {"q": "x"}])
def test_paper_for_nobody_is_refused(app: Flask, query: dict[str, str]) -> None:
    event, browser = house(app)
    answer = ask(browser, event, Paper.BADGES, **query)
    assert answer.status_code == 422
    assert "Es gibt nichts zu drucken." in answer.text
    assert stored(ExportJob) == []


def test_too_many_at_once_are_refused(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    event, browser = house(app)
    monkeypatch.setattr(rules, "MOST_PEOPLE", 1)
    answer = ask(browser, event, Paper.DOORS)
    assert answer.status_code == 422
    assert "Auf einmal gehen höchstens 1 Personen." in answer.text


def test_what_is_wrong_is_said_beside_its_field(app: Flask) -> None:
    event, browser = house(app)
    for values, sentence in (
        ({"free": "A, B, C, D"}, "Nennen Sie höchstens drei leere Spalten."),
        ({"free": "x" * 41}, "Kürzen Sie jede Überschrift"),
        ({"columns": []}, "Wählen Sie mindestens eine Spalte."),
        ({"blank": "500"}, "Schreiben Sie eine Zahl zwischen 0 und 100."),
    ):
        answer = ask(browser, event, Paper.SIGNING, **values)
        assert answer.status_code == 422
        assert sentence in answer.text
    assert ask(browser, event, Paper.BADGES, format="a5").status_code == 422


def test_the_wording_of_the_funder(app: Flask) -> None:
    event, browser = house(app)
    values = {"columns": ["last_name", "organisation", "signature"], "free": "Ort, Funktion"}
    text = made(browser, event, Paper.SIGNING, **values)
    assert "Name\nOrganisation\nOrt\nFunktion\nUnterschrift\n" in text


@pytest.mark.parametrize("role", [Role.VIEWER, Role.DOOR, Role.ASSISTANCE])
def test_codes_are_for_those_who_may_change_registrations(app: Flask, role: Role) -> None:
    event, _browser = house(app)
    reader = account(app, (role, Scope.EVENT, event.id), email="ben@example.org")
    assert reader.get(url(event)).status_code == 403
    assert ask(reader, event, Paper.SIGNING).status_code == 403


def test_a_right_withdrawn_meanwhile_counts(app: Flask) -> None:
    event, browser = house(app)
    job = job_of(ask(browser, event, Paper.BADGES))
    withdraw(Role.ORGANISER)
    making.make_next()
    [failed] = stored(ExportJob)
    assert (failed.state, failed.problem) == ("failed", "not-allowed")
    assert browser.get(f"{job}/file").status_code in (403, 404)


def test_who_loses_the_place_meanwhile_is_left_out_and_nobody_is_said(app: Flask) -> None:
    event = plan()
    only = enter(event, "Zoë", "Müller")
    browser = organiser(app, event)
    job = job_of(ask(browser, event, Paper.BADGES))
    cancel(only)
    making.make_next()
    assert "hat niemand mehr einen Platz vor Ort" in browser.get(job).text


def test_a_picture_of_each_format_shows_nobody_who_is_there(app: Flask) -> None:
    event, browser = house(app)
    page = browser.get(url(event, Paper.BADGES)).text
    for key, grid in rules.BADGES.items():
        assert f"preview.png?format={key}" in page
        answer = browser.get(url(event, "badges", f"/preview.png?format={key}"))
        assert answer.content_type == "image/png"
        picture = Image.open(io.BytesIO(answer.data))
        assert picture.width / picture.height == pytest.approx(grid.width / grid.height, abs=0.01)
    assert browser.get(url(event, "badges", "/preview.png?format=a5")).status_code == 404
