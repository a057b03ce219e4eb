"""The sheet to sign for one date of a course, one part of the programme, or each of them."""

import pytest
from flask import Flask

from eventapp.errors import NotFound
from eventapp.paper import occasions
from eventapp.paper.rules import Paper
from tests.paper.test_console import ask, made, url
from tests.participants.test_console import enter, organiser
from tests.registration.test_actions import plan
from tests.registration.test_course import course

ITEMS = [
    {"slug": "a", "choice_group": "w", "title": "Singen"},
    {"slug": "b", "choice_group": "w", "title": "Tanzen"},
]


def test_what_has_one_date_and_no_choice_asks_nothing(app: Flask) -> None:
    event = plan()
    enter(event, "Zoë", "Müller")
    assert "Wofür?" not in organiser(app, event).get(url(event, Paper.SIGNING)).text


def test_a_sheet_for_each_date_of_a_course(app: Flask) -> None:
    event = course(3)
    enter(event, "Zoë", "Müller")
    browser = organiser(app, event)
    assert "für jeden Termin ein Blatt" in browser.get(url(event, Paper.SIGNING)).text
    text = made(browser, event, Paper.SIGNING, occasion="dates")
    words = [label for key, label in occasions.offered(event) if key.startswith("date-")]
    assert len(words) == 3
    assert text.count("Müller") == 3
    assert all(each in text for each in words)
    last = f"date-{event.dates[2].id}"
    text = made(browser, event, Paper.SIGNING, occasion=last)
    assert text.count("Müller") == 1
    assert words[2] in text
    assert words[0] not in text
    assert made(browser, event, Paper.SIGNING, occasion="whole").count("Müller") == 1


def test_a_sheet_for_each_part_of_the_programme(app: Flask) -> None:
    event = plan(items=ITEMS)
    enter(event, "Zoë", "Müller", items=("a",))
    enter(event, "Änne", "Berg", items=("b",))
    enter(event, "Kim", "Ohne")
    browser = organiser(app, event)
    text = made(browser, event, Paper.SIGNING, occasion="items")
    singing, dancing = text.split("Tanzen")
    assert "Singen" in singing
    assert "Müller" in singing
    assert "Berg" in dancing
    assert "Ohne" not in text
    text = made(browser, event, Paper.SIGNING, occasion="item-b")
    assert "Berg" in text
    assert "Müller" not in text


def test_what_there_is_not_is_refused(app: Flask) -> None:
    event = plan(items=ITEMS)
    enter(event, "Zoë", "Müller")
    browser = organiser(app, event)
    assert ask(browser, event, Paper.SIGNING, occasion="item-c").status_code == 422
    with pytest.raises(NotFound):
        occasions.sheets_for(event, "item-c", [])
