"""Whoever comes without registration, at a real scanner, with and without a network; the wall."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from eventapp import clock
from eventapp.checkin.head_counts import HeadCount, count_guests
from eventapp.db import reading, transaction
from eventapp.events.loading import get_definition
from eventapp.events.models import Event
from eventapp.registration.models import Registration
from eventapp.sitecache import bump
from tests.browser.test_offline import kept
from tests.browser.test_scanner import (
    Scanner,
    expect_word,
    scanner,  # noqa: F401  a fixture
    type_code,
    wait_until,
)
from tests.checkin.door import Door


@pytest.fixture
def door(app: Flask) -> Door:  # noqa: ARG001  the app is the database
    return Door("engagement", walk_ins="beyond", capacity_in_person=1)


def come(page: Page, first_name: str, last_name: str) -> None:
    page.locator("#walk-in-first").fill(first_name)
    page.locator("#walk-in-last").fill(last_name)
    page.get_by_role("button", name="Aufnehmen und einlassen").click()


def test_online_beyond_and_noted_without_a_network(scanner: Scanner, door: Door) -> None:  # noqa: F811
    with scanner() as page:
        page.get_by_text("Jemand kommt ohne Anmeldung").click()
        said = page.locator("#walk-in-said")
        come(page, "Zoë", "")
        expect(said).to_have_text("Nennen Sie Vorname und Nachname.")
        come(page, "Zoë", "Müller")
        expect(said).to_have_text("Zoë Müller ist aufgenommen.")
        type_code(page, "uebu-ngen")  # by hand scanner, while the focus is down here
        expect_word(page, "Übung")
        page.get_by_role("button", name="Nächste Person").click()
        come(page, "Şükrü", "Öğün")
        expect(said).to_have_text("Alle Plätze sind vergeben.")
        page.get_by_role("button", name="Trotzdem einlassen").click()
        expect(said).to_have_text("Şükrü Öğün ist aufgenommen, über die Plätze hinaus.")
        page.context.set_offline(True)
        expect(page.locator("#walk-in-email")).to_be_hidden()
        come(page, "Ohne", "Netz")
        expect(page.locator("#walk-in-waiting")).to_contain_text("1")
        expect(page.locator("#waiting")).to_have_text("1 noch zu übertragen")
        assert "sealed" in kept(page, "walk-ins")
        assert not any(name in everything(page) for name in ("Ohne", "Netz"))
        page.context.set_offline(False)
        expect(page.locator("#walk-in-waiting")).to_have_text("")
        assert kept(page, "walk-ins") == "[]"
    with reading() as connection:
        event = get_definition(connection, door.slug)
        assert count_guests(connection, event, clock.now()) == HeadCount(3, 3)
        assert connection.execute(select(func.count(Registration.id))).scalar_one() == 3


def test_whoever_is_refused_later_stays_until_somebody_took_the_name_down(
    scanner: Scanner,  # noqa: F811
    door: Door,
) -> None:
    with scanner() as page:
        note(page, "Zu", "Spät")
        with transaction() as session:
            session.get_one(Event, door.event_id).walk_ins = None
            bump(session, clock.now())
        page.context.set_offline(False)
        expect(page.locator("#walk-in-refused")).to_be_visible()
        expect(page.get_by_text("Zu Spät", exact=True)).to_be_visible()
        page.reload()
        expect(page.get_by_text("Zu Spät", exact=True)).to_be_visible()
        page.get_by_role("button", name="Notiert, hier löschen").click()
        expect(page.locator("#walk-in-refused")).to_be_hidden()
        assert kept(page, "walk-ins") == "[]"


def test_noted_at_an_earlier_door_is_sent_with_its_own_key(scanner: Scanner, door: Door) -> None:  # noqa: F811
    other = Door("andere")
    with scanner() as page:
        note(page, "Ohne", "Netz")
        page.get_by_role("button", name="Einstellungen").click()
        page.get_by_role("button", name="Eingang wechseln").click()
        expect(page.get_by_text("1 Einlass wartet noch auf Übertragung")).to_be_visible()
        pair_url = page.url + f"pair/{other.pair('Süd')}"
        page.context.set_offline(False)
        page.goto(pair_url)
        page.get_by_role("button", name="Dieses Gerät verbinden").click()
        expect(page.locator("#door-name")).to_have_text("Süd")
        # Not by the page itself, whose policy lets no test evaluate anything later.
        wait_until(page, lambda: page.evaluate("localStorage.getItem('eventapp.earlier')") is None)
        assert kept(page, "walk-ins") == "[]"
    with reading() as connection:
        assert connection.execute(select(Registration.event_id)).scalars().all() == [door.event_id]


def note(page: Page, first_name: str, last_name: str) -> None:
    """Whoever comes while there is no network."""
    expect(page.locator("#listed")).to_contain_text("Liste von")
    page.get_by_text("Jemand kommt ohne Anmeldung").click()
    page.context.set_offline(True)
    come(page, first_name, last_name)
    expect(page.locator("#walk-in-waiting")).to_contain_text("1")


def everything(page: Page) -> str:
    return kept(page, "walk-ins") + str(page.evaluate("JSON.stringify(localStorage)"))


def test_where_nobody_may_walk_in_there_is_no_form(app: Flask, scanner: Scanner) -> None:  # noqa: ARG001, F811
    closed = Door("zu")
    with scanner(token=closed.pair()) as page:
        expect(page.locator("#code")).to_be_visible()
        expect(page.locator("#walk-in")).to_be_hidden()
