"""Questions that appear when they apply, by keyboard; all of them where there is no script."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from eventapp.db import reading, transaction
from eventapp.events.models import Event
from eventapp.registration.models import Answer
from tests.browser.checks import check_page
from tests.browser.test_scanner import PHONE
from tests.browser.test_signup import tab_to
from tests.factories import make_event, make_network, make_question


@pytest.fixture
def slug(app: Any) -> str:  # noqa: ARG001  the app's database
    """Whoever brings children is asked for their ages, whoever comes for the meal."""
    with transaction() as session:
        event = make_event(session, "fest", network=make_network(session), has_online=True)
        _ask(session, event, "kinder", 1, "Bringen Sie Kinder mit?", type="yes_no")
        only_if = {"question": "kinder", "is": "yes"}
        _ask(session, event, "alter", 2, "Wie alt sind sie?", only_if=only_if, required=True)
        _ask(session, event, "essen", 3, "Essen Sie mit?", only_for="in_person", type="yes_no")
    return "fest"


def _ask(session: Any, event: Event, key: str, position: int, label: str, **values: Any) -> None:
    make_question(session, event, key, position=position, label=label, **values)


def fill(page: Page) -> None:
    for name, text in (("first_name", "Zoë"), ("last_name", "Müller"), ("email", "z@example.org")):
        page.fill(f"[name={name}]", text)


def answered() -> list[str]:
    with reading() as connection:
        rows = connection.execute(Answer.__table__.select().order_by(Answer.question_id))
        return [row.value for row in rows]


def test_a_question_appears_when_it_applies(site: str, slug: str, browser: Browser) -> None:
    page = browser.new_page(viewport=PHONE, locale="de-DE", bypass_csp=True)
    page.goto(f"{site}/events/{slug}/register")
    ages, meal = page.locator("[name=question_alter]"), page.locator("[name=question_essen]").first
    expect(ages).to_be_hidden()
    expect(meal).to_be_hidden()
    fill(page)
    page.check("[name=attendance][value=in_person]")
    expect(meal).to_be_visible()
    tab_to(page, "[name=question_kinder] >> nth=0")
    page.keyboard.press("Space")
    expect(ages).to_be_visible()
    expect(page.locator("[name=question_kinder]").first).to_be_focused()
    tab_to(page, "[name=question_alter]")
    page.keyboard.type("3 und 5")
    check_page(page, "the form with all questions")
    page.check("[name=question_kinder][value=no]")
    page.check("[name=attendance][value=online]")
    expect(ages).to_be_hidden()
    expect(meal).to_be_hidden()
    page.get_by_role("button", name="Verbindlich anmelden").click()
    expect(page.locator("h1")).to_have_text("Sie sind angemeldet")
    assert answered() == ["no"]
    page.close()


def test_what_was_answered_is_still_there_after_an_error(
    site: str, slug: str, browser: Browser
) -> None:
    page = browser.new_page(viewport=PHONE, locale="de-DE")
    page.goto(f"{site}/events/{slug}/register")
    page.check("[name=attendance][value=in_person]")
    page.check("[name=question_kinder][value=yes]")
    page.fill("[name=question_alter]", "3 und 5")
    page.get_by_role("button", name="Verbindlich anmelden").click()
    expect(page.locator("[name=question_alter]")).to_be_visible()
    expect(page.locator("[name=question_alter]")).to_have_value("3 und 5")
    expect(page.locator("[name=question_essen]").first).to_be_visible()
    page.close()


def test_without_script_all_are_shown(site: str, slug: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE, locale="de-DE")
    page = context.new_page()
    page.goto(f"{site}/events/{slug}/register")
    expect(page.locator("[name=question_alter]")).to_be_visible()
    expect(page.locator("[name=question_essen]").first).to_be_visible()
    text = page.locator("main").inner_text()
    assert "Nur wenn Sie bei „Bringen Sie Kinder mit?“ „Ja“ antworten." in text
    assert "Nur wenn Sie vor Ort dabei sind." in text
    context.close()
