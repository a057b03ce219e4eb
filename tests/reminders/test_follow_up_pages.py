"""The organisers' page after the end: who is written to, what it waits for, switching it off."""

import time_machine
from flask import Flask

from tests.participants.test_console import organiser
from tests.reminders.test_follow_ups import four, plan, publish
from tests.reminders.test_step_pages import keys, logged, post, url, went
from tests.reminders.test_sweep import DAY, remind
from tests.reminders.test_sweep_many import NEXT_DAY

STEP = {"amount": "2", "unit": "days", "side": "after", "group": "present"}


def test_what_there_is_to_say_and_to_whom(app: Flask) -> None:
    event = plan(later=2)
    publish(event)
    four(event)
    page = organiser(app, event).get(url(event)).text
    for told in ("Wer online dabei war", "1 Material,", "2 nächste Termine", "Nach dem Ende"):
        assert told in page
    assert "sobald es Materialien, Bescheinigung oder nächste Termine gibt" in page


def test_what_waits_and_what_has_had_its_moment(app: Flask) -> None:
    event = plan()
    four(event)
    remind(NEXT_DAY)
    later = NEXT_DAY + DAY
    with time_machine.travel(later, tick=False):
        browser = organiser(app, event)
        assert browser.get(url(event)).text.count("wartet noch") == 4
        publish(event)
        remind(later)
        went("sent")
        page = browser.get(url(event)).text
    assert "wartet noch" not in page
    assert "ging an 2 Personen" in page


def test_switched_off_and_on_again(app: Flask) -> None:
    event = plan()
    browser = organiser(app, event)
    answer = post(browser, url(event, "/quiet"))
    assert answer.location.endswith("done=quiet")
    page = browser.get(answer.location).text
    assert "Nach dem Ende schreiben wir niemandem." in page
    assert not any(key.startswith("after") for key in keys(event))
    post(browser, url(event, "/usual"))
    assert sum(key.startswith("after") for key in keys(event)) == 4
    assert [act for act, _before, _after in logged()] == ["reminders.quiet", "reminders.usual"]


def test_only_what_leaves_after_the_end_may_wait(app: Flask) -> None:
    event = plan()
    browser = organiser(app, event)
    wrong = {**STEP, "side": "before", "group": "in_person", "awaits": "materials"}
    answer = post(browser, url(event), **wrong)
    assert answer.status_code == 422
    assert 'href="#awaits"' in answer.text
    assert post(browser, url(event), **STEP, awaits="materials").status_code == 303
    assert "sobald Materialien da sind" in browser.get(url(event)).text
    assert logged()[-1][2]["awaits"] == "sobald Materialien da sind"
