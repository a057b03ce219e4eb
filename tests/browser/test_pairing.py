"""From the link of a door to the first scan, and onto a home screen that shares no storage."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright

from eventapp.checkin.links import list_devices
from eventapp.db import reading
from tests.browser.camera import write_film
from tests.browser.test_scanner import CHROMIUM, expect_word, type_code
from tests.checkin.door import Door

WITHOUT_CAMERA = "Object.defineProperty(navigator, 'mediaDevices', { value: undefined })"
REFUSED_CAMERA = """
navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"));
"""


@pytest.fixture
def door(app: Flask) -> Door:  # noqa: ARG001  the app is the database
    return Door("engagement")


@pytest.fixture
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    film = write_film(tmp_path_factory.mktemp("film") / "camera.mjpeg", [("", 1)])
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                *("--no-sandbox", "--use-fake-ui-for-media-stream"),
                *(
                    "--use-fake-device-for-media-stream",
                    f"--use-file-for-fake-video-capture={film}",
                ),
            ],
        )
        yield launched
        launched.close()


@contextmanager
def phone(browser: Browser, script: str = "") -> Iterator[Page]:
    """A browser of its own, which shares nothing with the others."""
    context = browser.new_context(locale="de-DE", viewport={"width": 360, "height": 780})
    context.add_init_script(script)
    yield context.new_page()
    context.close()


def pair(page: Page, url: str, name: str) -> None:
    page.goto(url)
    page.get_by_label("Wie heißen Sie").fill(name)
    page.get_by_role("button", name="Dieses Gerät verbinden").click()
    expect(page.locator("#scan")).to_be_visible()


def test_a_new_helper_practises_and_scans_after_a_name_and_a_press(
    browser: Browser, site: str, door: Door
) -> None:
    guest = door.guest(name="Gast")
    with phone(browser) as page:
        pair(page, f"{site}/checkin/pair/{door.open('Südtor').token}", "Anna")
        expect(page.locator("#door-name")).to_have_text("Südtor")
        type_code(page, "uebu-ngen")
        expect_word(page, "Übung")
        type_code(page, guest.short)
        expect_word(page, "Willkommen")
        page.reload()
        expect(page.locator("#scan")).to_be_visible()
    with reading() as connection:
        assert [each.name for each in list_devices(connection, door.event_id)] == ["Anna"]


def test_the_home_screen_takes_the_pairing_over_once(
    browser: Browser, site: str, door: Door
) -> None:
    with phone(browser) as page:
        pair(page, f"{site}/checkin/pair/{door.open('Südtor').token}", "Anna")
        page.get_by_role("button", name="Einstellungen").click()
        page.get_by_role("button", name="Auf den Startbildschirm").click()
        expect(page.locator("h1")).to_have_text("Einlass auf den Startbildschirm")
        manifest = page.get_attribute("link[rel=manifest]", "href")
        start = page.request.get(f"{site}{manifest}").json()["start_url"]
    with phone(browser) as app:
        for _ in range(2):  # the app starts there each time
            app.goto(f"{site}{start}")
            expect(app.locator("#door-name")).to_have_text("Südtor")
    with phone(browser) as late:
        late.goto(f"{site}{start}")
        expect(late.get_by_text("nicht rechtzeitig geöffnet")).to_be_visible()
    with reading() as connection:
        assert len(list_devices(connection, door.event_id)) == 1


def test_the_newest_pairing_counts(browser: Browser, site: str, door: Door) -> None:
    """An icon that is paired is started with a new code; one that is used or late takes nothing."""
    other = Door("andere")
    with phone(browser) as page:
        pair(page, f"{site}/checkin/pair/{other.open('Nordtor').token}", "Berta")
        start = start_address(page)
    with phone(browser) as app:
        pair(app, f"{site}/checkin/pair/{door.open('Südtor').token}", "Anna")
        for _ in range(2):  # the app starts there each time
            app.goto(start)
            expect(app.locator("#door-name")).to_have_text("Nordtor")
        assert app.evaluate("localStorage.getItem('eventapp.earlier')") is None
        app.goto(f"{site}/checkin/?start=erfunden")
        expect(app.locator("#door-name")).to_have_text("Nordtor")
        expect(app.get_by_text("nicht rechtzeitig geöffnet")).to_be_hidden()


def start_address(page: Page) -> str:
    """Where another browser takes the pairing of this page over."""
    code: str = page.evaluate(
        """async () => {
             const { token } = JSON.parse(localStorage.getItem("eventapp.door"));
             const body = new URLSearchParams({ token });
             const answer = await fetch("/checkin/handover", { method: "POST", body });
             return (await answer.json()).home.split("/").at(-1);
           }"""
    )
    return f"{page.url.partition('/checkin/')[0]}/checkin/?start={code}"


@pytest.mark.parametrize("script", [WITHOUT_CAMERA, REFUSED_CAMERA])
def test_the_scanner_without_a_camera_gives_an_address_for_another_browser(
    browser: Browser, site: str, door: Door, script: str
) -> None:
    with phone(browser, script) as page:
        pair(page, f"{site}/checkin/pair/{door.open('Südtor').token}", "Anna")
        page.get_by_role("button", name="Adresse dafür kopieren").click()
        address = page.get_by_label("Adresse für Safari oder Chrome")
        expect(address).to_have_value(re.compile(r"/checkin/\?start="))
        expect(page.locator("#move-said")).to_contain_text("15 Minuten")
        url = address.input_value()
    with phone(browser) as safari:
        safari.goto(url)
        expect(safari.locator("#door-name")).to_have_text("Südtor")
        expect(safari.get_by_role("button", name="Adresse dafür kopieren")).to_be_hidden()
    with reading() as connection:
        assert len(list_devices(connection, door.event_id)) == 1


def test_inside_a_messenger_the_page_says_where_the_camera_works(
    browser: Browser, site: str, door: Door
) -> None:
    path = f"/checkin/pair/{door.open().token}"
    url = f"{site}{path}"
    with phone(browser, WITHOUT_CAMERA) as page:
        page.goto(url)
        expect(page.get_by_text("Öffnen Sie diese Seite in Safari oder Chrome.")).to_be_visible()
        expect(page.get_by_label("Adresse dieser Seite")).to_have_value(re.compile(f"{path}$"))
        guest = door.guest()
        pair(page, url, "Anna")
        type_code(page, guest.short)
        expect_word(page, "Willkommen")
    with phone(browser) as page:
        page.goto(url)
        expect(page.locator("#elsewhere")).to_be_hidden()
