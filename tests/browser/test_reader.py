"""What the scanner does with what its detector sees, and what it remembers of its user's wishes."""

import pytest
from playwright.sync_api import Page, expect

from eventapp.tokens import new_ticket
from tests.browser.test_scanner import (
    Scanner,
    expect_word,
    type_code,
    wait_until,
)
from tests.checkin.door import Door

# A detector of the browser's own that sees what the test lays before it, once or until it is taken
# away, and fails on demand.
NATIVE = """
window.inView = [];
window.BarcodeDetector = class {
  static getSupportedFormats() { return Promise.resolve(["qr_code"]); }
  detect() {
    if (window.inView === "broken") return Promise.reject(new Error("service unavailable"));
    return Promise.resolve(window.inView.map((rawValue) => ({ rawValue })));
  }
};
"""
# The time after which "is being checked" is worth showing is over just as the verdict is there.
LATE = """
const late = [];
const plain = window.setTimeout;
window.setTimeout = (work, wait, ...rest) =>
  wait === 250 ? (late.push(work), 0) : plain(work, wait, ...rest);
document.addEventListener("DOMContentLoaded", () => {
  const said = document.getElementById("said");
  const told = () => late.splice(0).forEach((work) => work());
  if (said) new MutationObserver(told).observe(said, { childList: true });
});
"""
SPIES = """
window.shaken = 0;
window.sounded = 0;
window.lights = [];
window.awake = 0;
navigator.vibrate = () => { window.shaken += 1; return true; };
window.AudioContext = class extends AudioContext {
  constructor() { super(); window.speaker = this; }
};
const newVoice = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () {
  window.sounded += 1;
  return newVoice.call(this);
};
MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true });
MediaStreamTrack.prototype.applyConstraints = async ({ advanced }) => {
  window.lights.push(advanced[0].torch);
};
Object.defineProperty(navigator, "wakeLock", {
  value: { request: async () => { window.awake += 1; } },
});
"""


def lay(page: Page, *codes: str) -> None:
    page.evaluate("codes => { window.inView = codes; }", list(codes))


def scans(page: Page) -> int:
    """How many the list of the last five holds; it stays hidden."""
    return page.locator("#recent-list > li").count()


def test_the_browsers_own_detector_is_used_and_nothing_stops_it(
    scanner: Scanner,
    door: Door,
) -> None:
    first, second, third = (door.guest() for _ in range(3))
    with scanner(before=NATIVE) as page:
        lay(page, first.ticket)
        expect_word(page, "Willkommen")
        page.wait_for_timeout(1000)
        assert scans(page) == 1  # it stays in view and is told once
        lay(page, first.ticket, second.ticket)  # the next guest is early
        expect(page.locator("#present")).to_have_text("2 von 3 da")
        expect_word(page, "Willkommen")
        lay(page, "https://example.org/", "", third.ticket)
        expect(page.locator("#present")).to_have_text("3 von 3 da")
        lay(page, "https://example.org/", "%%%", "x" * 5000)
        expect_word(page, "Nicht gefunden")
        page.wait_for_timeout(1000)  # it must have been out of view for a moment
        lay(page, first.ticket)
        expect_word(page, "Schon da")
        for _ in range(10):
            lay(page)
            page.wait_for_timeout(100)
            lay(page, first.ticket)
            page.wait_for_timeout(100)
        expect_word(page, "Schon da")


def test_of_several_codes_none_is_taken_until_one_is_left(
    scanner: Scanner,
    door: Door,
) -> None:
    first, second = door.guest(), door.guest()
    with scanner(before=NATIVE) as page:
        lay(page, first.ticket, second.ticket)
        expect_word(page, "Mehrere Codes")
        page.wait_for_timeout(500)
        assert scans(page) == 0
        lay(page, second.ticket)
        expect_word(page, "Willkommen")
        expect(page.locator("#present")).to_have_text("1 von 2 da")


def test_a_detector_that_never_works_is_replaced(
    scanner: Scanner,
    door: Door,
) -> None:
    code = f"HTTPS://EVENTS.EXAMPLE/C/{door.guest().ticket}"
    with scanner((code, 1), before=NATIVE.replace("[];", '"broken";', 1)) as page:
        expect_word(page, "Willkommen")


def test_a_verdict_is_never_covered_by_its_waiting(
    scanner: Scanner,
    door: Door,
) -> None:
    guest = door.guest()
    with scanner(before=LATE) as page:
        type_code(page, guest.ticket)
        expect_word(page, "Willkommen")
        page.wait_for_timeout(500)
        expect_word(page, "Willkommen")


def test_wishes_are_remembered(scanner: Scanner) -> None:
    with scanner(before=SPIES) as page:
        page.mouse.click(1, 1)  # browsers stay silent until the page was touched, and a while after
        wait_until(page, lambda: page.evaluate("window.speaker?.state") == "running")
        type_code(page, new_ticket())
        expect_word(page, "Nicht gefunden")
        assert (page.evaluate("shaken"), page.evaluate("sounded")) == (1, 1)
        page.get_by_role("button", name="Nächste Person").click()
        page.get_by_role("button", name="Einstellungen").click()
        page.get_by_label("Ton").uncheck()
        page.get_by_label("Vibration").uncheck()
        page.reload()
        type_code(page, new_ticket())
        expect_word(page, "Nicht gefunden")
        assert (page.evaluate("shaken"), page.evaluate("sounded")) == (0, 0)
        page.get_by_role("button", name="Nächste Person").click()
        page.get_by_role("button", name="Einstellungen").click()
        expect(page.get_by_label("Ton")).not_to_be_checked()


def test_the_lamp_and_a_screen_that_stays_on(scanner: Scanner) -> None:
    with scanner(before=SPIES) as page:
        lamp = page.get_by_role("button", name="Licht")
        lamp.click()
        expect(lamp).to_have_attribute("aria-pressed", "true")
        lamp.click()
        expect(lamp).to_have_attribute("aria-pressed", "false")
        assert page.evaluate("lights") == [True, False]
        before = page.evaluate("awake")
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        assert page.evaluate("awake") == before + 1  # asked for again on the way back
        page.evaluate("document.getElementById('video').srcObject.getTracks()[0].stop()")
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.locator("#eye")).to_have_attribute("data-state", "ready")
        live = "document.getElementById('video').srcObject.getTracks()[0].readyState"
        assert page.evaluate(live) == "live"


def test_names_and_the_last_five(scanner: Scanner, door: Door) -> None:
    guest = door.guest(name="Öğün")
    with scanner() as page:
        page.get_by_role("button", name="Namen suchen").click()
        page.get_by_label("Name oder Organisation").fill("Quatsch")
        page.keyboard.press("Enter")
        expect(page.locator("#names-said")).to_be_focused()
        expect(page.locator("#names-said")).to_contain_text("Niemand gefunden")
        page.get_by_label("Name oder Organisation").fill("ogun")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Erika Öğün").click()
        expect_word(page, "Willkommen")
        for _ in range(6):
            type_code(page, guest.ticket)
            expect_word(page, "Schon da")
            page.get_by_role("button", name="Nächste Person").click()
        page.get_by_role("button", name="Verlauf").click()
        assert scans(page) == 5
        expect(page.get_by_role("button", name="Zurücknehmen")).to_have_count(0)
        page.get_by_role("button", name="Namen suchen").click()
        type_code(page, guest.ticket)  # a hand scanner types into the field of names
        expect_word(page, "Schon da")


def test_a_scan_from_the_list_is_taken_back(scanner: Scanner, door: Door) -> None:
    first, second = door.guest(name="Eins"), door.guest(name="Zwei")
    with scanner() as page:
        for guest in (first, second):
            type_code(page, guest.ticket)
            expect_word(page, "Willkommen")
            page.get_by_role("button", name="Nächste Person").click()
        page.get_by_role("button", name="Verlauf").click()
        row = page.get_by_role("listitem").filter(has_text="Erika Eins")
        row.get_by_role("button", name="Zurücknehmen").click()
        expect_word(page, "Zurückgenommen")
        expect(page.locator(".person__name")).to_have_text("Erika Eins")
        expect(page.locator("#present")).to_have_text("1 von 2 da")


@pytest.mark.parametrize("is_named", [True, False])
def test_one_place_is_read_out_and_keeps_the_note_closed(
    scanner: Scanner,
    door: Door,
    is_named: bool,
) -> None:
    hidden = Door("ohne-namen", names_at_door=False)
    here = door if is_named else hidden
    guest = here.guest(name="Laut", door_note="Mit Hund")
    with scanner(token=here.pair()) as page:
        places = page.locator("[aria-live]")
        expect(places).to_have_count(1)
        expect(places).to_have_attribute("aria-live", "assertive")
        type_code(page, guest.ticket)
        expect(places).to_contain_text("Willkommen")
        for other in page.locator("[role=status], [role=alert], [role=log]").all():
            expect(other).to_have_text("")  # those of other acts are silent
        read = places.aria_snapshot()
        assert ("Erika Laut" in read) is is_named
        assert "Mit Hund" not in read
        assert ("Hinweis" in read) is is_named
        page.get_by_role("button", name="Nächste Person").click()
        page.get_by_role("button", name="Namen suchen").click()
        expect(page.get_by_label("Name oder Organisation")).to_be_visible(visible=is_named)
        refused = page.get_by_text("Die Suche nach Namen ist an diesem Eingang nicht freigegeben.")
        expect(refused).to_be_visible(visible=not is_named)


def test_the_page_runs_without_unsafe_eval(scanner: Scanner) -> None:
    with scanner() as page:
        expect(page.locator("#listed")).to_contain_text("Liste von")  # nothing is on its way
        answer = page.request.get(page.url)
        policy = answer.headers["content-security-policy"]
        assert "'wasm-unsafe-eval'" in policy
        assert "'unsafe-eval'" not in policy.replace("'wasm-unsafe-eval'", "")
        assert "'unsafe-inline'" not in policy
