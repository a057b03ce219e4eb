"""Answering by keyboard alone, without script; the pages of it as axe sees them."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from eventapp.accounts.access import cookie_name
from eventapp.db import reading, transaction
from eventapp.evaluation import queries
from eventapp.networks.models import Role, Scope
from tests.browser.checks import check_dark, check_page
from tests.browser.test_scanner import LAPTOP
from tests.evaluation.asked import answer, ask, guest_of, make_over, page_of
from tests.factories import make_network, make_series
from tests.visitors import colleague


@pytest.mark.usefixtures("app")
def test_answered_by_keyboard_without_script(site: str, browser: Browser) -> None:
    event = make_over()
    ask(event)
    context = browser.new_context(java_script_enabled=False, viewport=LAPTOP, locale="de-DE")
    page = context.new_page()
    page.goto(f"{site}{page_of(guest_of(event))}")
    first = page.get_by_role("radio", name="1 gar nicht").first
    first.focus()
    for key in ("Space", "ArrowRight", "ArrowRight", "ArrowRight", "Tab"):
        page.keyboard.press(key)
    expect(page.locator("input[name=q1]:checked")).to_have_value("4")
    expect(page.locator("input[name=q2]").first).to_be_focused()
    page.get_by_role("group", name="Würden Sie wiederkommen?").get_by_label("Ja").check()
    page.get_by_label("Was war gut?").fill("Die Pausen")
    page.get_by_role("button", name="Anonym absenden").press("Enter")
    expect(page.locator("h1")).to_have_text("Danke für Ihre Antworten")
    with reading() as connection:
        assert queries.count_answers(connection, event.id) == 1
    context.close()


def test_its_pages_are_accessible(app: Flask, site: str, browser: Browser) -> None:
    with transaction() as session:
        network = make_network(session, "land", name="Land")
        network_id, series_id = network.id, make_series(session, network).id
    values = {"network_id": network_id, "series_id": series_id}
    earlier, event = (make_over(slug, **values) for slug in ("frueher", "treffen"))
    for each in (earlier, event):
        ask(each)
        for value in "33455":
            given = {"q1": value, "q2": value, "q6": "1", "q7": "Ein langes Wort: " + "a" * 60}
            answer(each, guest_of(each), given)
    ada = colleague(app, "ada", (Role.OWNER, Scope.NETWORK, network_id))
    session_cookie = ada.get_cookie(cookie_name())
    assert session_cookie
    context = browser.new_context(viewport=LAPTOP, locale="de-DE", bypass_csp=True)
    secure = site.replace("http:", "https:")
    context.add_cookies(
        [{"name": session_cookie.key, "value": session_cookie.value, "url": secure}]
    )
    page = context.new_page()
    own = page_of(guest_of(event))
    console = f"/organise/events/{event.slug}/evaluation"
    for address in (own, own.removesuffix("/evaluation"), console, f"{console}/results"):
        page.goto(f"{site}{address}")
        check_page(page, address)
        check_dark(page, address)
    expect(page.get_by_role("heading", name="In der Reihe")).to_be_visible()
    page.goto(f"{site}{own}")
    page.get_by_label("Was war gut?").fill("x" * 1001)
    page.get_by_role("button", name="Anonym absenden").click()
    expect(page.locator("#errors")).to_be_visible()
    check_page(page, "with an error")
    context.close()
