"""What stays of an event in a real browser: accessible, and got without a script."""

import pytest
from playwright.sync_api import Browser, expect

from eventapp.db import transaction
from eventapp.events.models import Event
from tests.browser.checks import check_page, only_from
from tests.browser.test_scanner import LAPTOP, PHONE
from tests.factories import in_days, make_event, make_item, make_material, make_report

PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def slug() -> str:
    """A conference that is over, with a report and materials of every kind."""
    with transaction() as session:
        event: Event = make_event(session, "gewesen", dates=[(in_days(-9),) * 2], title="Konferenz")
        item = make_item(session, event, title="Vortrag")
        make_material(session, event, data=PDF)
        make_material(session, event, title="Mitschnitt", kind="recording", alternative="Alles")
        make_material(session, event, item_id=item.id, accessibility_state="on_request")
        make_material(session, event, audience="registered")
        make_report(session, event, results="- Eins\n- Zwei")
        return event.slug


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_kept_is_accessible(site: str, slug: str, browser: Browser, scheme: str) -> None:
    context = browser.new_context(
        viewport=LAPTOP,
        locale="de-DE",
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,  # for the checker's own script
    )
    foreign = only_from(site, context)
    page = context.new_page()
    for address in (f"/events/{slug}", f"/events/{slug}/report", "/past", "/past?q=eins"):
        page.goto(f"{site}{address}")
        check_page(page, address)
    assert foreign == []
    context.close()


def test_a_file_is_saved_and_never_shown(site: str, slug: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE, locale="de-DE")
    page = context.new_page()
    page.goto(f"{site}/past")
    page.get_by_role("link", name="Bericht").click()
    expect(page.locator("h1")).to_contain_text("Bericht")
    expect(page.get_by_role("img", name="Ein Saal")).to_be_visible()
    page.get_by_role("link", name="Zur Veranstaltung").first.click()
    with page.expect_download() as download:
        page.locator("a[href*='/materials/']").click()
    assert download.value.path().read_bytes() == PDF
    assert download.value.suggested_filename == "folien.pdf"
    assert page.url == f"{site}/events/{slug}"
    context.close()
