"""The scanner in a real browser: camera, keyboard, no network, accessibility."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import (
    Page,
    Request,
    Response,
    Route,
    ViewportSize,
    expect,
    sync_playwright,
)

from eventapp.tokens import shown_short_code
from tests.browser.camera import Scene, write_film
from tests.checkin.door import Door

CHROMIUM = "/usr/bin/chromium"
PHONE: ViewportSize = {"width": 390, "height": 844}
LAPTOP: ViewportSize = {"width": 1280, "height": 800}
SMALL: ViewportSize = {"width": 320, "height": 568}
SLOWEST = 30_000  # milliseconds; a loaded machine looks at two pictures a second
expect.set_options(timeout=SLOWEST)

Scanner = Callable[..., AbstractContextManager[Page]]

# Notes the word of every verdict in the order in which they are shown.
NOTES = """
window.told = [];
document.addEventListener("DOMContentLoaded", () => {
  const said = document.getElementById("said");
  if (!said) return;
  new MutationObserver(() => {
    const word = said.querySelector(".verdict__word")?.textContent;
    if (word && word !== "Wird geprüft") window.told.push(word);
  }).observe(said, { childList: true });
});
"""
# A busy machine is no silent network: the server is waited for before the door decides by itself.
PATIENT = """
const quick = window.setTimeout;
window.setTimeout = (work, wait, ...rest) => quick(work, wait === 2000 ? 25000 : wait, ...rest);
"""


@pytest.fixture
def door(app: Flask) -> Door:  # noqa: ARG001  the app is the database
    return Door("engagement")


@pytest.fixture
def scanner(site: str, door: Door, tmp_path: Path) -> Scanner:
    """A scanner that was paired by its link; asks no other host for anything."""

    @contextmanager
    def open_scanner(
        *scenes: tuple[str | Scene, float],
        view: ViewportSize = PHONE,
        token: str = "",
        before: str = "",
        is_patient: bool = True,
        heard: Callable[[Response], None] = lambda _response: None,
    ) -> Iterator[Page]:
        film = write_film(tmp_path / "camera.mjpeg", scenes or [("", 1)])
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM,
                args=[
                    "--no-sandbox",
                    "--use-fake-ui-for-media-stream",
                    "--use-fake-device-for-media-stream",
                    f"--use-file-for-fake-video-capture={film}",
                ],
            )
            context = browser.new_context(
                viewport=view,
                locale="de-DE",
                permissions=["camera"],
            )
            context.add_init_script(PATIENT if is_patient else "")
            context.add_init_script(before)
            page = context.new_page()
            asked: list[str] = []
            faults: list[str] = []
            page.on("request", lambda request: asked.append(request.url))
            page.on("response", heard)
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.goto(f"{site}/checkin/pair/{token or door.pair()}")
            page.get_by_role("button", name="Dieses Gerät verbinden").click()
            expect(page).to_have_url(f"{site}/checkin/")
            yield page
            assert not faults
            assert [url for url in asked if not url.startswith((site, "data:"))] == []
            browser.close()

    return open_scanner


def expect_word(page: Page, word: str) -> None:
    expect(page.locator(".verdict__word")).to_have_text(word)


def told(page: Page) -> list[str]:
    words: list[str] = page.evaluate("window.told")
    return words


def wait_until(page: Page, is_done: Any) -> None:
    """The film goes on and on; a busy machine needs it twice."""
    for _ in range(600):
        if is_done():
            return
        page.wait_for_timeout(200)
    raise AssertionError(told(page))


def type_code(page: Page, code: str) -> None:
    """As a hand scanner does, wherever the focus is."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def test_the_camera_welcomes_once_and_goes_on_after_foreign_codes(
    scanner: Scanner, door: Door
) -> None:
    guest = door.guest(name="Mustermann")
    code = f"HTTPS://EVENTS.EXAMPLE/C/{guest.ticket}"
    film = [("", 1.0), ("https://example.org/", 2.0), ("", 0.5), (code, 2.0), ("", 2.0)]
    expected = {"Nicht gefunden", "Willkommen", "Schon da"}  # a busy machine may miss the first
    with scanner(*film, before=NOTES) as page:
        wait_until(page, lambda: expected <= set(told(page)))
        assert told(page).count("Willkommen") == 1
        expect(page.locator("#present")).to_have_text("1 von 1 da")
        expect_word(page, "Schon da")
        expect(page.locator(".person__name")).to_have_text("Erika Mustermann")
        expect(page.locator(".verdict__line")).to_contain_text("Eingang Nord")
        page.get_by_role("button", name="Nächste Person").click()
        page.reload()  # the key is kept in the browser
        expect(page.locator("#door-name")).to_have_text("Eingang Nord")
        expect_word(page, "Nicht gefunden")


def test_typed_codes_out_and_in_again(scanner: Scanner, door: Door) -> None:
    guest = door.guest()
    with scanner() as page:
        type_code(page, shown_short_code(guest.short).lower())
        expect_word(page, "Willkommen")
        page.get_by_role("button", name="Einlass zurücknehmen").click()
        expect_word(page, "Zurückgenommen")
        expect(page.locator("#present")).to_have_text("0 von 1 da")
        type_code(page, guest.ticket)
        expect_word(page, "Willkommen")
        type_code(page, guest.ticket)
        expect_word(page, "Schon da")
        page.get_by_role("button", name="War kurz draußen: wieder einlassen").click()
        expect_word(page, "Willkommen")


def test_a_hand_scanner_loses_no_key_behind_a_verdict(scanner: Scanner, door: Door) -> None:
    """The field was taken away under the first key, a moment after the verdict was shown."""
    guests = [door.guest() for _ in range(8)]
    with scanner() as page:
        page.context.set_offline(True)
        for number, guest in enumerate(guests, 1):
            type_code(page, guest.ticket)
            expect(page.locator("#waiting")).to_have_text(f"{number} noch zu übertragen")
        page.context.set_offline(False)
        expect(page.locator("#present")).to_have_text("8 von 8 da")


def test_without_a_network_scans_are_kept_and_sent_later(scanner: Scanner, door: Door) -> None:
    first, second = door.guest(), door.guest()
    with scanner() as page:
        expect(page.locator("#present")).to_have_text("0 von 2 da")
        expect(page.locator("#listed")).to_contain_text("Liste von")
        page.context.set_offline(True)
        type_code(page, first.ticket)
        expect_word(page, "Willkommen")
        type_code(page, second.ticket)
        expect(page.locator("#waiting")).to_have_text("2 noch zu übertragen")
        expect(page.locator("#net")).to_contain_text("ohne Netz seit")
        page.context.set_offline(False)
        expect_word(page, "Willkommen")
        expect(page.locator("#present")).to_have_text("2 von 2 da")
        expect(page.locator("#net")).to_have_text("online")


def test_a_server_that_is_silent_keeps_nobody_waiting(scanner: Scanner, door: Door) -> None:
    """After two seconds the list decides; what the server says in the end changes nothing."""
    guest = door.guest()

    def stay_silent(_route: Route) -> None:
        """Until somebody unroutes it, or the page gives up."""

    with scanner(is_patient=False) as page:
        expect(page.locator("#listed")).to_contain_text("Liste von")
        page.route("**/scans", stay_silent)
        type_code(page, guest.ticket)
        expect_word(page, "Willkommen")
        expect(page.locator("#waiting")).to_have_text("1 noch zu übertragen")
        page.unroute("**/scans")
        expect(page.locator("#waiting")).to_have_text("0 noch zu übertragen")
        expect_word(page, "Willkommen")
        expect(page.locator("#present")).to_have_text("1 von 1 da")


NO_TIMER = "window.setInterval = () => 0;"


@pytest.mark.parametrize("way", ["online", "visibilitychange", "start", "timer"])
def test_what_waits_goes_in_one_batch(scanner: Scanner, door: Door, way: str) -> None:
    guests = [door.guest() for _ in range(3)]
    with scanner(before="" if way == "timer" else NO_TIMER) as page:
        expect(page.locator("#listed")).to_contain_text("Liste von")
        page.route("**/api/**", lambda route: route.abort())
        for number, guest in enumerate(guests, 1):
            type_code(page, guest.ticket)
            expect_word(page, "Willkommen")  # decided here, so nothing of it changes any more
            page.get_by_role("button", name="Nächste Person").click()
            expect(page.locator("#waiting")).to_have_text(f"{number} noch zu übertragen")
        sent: list[list[dict[str, Any]]] = []
        page.on("request", lambda request: sent.extend(batches(request)))
        page.evaluate("dispatchEvent(new Event('online'))")
        wait_until(page, lambda: sent and [each.get("let_in") for each in sent[-1]] == [True] * 3)
        del sent[:-1]  # one goes at a time, so none is on its way that is not decided yet
        page.unroute("**/api/**")
        if way == "start":
            page.reload()
        elif way != "timer":
            target = "document" if way == "visibilitychange" else "window"
            page.evaluate(f"{target}.dispatchEvent(new Event('{way}'))")
        expect(page.locator("#waiting")).to_have_text("0 noch zu übertragen")
        assert {len(batch) for batch in sent} == {3}
        expect(page.locator("#present")).to_have_text("3 von 3 da")


def batches(request: Request) -> list[list[dict[str, Any]]]:
    """The scans that it carries, if it carries any."""
    is_batch = request.method == "POST" and request.url.endswith("/scans")
    return [json.loads(request.post_data or "")["scans"]] if is_batch else []


def test_a_device_that_no_longer_holds_says_so(scanner: Scanner, door: Door) -> None:
    guest, token = door.guest(), door.pair()
    with scanner(token=token) as page:
        type_code(page, guest.ticket)
        expect_word(page, "Willkommen")
        page.get_by_role("button", name="Nächste Person").click()
        page.get_by_role("button", name="Einstellungen").click()
        page.get_by_role("button", name="Eingang wechseln").click()
        expect(page.get_by_role("link", name="Anmelden")).to_be_visible()


@pytest.mark.parametrize("view", [PHONE, LAPTOP, SMALL])
def test_every_verdict_is_accessible_and_fits(
    scanner: Scanner, door: Door, view: ViewportSize
) -> None:
    guest, other = door.guest(door_note="Mit Hund"), Door("andere")
    codes = {
        "Willkommen": guest.ticket,
        "Schon da": guest.ticket,
        "Abgesagt": door.guest(status="cancelled").ticket,
        "Warteliste": door.guest(status="waitlisted").ticket,
        "Online angemeldet": door.guest(attendance="online").ticket,
        "Andere Veranstaltung": other.guest().ticket,
        "Nicht gefunden": "QUATSCH",
    }
    with scanner(view=view) as page:
        expect(page.locator("#eye")).to_have_attribute("data-state", "ready")
        assert_fits(page, view)
        for word, code in codes.items():
            type_code(page, code)
            expect_word(page, word)
            assert_fits(page, view)


def assert_fits(page: Page, view: ViewportSize) -> None:
    """Nothing scrolls; axe finds nothing on the phone (on a laptop's width it takes minutes)."""
    if view is PHONE:
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    wide, high = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    )
    assert wide <= view["width"]
    assert high <= view["height"] or view["height"] < 700
