"""The scanner without its server: real processes that are killed, a real browser that is closed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from eventapp import clock
from eventapp.checkin import actions
from eventapp.db import transaction
from eventapp.tokens import new_ticket, shown_short_code
from tests import servers
from tests.browser.test_scanner import CHROMIUM, PHONE, expect_word, type_code
from tests.checkin.door import Door, device_of
from tests.servers import Site


@pytest.fixture
def door(app: Flask) -> Door:  # noqa: ARG001  the app is the database
    return Door("engagement")


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Site]:
    """The app as in production, on the same database."""
    environ = {
        "DATA_DIR": str(tmp_path / "var"),
        "DATABASE_URL": database_url,
        "SECRET_KEY": "secret for tests",
        "DATA_KEY": "key for tests",
        "BASE_URL": "https://events.example",
        "MAIL_FROM": "Veranstaltungen <events@example.org>",
        "DEMO": "force",
        "RATE_LIMITS": "off",
    }
    with servers.web(environ, tmp_path) as site:
        yield site


@pytest.fixture
def phone(tmp_path: Path) -> Callable[[], object]:
    """A browser that keeps what it knows when it is closed and opened again."""

    @contextmanager
    def opened() -> Iterator[Page]:
        with sync_playwright() as playwright:
            context: BrowserContext = playwright.chromium.launch_persistent_context(
                str(tmp_path / "phone"),
                executable_path=CHROMIUM,
                args=["--no-sandbox"],
                viewport=PHONE,
                locale="de-DE",
            )
            yield context.pages[0]
            context.close()

    return opened


def pair(page: Page, server: Site, token: str) -> None:
    page.goto(f"{server.url}/checkin/pair/{token}")
    page.get_by_role("button", name="Dieses Gerät verbinden").click()
    expect(page.locator("#listed")).to_contain_text("Liste von")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def test_scans_survive_the_server_and_the_browser(server: Site, phone, door: Door) -> None:  # type: ignore[no-untyped-def]
    first, second, third = (door.guest(name=name) for name in ("Eins", "Zwei", "Drei"))
    cancelled = door.guest(status="cancelled")
    with phone() as page:
        pair(page, server, door.pair())
        type_code(page, first.ticket)
        expect_word(page, "Willkommen")
        server.kill()
        type_code(page, second.ticket)
        expect_word(page, "Willkommen")
        expect(page.locator(".person__name")).to_have_text("Erika Zwei")
        expect(page.locator("#present")).to_have_text("mindestens 2 da")
        expect(page.locator("#waiting")).to_have_text("1 warten auf Übertragung")
    with phone() as page:
        page.goto(f"{server.url}/checkin/")
        expect(page.locator("#net")).to_contain_text("ohne Netz seit")
        expect(page.locator("#waiting")).to_have_text("1 warten auf Übertragung")
        expect(page.locator("#present")).to_have_text("mindestens 2 da")
        type_code(page, second.ticket)
        expect_word(page, "Schon da")
        type_code(page, shown_short_code(third.short))
        expect_word(page, "Willkommen")
        type_code(page, cancelled.ticket)
        expect_word(page, "Abgesagt")
        type_code(page, "https://example.org/speisekarte")
        expect_word(page, "Nicht gefunden")
        expect(page.locator("#present")).to_have_text("mindestens 3 da")
        server.start()
        expect(page.locator("#net")).to_have_text("online")
        expect(page.locator("#waiting")).to_have_text("0 warten auf Übertragung")
        expect(page.locator("#present")).to_have_text("3 von 3 da")


def test_whoever_is_not_in_the_list_is_the_helpers_choice(server: Site, phone, door: Door) -> None:  # type: ignore[no-untyped-def]
    door.guest()
    with phone() as page:
        pair(page, server, door.pair())
        server.kill()
        late, away = door.guest(name="Spät"), door.guest(name="Weg")
        for ticket in (late.ticket, new_ticket()):
            type_code(page, ticket)
            expect_word(page, "Nicht in der Liste")
            page.get_by_role("button", name="Einlassen", exact=True).click()
            expect_word(page, "Vorgemerkt")
        type_code(page, away.ticket)
        expect_word(page, "Nicht in der Liste")
        page.get_by_role("button", name="Nächste Person").click()
        expect(page.locator("#waiting")).to_have_text("3 warten auf Übertragung")
        server.start()
        expect(page.locator("#present")).to_have_text("1 von 3 da")


def test_a_withdrawn_device_forgets_the_list(server: Site, phone, door: Door) -> None:  # type: ignore[no-untyped-def]
    guest, token = door.guest(name="Geheim"), door.pair()
    with phone() as page:
        pair(page, server, token)
        assert "Geheim" not in kept(page)
        assert "sealed" in kept(page)
        with transaction() as session:
            actions.revoke_device(session, device_of(token).id, now=clock.now())
        type_code(page, guest.ticket)
        expect_word(page, "Zurückgestellt")
        page.evaluate("Date.now = ((real) => () => real() + 120000)(Date.now)")  # the list is old
        expect(page.locator("#listed")).to_have_text("keine Liste")
        assert kept(page) == "[]"


def kept(page: Page) -> str:
    """What lies open of the roster in the browser's database."""
    text: str = page.evaluate(
        """new Promise((resolve) => {
             indexedDB.open("eventapp-door").onsuccess = ({ target }) => {
               const store = target.result.transaction("roster").objectStore("roster");
               store.getAll().onsuccess = ({ target }) => resolve(JSON.stringify(target.result));
             };
           })"""
    )
    return text
