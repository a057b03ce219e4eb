"""Files at once: what is in them, in each format, and to whom."""

import io
import re
import zipfile
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from eventapp.audit.models import AuditEntry
from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.exports.layout import LONGEST
from eventapp.networks.models import Role, Scope
from tests.exports.people import DEFAULT, ask, crowd, read_csv, url
from tests.factories import make_event, make_item, make_question
from tests.participants.test_console import account, address, enter, organiser
from tests.pdfs import objects, text_of
from tests.registration.test_actions import cancel, event_of, plan, rows
from tests.statements import counted

HOSTILE = (
    '=HYPERLINK("http://x.example")',
    "<img src=x onerror=alert(1)>",
    "{{7*7777}}",
    "{0.__class__}",
    "[hier](https://x.example)",
    "Eva\r\nBcc: x@x.example",
    "\u202e=1+1",
    "x" * 5000,
)
SECRETS = ("Platz am Gang", "Pollenallergie", "Vegan")


def entries(act: str) -> list[dict[str, Any]]:
    with reading() as connection:
        found = connection.execute(
            select(AuditEntry.after).where(AuditEntry.act == act).order_by(AuditEntry.id)
        )
        return list(found.scalars())


def full_event() -> EventDefinition:
    with transaction() as session:
        event = make_event(session, fields=["organisation", "diet", "assistance", "photo_consent"])
        make_item(session, event, "a", title="Singen", capacity=5)
        make_question(session, event, "anreise", label="Anreise?")
        make_question(
            session,
            event,
            "allergie",
            label="Allergie?",
            sensitive=True,
            purpose="Essen",
            delete_after_days=14,
            position=2,
        )
        slug = event.slug
    return event_of(slug)


def with_needs() -> EventDefinition:
    event = full_event()
    travel, allergy = event.questions
    enter(
        event,
        "Erika",
        "Beispiel",
        items=("a",),
        answers={travel: "mit der Bahn", allergy: "Pollenallergie"},
        needs={"assistance": "Platz am Gang", "diet": ["vegan"]},
    )
    return event


def test_the_file_is_filtered_as_the_screen_with_the_columns_chosen(app: Flask) -> None:
    event = plan(fields=["organisation"])
    for first, last in (("Zoë", "Zweig"), ("Änne", "Groß"), ("Erika", "Alt")):
        enter(event, first, last, organisation="Bündnis")
    cancel(rows()[2].id)
    browser = organiser(app, event)
    page = browser.get(url(event, "?status=confirmed&sort=name")).text
    assert "2 Personen kommen in die Datei." in page
    assert "Angemeldet" in page
    assert 'name="status" value="confirmed"' in page
    answer = ask(
        browser, event, status="confirmed", sort="name", columns_organisation=["organisation"]
    )
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="teilnehmende-{event.slug}.csv"'
    )
    assert answer.headers["Cache-Control"] == "private, no-store"
    lines = read_csv(answer.data)
    assert [line["Nachname"] for line in lines] == ["Groß", "Zweig"]
    assert list(lines[0]) == [
        "Nachname",
        "Vorname",
        "E-Mail-Adresse",
        "Organisation",
        "Teilnahme",
        "Zustand",
    ]
    [entry] = entries("registrations.exported")
    assert entry["filters"] == {"status": "confirmed", "sort": "name"} | entry["filters"]
    assert (entry["rows"], entry["sensitive"], entry["format"]) == (2, False, "csv")
    assert entry["columns"][:2] == ["last_name", "first_name"]
    assert "Zweig" not in str(entry)


def test_what_is_missing_is_said_and_the_rest_kept(app: Flask) -> None:
    event = plan()
    browser = organiser(app, event)
    answer = ask(browser, event, columns_person=[], columns_attendance=[], q="haus")
    assert answer.status_code == 422
    assert "Wählen Sie mindestens eine Spalte." in answer.text
    assert 'name="q" value="haus"' in answer.text
    assert ask(browser, event, form="exe").status_code == 422
    assert browser.get(url(event, "?status=unsinn")).status_code == 404
    assert entries("registrations.exported") == []


def test_needs_only_for_those_who_may_read_them_and_only_when_chosen(app: Flask) -> None:
    event = with_needs()
    chosen: dict[str, Any] = {"columns_needs": ["assistance", "diet", "answer_allergie"]}
    plain = organiser(app, event)
    trusted = account(app, (Role.ASSISTANCE, Scope.EVENT, event.id), email="ben@example.org")
    assert "Pollen" not in plain.get(url(event)).text
    assert "columns_needs" not in plain.get(url(event)).text
    assert plain.get(url(event, "?needs=1")).status_code == 403
    assert ask(plain, event, needs="1").status_code == 403
    smuggled = ask(plain, event, **chosen, columns_answers=["answer_allergie"])
    assert smuggled.status_code == 422
    page = trusted.get(url(event)).text
    assert re.findall(r'name="columns_needs" value="\w+" checked', page) == []
    for form in ("csv", "xlsx", "pdf"):
        usual = as_text(form, ask(trusted, event, form, columns_answers=["answer_anreise"]).data)
        assert "mitderBahn" in usual
        assert not [word for word in SECRETS if "".join(word.split()) in usual]
        asked = as_text(form, ask(trusted, event, form, **chosen).data)
        assert not [word for word in SECRETS if "".join(word.split()) not in asked]
    assert [entry["sensitive"] for entry in entries("registrations.exported")] == [False, True] * 3


def as_text(form: str, file: bytes) -> str:
    """All that the file says, without blanks."""
    if form == "csv":
        return "".join(file.decode("utf-8-sig").split())
    if form == "xlsx":
        return "".join(str(cells(file)).split())
    return words_of(file)


def words_of(paper: bytes) -> str:
    """Without blanks: a line may end anywhere."""
    return "".join("".join(text_of(paper)).replace("\u200b", "").split())


def cells(file: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()


def test_hostile_values_are_only_text_in_each_format(app: Flask) -> None:
    event = full_event()
    for name in HOSTILE:
        enter(event, name, name, organisation=name, answers={event.questions[0]: name})
    browser = organiser(app, event)
    columns: dict[str, Any] = {
        "columns_organisation": ["organisation"],
        "columns_answers": ["answer_anreise"],
    }
    lines = read_csv(ask(browser, event, **columns).data)
    assert len(lines) == len(HOSTILE)
    for line in lines:
        assert not [cell for cell in line.values() if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
        assert "\u202e" not in "".join(line.values())
    book = ask(browser, event, "xlsx", **columns).data
    names = [row[0] for row in cells(book)[1:]]
    assert names == ["x" * 5000, "=1+1", "Eva\n\nBcc: x@x.example", *reversed(HOSTILE[:5])]
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        text = b"".join(parts.read(name) for name in parts.namelist() if "sheet" in name)
        assert b"<f>" not in text
        assert b"hyperlink" not in text
    paper = ask(browser, event, "pdf", **columns).data
    heads = "\n".join(head for head, _stream in objects(paper).values())
    assert not re.search(r"/(JavaScript|JS|Launch|URI|EmbeddedFile|AA|OpenAction)\b", heads)
    assert "/StructTreeRoot" in heads
    shown = words_of(paper)
    assert shown.count("x") >= 4 * (LONGEST - 1)  # the longest name, as paper shows it
    for name in HOSTILE[:5]:
        assert shown.count("".join(name.split())) == 4, name


def test_a_workbook_has_dates_numbers_and_a_heading_that_stays(app: Flask) -> None:
    event = plan(capacity_in_person=1)
    for name in ("Ada", "Ben"):
        enter(event, name, "Beispiel")
    columns = {"columns_attendance": ["position", "created_at"]}
    book = ask(organiser(app, event), event, "xlsx", **columns).data
    heading, waiting, placed = cells(book)
    assert heading[-2:] == ["Platz auf der Warteliste", "Eingang"]
    assert waiting[-2] == 1.0
    assert placed[-2] == ""
    assert not isinstance(waiting[-1], str)
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert b'state="frozen"' in parts.read("xl/worksheets/sheet1.xml")


def test_paper_says_what_it_shows_on_every_page(app: Flask) -> None:
    event = plan(title="Jahrestreffen Größe")
    crowd(event, 60)
    pages = text_of(ask(organiser(app, event), event, "pdf", status="confirmed").data)
    assert len(pages) > 1
    assert "Teilnehmende: Jahrestreffen Größe" in pages[0]
    assert "Angemeldet" in pages[0]
    for number, page in enumerate(pages, 1):
        assert f"Seite {number} von {len(pages)}" in page
        assert "Nachname" in page


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
def test_as_many_statements_for_many_as_for_few(app: Flask, form: str) -> None:
    event = with_needs()
    browser = account(app, (Role.ASSISTANCE, Scope.EVENT, event.id))
    data = {"csrf_token": browser.csrf_token(), "format": form, **DEFAULT}
    data |= {"columns_needs": ["diet"], "columns_workshops": ["items"]}

    def cost() -> int:
        with counted() as statements:
            assert browser.post(url(event), data=data).status_code == 200
        return len(statements)

    few = cost()
    for number in range(20):
        enter(event, f"Gast{number}", "Beispiel", items=("a",), needs={"diet": ["vegan"]})
    assert cost() == few


def test_the_old_address_still_gives_a_file_without_needs(app: Flask) -> None:
    event = with_needs()
    trusted = account(app, (Role.ASSISTANCE, Scope.EVENT, event.id))
    text = trusted.get(address(event, "/list.csv")).text
    assert "mit der Bahn" in text
    assert not [word for word in SECRETS if word in text]
    assert url(event) in trusted.get(address(event)).text
