"""Participants in a real browser: by keyboard alone, without script, accessible, nothing remote."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.checks import check_page, only_from
from tests.browser.test_scanner import LAPTOP, PHONE
from tests.registration.test_actions import plan, rows, statuses
from tests.registration.test_pages import manage_token

IS_ERROR = re.compile("^Fehler: ")


@pytest.fixture
def slug() -> str:
    """A conference with everything that a form can ask."""
    items = [{"slug": each, "choice_group": "workshop", "capacity": 1} for each in "abc"]
    fields = ["salutation", "title", "organisation", "role", "assistance", "door_note", "diet"]
    return plan(
        items=items,
        has_online=True,
        join_url="https://konferenz.example/raum",
        fields=[*fields, "photo_consent", "list_consent"],
    ).slug


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus, as somebody without a mouse must."""
    for _ in range(80):
        if page.locator(selector).evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_signs_up_by_keyboard_without_script(site: str, slug: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE, locale="de-DE")
    context.clear_cookies()
    foreign = only_from(site, context)
    page = context.new_page()
    page.goto(f"{site}/events/{slug}")
    tab_to(page, f'a[href="/events/{slug}/register"]')
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Anmeldung")
    tab_to(page, "[name=attendance] >> nth=0")
    page.keyboard.press("Space")
    for name, text in (
        ("first_name", "Zoë"),
        ("last_name", "Müller"),
        ("email", "zoe@example.org"),
    ):
        tab_to(page, f"[name={name}]")
        page.keyboard.type(text)
    tab_to(page, "[name=choice_workshop] >> nth=0")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Sie sind angemeldet")
    assert statuses() == ["confirmed"]
    assert rows()[0].first_name == "Zoë"
    assert context.cookies() == []
    assert foreign == []


def test_an_error_takes_the_focus_and_leads_to_the_field(
    site: str, slug: str, browser: Browser
) -> None:
    page = browser.new_page(viewport=PHONE, locale="de-DE")
    page.goto(f"{site}/events/{slug}/register")
    page.get_by_role("button", name="Verbindlich anmelden").click()
    expect(page).to_have_title(IS_ERROR)
    page.get_by_role("link", name="Nennen Sie Ihren Vornamen.").click()
    expect(page).to_have_url(re.compile("#first_name$"))
    page.close()


def addresses(slug: str) -> list[str]:
    """Every page a participant can meet."""
    return [
        "/",
        "/?attendance=online&kind=annual_meeting",
        "/past",
        f"/events/{slug}",
        f"/events/{slug}/register",
        "/calendar",
        "/help",
        "/imprint",
        "/privacy",
        "/accessibility",
        "/registrations",
        "/login",
        "/gibt-es-nicht",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_never_scrolls_sideways(
    site: str, slug: str, browser: Browser, scheme: str
) -> None:
    context = browser.new_context(
        viewport=LAPTOP,
        locale="de-DE",
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,  # for the checker's own script
    )
    foreign = only_from(site, context)
    page = context.new_page()
    found = [*addresses(slug), *_after_sign_up(site, slug, page)]
    for address in found:
        page.goto(f"{site}{address}")
        check_page(page, address)
    page.goto(f"{site}/events/{slug}/register")
    page.get_by_role("button", name="Verbindlich anmelden").click()
    expect(page).to_have_title(IS_ERROR)
    page.mouse.move(0, 0)
    check_page(page, "the form with errors")
    assert foreign == []
    context.close()


def _after_sign_up(site: str, slug: str, page: Page) -> list[str]:
    """Sign somebody up; the addresses of receipt and personal pages."""
    page.goto(f"{site}/events/{slug}/register")
    page.check("[name=attendance] >> nth=0")
    for name, text in (("first_name", "Erika"), ("last_name", "Beispiel")):
        page.fill(f"[name={name}]", text)
    page.fill("[name=email]", "erika@example.org")
    page.get_by_role("button", name="Verbindlich anmelden").click()
    page.wait_for_url("**/receipts/*")
    receipt = page.url.removeprefix(site)
    own = f"/registrations/{manage_token()}"
    return [receipt, own, f"{own}/change", f"{own}/cancel"]
