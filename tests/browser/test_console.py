"""Organisers in a real browser: from login to a published event, and every page accessible."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from eventapp.db import transaction
from eventapp.networks.models import Role, Scope
from tests.browser.checks import check_page, only_from
from tests.browser.test_scanner import LAPTOP
from tests.factories import make_network
from tests.registration.test_actions import plan, rows, sign_up, statuses
from tests.visitors import PASSWORD, colleague

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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_organisers_is_accessible(
    site: str, network: int, browser: Browser, scheme: str
) -> None:
    items = [{"slug": each, "choice_group": "workshop", "capacity": 1} for each in "ab"]
    event = plan(network_id=network, items=items, capacity_in_person=1, fields=["diet"])
    sign_up(event, "Erika", items=("a",))
    sign_up(event, "Ben")
    assert statuses() == ["confirmed", "waitlisted"]
    context = browser.new_context(
        viewport=LAPTOP,
        locale="de-DE",
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,  # for the checker's own script
    )
    foreign = only_from(site, context)
    page = context.new_page()
    Hand(page).log_in(site)
    own = f"/organise/events/{event.slug}"
    first, second = (f"{own}/participants/{row.id}" for row in rows())
    addresses = ["/organise/", "/organise/events/new", "/organise/team/", "/organise/team/new"]
    addresses += [own, *(f"{own}/{page}" for page in ("preview", "edit", "copy", "programme"))]
    addresses += [f"{own}/cancel", f"{own}/participants", f"{own}/participants/new"]
    addresses += [first, f"{first}/correct", f"{first}/cancel", f"{second}/place"]
    account = "/organise/account/"
    addresses += [account, f"{account}password"]
    steps = ("", "app", "passkeys/new", "codes", "confirm")
    addresses += [f"{account}second-step/{step}" for step in steps]
    for address in addresses:
        page.goto(f"{site}{address}")
        expect(page).not_to_have_title(re.compile("gibt es nicht"))
        check_page(page, address)
    page.goto(f"{site}/organise/events/new")
    page.get_by_role("button", name="Entwurf anlegen").click()
    expect(page).to_have_title(re.compile("^Fehler: "))
    check_page(page, "the form with errors")
    assert foreign == []
    context.close()
