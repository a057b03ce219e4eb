"""What a funder gets: complete, readable, and in figures the same after the people are deleted."""

import io
import json
import re

import pytest
import time_machine
from flask import Flask

from eventapp import clock
from eventapp.db import transaction
from eventapp.exports import making
from eventapp.exports.rules import MOST_OPEN
from eventapp.formatting import full_date
from eventapp.funding.models import FunderTemplate
from eventapp.registration.leaving import erase_person
from tests.exports.people import file_of, job_of, read_csv, stored
from tests.exports.test_console import entries
from tests.factories import make_event
from tests.funding.course import OVER, PAGE, PDF, SLUG, course, erase_all, figures, unpacked
from tests.pdfs import objects, text_of
from tests.planning.office import Office, send
from tests.refusals import check_refused
from tests.registration.test_actions import event_of
from tests.visitors import Visitor

ALL = [
    "zahlen/00-deckblatt.pdf",
    "zahlen/01-zahlen.csv",
    "zahlen/01-zahlen.json",
    "zahlen/02-programm.pdf",
    "zahlen/03-einladung.pdf",
    "zahlen/04-materialien.pdf",
    "zahlen/05-befragung.pdf",
]


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


def pack(browser: Visitor) -> dict[str, bytes]:
    """Ordered, made by the worker, fetched."""
    job = job_of(send(browser, f"{PAGE}/file"))
    assert making.make_next()
    return unpacked(file_of(browser, job))


def words_of(file: bytes) -> str:
    return " ".join("\n".join(text_of(file)).split())


def test_the_figures_name_nobody_and_are_complete(office: Office) -> None:
    course(office)
    with time_machine.travel(OVER):
        files = unpacked(figures())
    assert list(files) == ALL
    everything = "\n".join(
        words_of(data) if name.endswith(".pdf") else data.decode() for name, data in files.items()
    )
    assert "Gast0" not in everything
    assert "Beispiel," not in everything
    cover = words_of(files[ALL[0]])
    for words in ("Kurs im Ehrenamt", "2 Termine", "Aktenzeichen", "Unterschrift", "Verein"):
        assert words in cover
    assert "davon haben teilgenommen 11" in cover
    assert "Vor Ort 8 8" in cover
    assert "Begrüßung" in words_of(files[ALL[3]])
    assert "Worum es geht, ausführlich." in words_of(files[ALL[4]])
    assert "Folien zum Kurs" in words_of(files[ALL[5]])
    said = words_of(files[ALL[6]])
    assert "11 Personen haben geantwortet." in said
    assert "5: gut 11 100 %" in said
    assert "Im Mittel 5 von 5." in said
    assert "Gern wieder" not in everything
    counts = json.loads(files[ALL[2]])["counts"]
    assert (counts["registered"], counts["there"]) == (12, 11)
    lines = [tuple(line.values()) for line in read_csv(files[ALL[1]])]
    assert ("Überblick", "davon haben teilgenommen", "Anzahl", "11") in lines
    assert ("Nach Art der Organisation", "Verein", "Mit einem Platz", "6") in lines


def test_every_paper_is_tagged_for_readers(office: Office) -> None:
    course(office)
    with time_machine.travel(OVER):
        files = pack(office.ada())
    papers = {name: data for name, data in files.items() if name.endswith(".pdf")}
    assert len(papers) == 8
    for data in papers.values():
        heads = "\n".join(head for head, _stream in objects(data).values())
        assert b"<pdfuaid:part>1</pdfuaid:part>" in data
        for mark in ("/StructTreeRoot", "/Marked true", "/DisplayDocTitle true", "/Lang"):
            assert mark in heads
        assert not re.search("/(JavaScript|JS|Launch|EmbeddedFile|AA|OpenAction)\\b", heads)


def test_figures_are_the_same_byte_by_byte_after_the_people_are_deleted(office: Office) -> None:
    course(office)
    with time_machine.travel(OVER):
        before = {language: figures(language) for language in ("de", "en")}
        whole = pack(office.ada())
        erase_all()
    with time_machine.travel(OVER.replace(year=OVER.year + 1)):
        after = {language: figures(language) for language in ("de", "en")}
        left = pack(office.ada())
    assert after == before
    assert before["de"] != before["en"]
    assert [name for name in left if name.startswith("zahlen/")] == ALL
    for name in ALL:
        assert left[name] == whole[name] == unpacked(before["de"])[name]
    [note] = [name for name in left if name.startswith("personen/")]
    assert f"Am {OVER.day}." in left[note].decode()
    assert f"Die Zahlen haben den Stand vom {full_date(OVER)}." in left[note].decode()
    assert [name for name in whole if name.startswith("personen/")] != [note]


def test_whoever_is_left_signs_and_the_pack_says_that_somebody_is_missing(office: Office) -> None:
    course(office)
    with time_machine.travel(OVER):
        before = figures()
        with transaction() as session:
            erase_person(session, "gast01@example.org", now=clock.now())
        assert figures() == before
        files = pack(office.ada())
    [first, *_rest] = [name for name in files if "gedruckt" in name]
    assert "Gast02" in words_of(files[first])
    assert "Gast01" not in words_of(files[first])
    assert "wurden Daten von Teilnehmenden gelöscht" in files["personen/hinweis.txt"].decode()
    online = words_of(files["personen/teilnahmeliste-online.pdf"])
    assert "wurden Daten von Teilnehmenden gelöscht" in online


def test_whoever_was_expected_stands_on_the_sheet_and_whoever_was_online_in_the_list(
    office: Office,
) -> None:
    event = course(office)
    with time_machine.travel(OVER):
        files = pack(office.ada())
    days = [date.starts_at.date().isoformat() for date in event.dates if date.starts_at]
    sheets = [f"personen/unterschriften-{day}-gedruckt.pdf" for day in days]
    assert [name for name in files if "unterschriften" in name] == sheets
    for name in sheets:
        text = words_of(files[name])
        assert "Name Vorname Unterschrift" in text
        assert "Gast01" in text
        assert "Gast03" not in text  # online
    online = words_of(files["personen/teilnahmeliste-online.pdf"])
    assert online.count("Gast03") == 2  # at both dates
    assert "Gast00" not in online  # stayed away
    assert "Gast01" not in online
    assert "Bestätigt durch" in online
    assert "Minuten" not in online


def test_online_nobody_signs(office: Office) -> None:
    course(office, people=0, has_in_person=False)
    ada = office.ada()
    files = pack(ada)
    lists = [name for name in files if name.startswith("personen/")]
    assert lists == ["personen/teilnahmeliste-online.pdf"]
    assert "Niemand ist verzeichnet." in words_of(files[lists[0]])
    assert "Gescannte Unterschriftenliste" not in ada.get(PAGE).text


def test_the_sheet_has_the_columns_that_the_funder_wants(office: Office) -> None:
    course(office)
    ada = office.ada()
    columns = ["last_name", "organisation", "signature"]
    wanted = {"name": "ESF", "fields": "", "parts": ["sheets"], "columns": columns}
    assert send(ada, "/organise/networks/netz/funders/new", **wanted).status_code == 303
    [row] = stored(FunderTemplate)
    send(ada, PAGE, template=str(row.id))
    [first, *_rest] = [data for name, data in pack(ada).items() if "gedruckt" in name]
    assert "Name Organisation Unterschrift" in words_of(first)
    assert "Gast01" not in words_of(first)


def test_minutes_stand_where_the_event_counts_them(office: Office) -> None:
    course(office, attendance_rule={"for_funder": True})
    with time_machine.travel(OVER):
        files = pack(office.ada())
    assert "Minuten" in words_of(files["personen/teilnahmeliste-online.pdf"])


def test_a_scan_takes_the_place_of_the_sheet(office: Office) -> None:
    event = course(office)
    with time_machine.travel(OVER):
        ada = office.ada()
        upload(ada, PDF, date=event.dates[1].id)
        files = pack(ada)
        names = [name for name in files if "unterschriften" in name]
        assert [name.rpartition("-")[2] for name in names] == ["scan.pdf", "gedruckt.pdf"]
        assert files[names[0]] == PDF
        upload(ada, PDF + b"%2\n")
        assert not [name for name in pack(ada) if "gedruckt" in name]


def upload(browser: Visitor, data: bytes, name: str = "liste.pdf", **values: object) -> None:
    answer = send(browser, f"{PAGE}/sheets", file=(io.BytesIO(data), name), **values)
    assert answer.status_code == 303, answer.text


def test_a_file_more_than_enough_waits(office: Office) -> None:
    course(office, people=0)
    ada = office.ada()
    for _number in range(MOST_OPEN):
        assert send(ada, f"{PAGE}/file").status_code == 303
    check_refused(send(ada, f"{PAGE}/file"), "too-many-exports", most=MOST_OPEN)


def test_the_log_knows_who_took_what(office: Office) -> None:
    course(office)
    ada = office.ada()
    pack(ada)
    assert send(ada, f"{PAGE}/figures").mimetype == "application/zip"
    for act in ("funding.pack_ordered", "funding.figures_fetched"):
        assert [entry["template"] for entry in entries(act)] == ["Allgemeine Vorlage"]
    assert entries("registrations.export_fetched")


def test_an_event_without_anything_has_a_cover(office: Office) -> None:
    with transaction() as session:
        make_event(session, SLUG, network_id=office.network_id, summary="", description="")
    files = unpacked(figures())
    assert list(files) == ALL[:3]
    assert "Programm" not in words_of(files[ALL[0]])
    assert set(pack(office.ada())) - set(files) == {
        f"personen/unterschriften-{event_of(SLUG).first_day}-gedruckt.pdf"
    }
