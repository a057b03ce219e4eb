"""What every page in a browser is checked for."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.browser.test_scanner import LAPTOP

WIDTHS = (320, 390, 1280)
# Without a `viewBox` a drawing does not shrink with its frame: what is too wide would be lost.
_CUT_OFF = """[...document.querySelectorAll("svg[width]:not([viewBox])")].some(
    drawing => drawing.checkVisibility() && drawing.clientWidth < drawing.getAttribute("width"))"""


def only_from(site: str, context: BrowserContext) -> list[str]:
    """Collects every address that is asked outside the site."""
    foreign: list[str] = []
    context.on(
        "request",
        lambda request: (
            None if request.url.startswith((site, "data:")) else foreign.append(request.url)
        ),
    )
    return foreign


# Colours that still fade would be measured half-way; what goes round for ever has no end.
SETTLED = """
Promise.allSettled(
  document.getAnimations()
    .filter(({ effect }) => effect.getComputedTiming().endTime < Infinity)
    .map(({ finished }) => finished),
)
"""


def check_axe(page: Page, address: str) -> None:
    """No violation that axe can see."""
    page.evaluate(SETTLED)
    report = Axe().run(page)
    assert report.violations_count == 0, f"{address}: {report.generate_report()}"


def check_dark(page: Page, address: str) -> None:
    """After `check_axe`, the same page in its other colours: nothing else can have changed."""
    page.emulate_media(color_scheme="dark")
    page.evaluate(SETTLED)
    found = page.evaluate("axe.run({runOnly: ['color-contrast']}).then(told => told.violations)")
    page.emulate_media(color_scheme="light")
    assert found == [], f"{address} in the dark"


def check_page(page: Page, address: str) -> None:
    """As `check_axe`, and at any width no scrolling sideways and no drawing cut off."""
    check_axe(page, address)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{address} scrolls sideways at {width}"
        assert not page.evaluate(_CUT_OFF), f"{address} cuts off a drawing at {width}"
    page.set_viewport_size(LAPTOP)
