"""The office's afternoon: from an empty installation to an event with guests, message and list."""

import csv
from pathlib import Path

import xlsxwriter
from flask import Flask
from playwright.sync_api import Browser, expect

from eventapp.mail.delivery import Pace, deliver_due
from eventapp.mail.transport import FileTransport
from eventapp.networks.models import Role, Scope
from tests.browser.checks import only_from
from tests.browser.test_console import Hand
from tests.browser.test_scanner import LAPTOP
from tests.visitors import colleague

HOSTILE = (
    '=HYPERLINK("http://x.example") <img src=x onerror=alert(1)> {{7*7}} [hier](http://x.example)'
)
COLUMNS = ("Name", "Art", "Kreis", "Straße", "PLZ", "Ort", "Anrede", "Nachname", "E-Mail")


def write_members(path: Path) -> None:
    """A list of 150 members as an office keeps it."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Mitglieder")
    sheet.write_row(0, 0, COLUMNS)
    for n in range(1, 151):
        row = [f"Förderverein Nummer {n}", "Verein", ("Mainz-Bingen", "Trier")[n % 2]]
        row += [f"Hauptstraße {n}", f"{1000 + n:05}", "Beispielstadt"]
        row += ["Frau", f"Müller{n}", f"vorstand{n}@verein{n}.example"]
        for column, value in enumerate(row):
            sheet.write_string(n, column, value)
    book.close()


def test_an_afternoon_in_the_office(
    app: Flask, site: str, browser: Browser, tmp_path: Path
) -> None:
    colleague(app, "ada", (Role.OWNER, Scope.INSTALLATION, 0))
    context = browser.new_context(viewport=LAPTOP, locale="de-DE")
    foreign = only_from(site, context)
    hand = Hand(context.new_page())
    hand.log_in(site)
    found_a_network(hand)
    take_in_members(hand, tmp_path)
    plan_an_event(hand)
    for number, name in enumerate(("Erika", HOSTILE)):
        sign_up(browser, site, name, f"gast{number}@example.org")
    write_to_all(hand, site)
    take_the_list_out(hand, site, tmp_path)
    assert foreign == []
    context.close()
    with app.app_context():
        kept = FileTransport(tmp_path / "var" / "mail")
        deliver_due(kept, Pace(lease=45, retry=60))
    mails = list((tmp_path / "var" / "mail").iterdir())
    assert len(mails) == 2  # the message still has its five minutes


def found_a_network(hand: Hand) -> None:
    """The first steps lead there."""
    hand.press("Netzwerk anlegen")
    hand.fill("Name des Netzwerks", "Landesnetzwerk Beispielland")
    hand.press("Netzwerk anlegen")
    hand.press("Bearbeiten")
    page = hand.page
    page.get_by_label("Adresse des Absenders").fill("netz@example.org")
    page.get_by_label("Name der verantwortlichen Stelle").fill("Trägerverein e. V.")
    page.get_by_label("Anschrift").fill("Musterweg 1\n12345 Beispielstadt")
    page.get_by_label("E-Mail-Adresse der verantwortlichen Stelle").fill("ds@example.org")
    hand.press("Speichern")
    expect(page.locator("main")).to_contain_text("Trägerverein e. V.")


def take_in_members(hand: Hand, folder: Path) -> None:
    """150 organisations from a spreadsheet; the same list again changes nothing."""
    page, path = hand.page, folder / "mitglieder.xlsx"
    write_members(path)
    for new in (150, 0):
        page.get_by_role("link", name="Organisationen", exact=True).first.click()
        expect(page.locator("h1")).to_have_text("Organisationen")
        page.goto(page.url.rstrip("/") + "/import")
        network = page.locator("select#network")
        if network.count():
            network.select_option(label="Landesnetzwerk Beispielland")
        page.locator("#file").set_input_files(path)
        hand.press("Weiter")
        hand.press("Vorschau zeigen")
        if new:
            expect(page.locator("main")).to_contain_text("150")
            hand.press("Ins Register übernehmen")
    page.get_by_role("link", name="Organisationen", exact=True).first.click()
    expect(page.locator("main")).to_contain_text("150 Organisationen")


def plan_an_event(hand: Hand) -> None:
    """A draft, three workshops at the same time, published."""
    hand.press("Übersicht")
    hand.press("Neue Veranstaltung")
    hand.fill("Titel", "Jahrestreffen")
    hand.choose("Art", "Jahrestreffen")
    hand.fill("Erster Tag", "2030-06-12")
    page = hand.page
    page.get_by_label("Beginn").first.fill("10:00")
    page.get_by_label("Ende").first.fill("16:00")
    hand.tick("Vor Ort")
    hand.press("Entwurf anlegen")
    page.get_by_role("link", name="Programm", exact=True).click()
    for title in ("Fördermittel", "Nachfolge", "Öffentlichkeit"):
        hand.fill("Titel", title)
        page.get_by_label("Beginn").fill("11:00")
        page.get_by_label("Ende", exact=True).fill("12:00")
        page.get_by_label("Plätze").fill("20")
        page.get_by_label("Auswahlgruppe").fill("workshop")
        hand.press("Hinzufügen")
        expect(page.get_by_role("link", name=title)).to_be_visible()
    hand.press("Zur Veranstaltung")
    hand.press("Veröffentlichen")
    expect(page.locator("main")).to_contain_text("Die Veranstaltung ist veröffentlicht.")


def sign_up(browser: Browser, site: str, name: str, email: str) -> None:
    """As a guest, on another device, without JavaScript."""
    context = browser.new_context(java_script_enabled=False, locale="de-DE")
    page = context.new_page()
    page.goto(f"{site}/events/jahrestreffen/register")
    page.get_by_label("Vorname").fill(name[:100])
    page.get_by_label("Nachname").fill("Beispiel")
    page.get_by_label("E-Mail").fill(email)
    page.get_by_label("Nachfolge").check()
    page.get_by_role("button", name="Verbindlich anmelden").click()
    expect(page.locator("h1")).to_contain_text("angemeldet")
    context.close()


def write_to_all(hand: Hand, site: str) -> None:
    """A message with preview, sent, and five minutes to take it back."""
    page = hand.page
    page.goto(f"{site}/organise/events/jahrestreffen/messages/new")
    hand.fill("Betreff", "Bitte früher kommen")
    page.get_by_label("Text", exact=True).fill("Guten Tag {vorname}, der Einlass beginnt um 9 Uhr.")
    hand.press("Speichern und ansehen")
    hand.press("An 2 Personen senden")
    expect(page.get_by_role("button", name="Rückgängig machen")).to_be_visible()


def take_the_list_out(hand: Hand, site: str, folder: Path) -> None:
    """As CSV, with a name that would like to be a formula."""
    page = hand.page
    page.goto(f"{site}/organise/events/jahrestreffen/participants/export")
    page.get_by_label("CSV").check()
    with page.expect_download() as downloading:
        hand.press("Datei erstellen")
    path = folder / "liste.csv"
    downloading.value.save_as(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert len(rows) == 3
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@" and cell]
    assert any("HYPERLINK" in cell for row in rows for cell in row)
