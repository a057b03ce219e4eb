"""Organisers in a real browser: from login to a published event, and every page accessible."""

import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from eventapp.accounts.access import cookie_name
from eventapp.db import transaction
from eventapp.networks.models import Role, Scope
from eventapp.rooms import guarded_endpoints
from tests.browser.checks import check_dark, check_page, only_from
from tests.browser.test_scanner import LAPTOP
from tests.factories import make_network
from tests.house.full import FOREIGN, Full, methods, rules
from tests.visitors import PASSWORD, Visitor, colleague

ADA = "ada@example.org"


class Hand:
    """Does what a person does, and counts it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)
        self.count += 1

    def choose(self, label: str, option: str) -> None:
        self.page.get_by_label(label, exact=True).select_option(label=option)
        self.count += 1

    def tick(self, label: str) -> None:
        self.page.get_by_label(label, exact=True).check()
        self.count += 1

    def press(self, name: str) -> None:
        found = self.page.get_by_role("button", name=name).or_(
            self.page.get_by_role("link", name=name)
        )
        found.first.click()
        self.count += 1

    def log_in(self, site: str) -> None:
        self.page.goto(f"{site}/login")
        self.fill("E-Mail-Adresse", ADA)
        self.fill("Passwort", PASSWORD)
        self.press("Anmelden")
        expect(self.page.locator("h1")).to_have_text("Übersicht")


@pytest.fixture
def network(app: Flask) -> int:
    """A network of which Ada is the owner."""
    with transaction() as session:
        network_id = make_network(session, "land", name="Land").id
    colleague(app, "ada", (Role.OWNER, Scope.NETWORK, network_id))
    return network_id


@pytest.mark.usefixtures("network")
def test_from_login_to_a_published_event_in_twelve_steps(site: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=LAPTOP, locale="de-DE")
    foreign = only_from(site, context)
    hand = Hand(context.new_page())
    hand.log_in(site)
    hand.press("Neue Veranstaltung")
    hand.fill("Titel", "Jahrestreffen")
    hand.choose("Art", "Jahrestreffen")
    hand.fill("Erster Tag", "2030-06-12")
    hand.tick("Vor Ort")
    hand.press("Entwurf anlegen")
    hand.press("Veröffentlichen")
    assert hand.count <= 12
    hand.page.goto(f"{site}/")
    expect(hand.page.get_by_role("link", name="Jahrestreffen")).to_be_visible()
    assert foreign == []
    context.close()


def test_every_page_of_organisers_is_accessible(
    app: Flask, site: str, browser: Browser, tmp_path: Path
) -> None:
    """Whatever route there is, with somebody and something on it, in light and in dark."""
    full = Full(app, tmp_path)
    full.plan()
    full.grow(2)
    ada = full.ada()
    context = browser.new_context(
        viewport=LAPTOP,
        locale="de-DE",
        bypass_csp=True,  # for the checker's own script
    )
    foreign = only_from(site, context)
    session = ada.get_cookie(cookie_name())
    assert session
    secure = site.replace("http:", "https:")  # as the cookie is; on loopback the browser sends it
    context.add_cookies([{"name": session.key, "value": session.value, "url": secure}])
    page = context.new_page()
    for address in pages_of(full, ada):
        page.goto(f"{site}{address}")
        check_page(page, address)
        check_dark(page, address)
    page.goto(f"{site}/organise/events/new")
    page.get_by_role("button", name="Entwurf anlegen").click()
    expect(page).to_have_title(re.compile("^Fehler: "))
    check_page(page, "the form with errors")
    assert foreign == []
    context.close()


def pages_of(full: Full, ada: Visitor) -> list[str]:
    """The address of every page that only the logged-in reach; of files none."""
    guarded = guarded_endpoints(full.app)
    addresses = [
        full.address(rule)
        for rule in rules(full.app)
        if rule.endpoint in guarded - FOREIGN and "GET" in methods(rule)
    ]
    answers = {address: ada.get(address) for address in addresses}
    return [
        address
        for address, answer in answers.items()
        if answer.mimetype == "text/html" and answer.status_code == 200
    ]
