"""A passkey from set-up to log-in, with the authenticator that Chromium brings for tests."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from eventapp.networks.models import Role, Scope
from tests.browser.serving import serving
from tests.browser.test_scanner import LAPTOP
from tests.conftest import SettingsMaker
from tests.ports import free_port
from tests.visitors import PASSWORD, colleague

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def make_settings(make_settings: SettingsMaker, port: int) -> SettingsMaker:
    """No demo, and under a name: browsers make no passkeys for an IP address."""
    address = f"http://localhost:{port}"
    return lambda url, **more: make_settings(url, base_url=address, demo="", **more)


@pytest.fixture
def site(app: Flask, port: int) -> Iterator[str]:
    with serving(app, "localhost", port) as address:
        yield address


def log_in(page: Page, site: str) -> None:
    page.goto(f"{site}/login")
    page.get_by_label("E-Mail-Adresse", exact=True).fill("ada@example.org")
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()


def look_without_script(site: str, browser: Browser) -> None:
    """No passkey, and a page that says so and leads to the code."""
    context = browser.new_context(java_script_enabled=False, locale="de-DE")
    page = context.new_page()
    log_in(page, site)
    page.get_by_role("link", name="Passkey einrichten").click()
    expect(page.get_by_role("button", name="Passkey anlegen")).to_be_hidden()
    expect(page.get_by_text("Dieser Browser kann hier keinen Passkey anlegen.")).to_be_visible()
    page.get_by_role("link", name="App einrichten").click()
    expect(page.get_by_role("img", name="QR-Code für die App")).to_be_visible()
    context.close()


def test_an_owner_sets_up_a_passkey_and_logs_in_with_it(
    app: Flask, site: str, browser: Browser
) -> None:
    colleague(app, "ada", (Role.OWNER, Scope.INSTALLATION, 0))
    look_without_script(site, browser)
    context = browser.new_context(viewport=LAPTOP, locale="de-DE")
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    log_in(page, site)
    expect(page.locator("h1")).to_have_text("Zweiten Schritt einrichten")
    page.get_by_role("link", name="Passkey einrichten").click()
    expect(page.get_by_text("Dieser Browser kann hier keinen Passkey anlegen.")).to_be_hidden()
    page.get_by_label("Name").fill("<b>Telefon</b>")
    page.get_by_role("button", name="Passkey anlegen").click()
    expect(page.locator("h1")).to_have_text("Ersatzcodes")
    page.get_by_role("link", name="Ich habe sie aufbewahrt").click()
    expect(page.get_by_text("<b>Telefon</b>", exact=True)).to_be_visible()

    page.get_by_role("button", name="Abmelden").first.click()
    log_in(page, site)
    expect(page.locator("h1")).to_have_text("Zweiter Schritt")
    expect(page.get_by_text("Das wurde abgebrochen")).to_be_hidden()
    page.get_by_role("button", name="Mit Passkey bestätigen").click()
    expect(page.locator("h1")).to_have_text("Übersicht")
    context.close()
