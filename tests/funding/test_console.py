"""The organisers' pages of what a funder gets: who may what, what is kept, what is refused."""

import io
import pickle
import zlib
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, stream_encode_multipart

from eventapp.db import reading
from eventapp.errors import NotFound
from eventapp.funding import queries
from eventapp.funding.facts import read_facts, read_people
from eventapp.funding.models import FunderTemplate, SignedSheet, SignedSheetPart
from eventapp.funding.rules import MOST_SHEETS, Choice, Template
from eventapp.materials.rules import MOST_BYTES
from eventapp.networks.models import Role, Scope
from tests.exports.people import stored
from tests.exports.test_console import entries
from tests.factories import png
from tests.funding.course import PAGE, PDF, course, erase_all, figures, unpacked
from tests.planning.office import Office, send
from tests.refusals import check_refused
from tests.registration.test_actions import event_of, sign_up
from tests.visitors import Visitor, colleague

FUNDERS = "/organise/networks/netz/funders"
LAND = {
    "name": "Land",
    "text": "Ministerium\nReferat 3",
    "fields": "Kapitel\n Titel \nKapitel",
    "parts": ["sheets", "programme"],
    "statement": "Wir versichern es.",
}


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


def scan(data: bytes = PDF, name: str = "liste.pdf") -> Any:
    return io.BytesIO(data), name


def upload(browser: Visitor, data: bytes = PDF, name: str = "liste.pdf") -> TestResponse:
    """With a file that the client of the tests would put on the disk, and leave there open."""
    values = {"csrf_token": browser.csrf_token(), "file": FileStorage(*scan(data, name))}
    stream, _length, boundary = stream_encode_multipart(values, use_tempfile=False)
    media_type = f'multipart/form-data; boundary="{boundary}"'
    return browser.post(f"{PAGE}/sheets", data=stream.read(), content_type=media_type)


def field_of(page: str, label: str) -> str:
    """The name of the field with this label."""
    before, _label, _after = page.partition(f">{label}<")
    return before.rpartition('for="')[2].partition('"')[0]


def test_a_template_is_written_chosen_and_filled_in(office: Office) -> None:
    course(office)
    ada = office.ada()
    assert send(ada, f"{FUNDERS}/new", **LAND).location == f"{FUNDERS}?done=saved"
    assert "Land" in ada.get(FUNDERS).text
    [row] = stored(FunderTemplate)
    assert (row.fields, row.parts) == (["Kapitel", "Titel"], ["programme", "sheets"])
    assert send(ada, PAGE, template=str(row.id)).location == f"{PAGE}?done=saved"
    page = ada.get(PAGE).text
    assert "Liste der Materialien" not in page
    kapitel = field_of(page, "Kapitel ")
    assert send(ada, PAGE, template=str(row.id), **{kapitel: "12"}).status_code == 303
    assert 'value="12"' in ada.get(PAGE).text
    with reading() as connection:
        choice = queries.find_choice(connection, event_of("kurs").id)
    assert choice.filled == [("Kapitel", "12"), ("Titel", "")]
    assert "zahlen/04-materialien.pdf" not in unpacked(figures())
    assert entries("funding.saved")
    assert entries("funder.saved")


def test_a_template_knows_who_its_funder_is() -> None:
    template = Template("Land", fields=("Zuwendungsgeber", "Titel"))
    assert Choice(template).filled == [("Zuwendungsgeber", "Land"), ("Titel", "")]
    told = Choice(template, {"Zuwendungsgeber": "Ministerium"}).filled
    assert told[0] == ("Zuwendungsgeber", "Ministerium")
    assert Choice().filled[0] == ("Zuwendungsgeber", "")


def test_whoever_organises_one_event_is_not_led_to_templates(office: Office) -> None:
    event = course(office, people=0)
    ben = colleague(office.app, "ben", (Role.ORGANISER, Scope.EVENT, event.id))
    assert FUNDERS not in ben.get(PAGE).text
    assert FUNDERS in office.ada().get(PAGE).text


def test_a_deleted_template_leaves_the_general_one_and_what_was_filled_in(office: Office) -> None:
    course(office)
    ada = office.ada()
    name = field_of(ada.get(PAGE).text, "Aktenzeichen ")
    send(ada, PAGE, template="", **{name: "AZ-7"})
    send(ada, f"{FUNDERS}/new", **LAND)
    [row] = stored(FunderTemplate)
    send(ada, PAGE, template=str(row.id))
    assert send(ada, f"{FUNDERS}/{row.id}/delete").location == f"{FUNDERS}?done=deleted"
    assert send(ada, f"{FUNDERS}/{row.id}/delete").status_code == 404
    assert 'value="AZ-7"' in ada.get(PAGE).text


def test_a_template_is_refused_beside_its_field(office: Office) -> None:
    ada = office.ada()
    send(ada, f"{FUNDERS}/new", **LAND)
    check_refused(send(ada, f"{FUNDERS}/new", **{**LAND, "name": "LAND"}), "funder-name-taken")
    empty = send(ada, f"{FUNDERS}/new", **{**LAND, "name": ""})
    assert "Geben Sie der Vorlage einen Namen." in empty.text
    assert "Wir versichern es." in empty.text
    many = "\n".join(map(str, range(13)))
    assert "höchstens 12 Felder" in send(ada, f"{FUNDERS}/new", **{**LAND, "fields": many}).text
    long = send(ada, f"{FUNDERS}/new", **{**LAND, "fields": "x" * 81})
    assert "höchstens 80 Zeichen" in long.text
    [row] = stored(FunderTemplate)
    changed = send(ada, f"{FUNDERS}/{row.id}", **{**LAND, "parts": []})
    assert changed.status_code == 303
    assert stored(FunderTemplate)[0].parts == []
    assert office.cleo().get(f"{FUNDERS}/{row.id}").status_code == 404


def test_another_networks_template_is_not_to_be_chosen(office: Office) -> None:
    course(office)
    send(office.cleo(), "/organise/networks/schwester/funders/new", **LAND)
    [row] = stored(FunderTemplate)
    answer = send(office.ada(), PAGE, template=str(row.id))
    assert answer.status_code == 422
    assert "Wählen Sie aus den angebotenen Möglichkeiten." in answer.text


def test_scans_are_sealed_served_and_deleted(office: Office) -> None:
    event = course(office)
    ada = office.ada()
    date = event.dates[1]
    assert send(ada, f"{PAGE}/sheets", file=scan(), date=date.id).location == f"{PAGE}?done=added"
    [row] = stored(SignedSheet)
    assert row.event_date_id == date.id
    assert PDF not in b"".join(part.sealed for part in stored(SignedSheetPart))
    answer = ada.get(f"{PAGE}/sheets/{row.id}")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"] == 'attachment; filename="liste.pdf"'
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    check_refused(send(ada, f"{PAGE}/sheets", file=scan(), date=date.id), "sheet-there")
    assert send(ada, f"{PAGE}/sheets/{row.id}/delete").location == f"{PAGE}?done=deleted"
    assert stored(SignedSheetPart) == []
    for act in ("added", "fetched", "deleted"):
        assert len(entries(f"funding.sheet_{act}")) == 1


def test_scans_are_read_one_by_one_when_they_are_written(office: Office) -> None:
    event = course(office)
    ada = office.ada()
    for filling in (b"0", b"1"):
        large = PDF.replace(b"%%EOF", b"%" + filling * 3_000_000 + b"\n%%EOF")
        assert upload(ada, large).status_code == 303
    with reading() as connection:
        people = read_people(connection, read_facts(connection, event))
    assert [each.size > 3_000_000 for each in people.scans] == [True, True]
    assert len(pickle.dumps(people.scans)) < 10_000
    assert send(ada, f"{PAGE}/sheets/{people.scans[0].id}/delete").status_code == 303
    with reading() as connection:
        assert len(queries.get_bytes(connection, people.scans[1])) == people.scans[1].size
        with pytest.raises(NotFound):
            queries.get_bytes(connection, people.scans[0])


def test_pictures_lose_what_the_camera_wrote(office: Office) -> None:
    course(office, has_online=False)
    ada = office.ada()
    upload(ada, png(comment="Kamera"), "liste.png")
    [row] = stored(SignedSheet)
    assert row.media_type == "image/png"
    assert ada.get(f"{PAGE}/sheets/{row.id}").data.startswith(b"\x89PNG")


def pdf_of(objects: bytes) -> bytes:
    return b"%PDF-1.7\n1 0 obj\n" + objects + b"\nendobj\n%%EOF\n"


def packed(objects: bytes, data: bytes | None = None) -> bytes:
    stream = zlib.compress(objects) if data is None else data
    return pdf_of(b"<< /Type /ObjStm /N 1 >>\nstream\r\n" + stream + b"\nendstream")


HOSTILE = {
    "a script": pdf_of(b"<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>"),
    "a script, spelled otherwise": pdf_of(b"<< /S /J#61vaScript >>"),
    "a program": pdf_of(b"<< /S /Launch /F (cmd.exe) >>"),
    "a file within": pdf_of(b"<< /Names << /EmbeddedFiles 2 0 R >> >>"),
    "a password": pdf_of(b"<< /Encrypt 3 0 R >>"),
    "a packed script": packed(b"<< /S /JavaScript >>"),
    "packed in an unknown way": packed(b"", b"\xff\xff\xff"),
    "a bomb": packed(b" " * 30_000_000),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_pdf_that_does_more_than_show_is_refused(office: Office, what: str) -> None:
    course(office, people=0)
    check_refused(upload(office.ada(), HOSTILE[what]), "sheet-not-taken")
    assert stored(SignedSheet) == []


def test_a_picture_within_may_hold_any_bytes(office: Office) -> None:
    course(office, people=0)
    picture = b"<< /Subtype /Image >>\nstream\r\n\x00/JS /Launch\x00\nendstream"
    assert upload(office.ada(), pdf_of(picture)).status_code == 303
    assert upload(office.ada(), packed(b"<< /Type /Page >>")).status_code == 303


def test_other_files_and_too_many_are_refused(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    course(office, people=0)
    ada = office.ada()
    assert "Wählen Sie eine Datei." in send(ada, f"{PAGE}/sheets").text
    check_refused(upload(ada, b"<script>", "liste.pdf"), "material-not-taken")
    check_refused(upload(ada, b"MZ", "liste.exe"), "material-not-taken")
    check_refused(upload(ada, b"Name;Vorname", "liste.csv"), "sheet-not-taken")
    check_refused(upload(ada, PDF + b" " * MOST_BYTES), "material-too-large", most=20)
    monkeypatch.setattr("eventapp.funding.rules.MOST_BYTES_TOGETHER", len(PDF))
    upload(ada)
    check_refused(upload(ada, PDF + b" "), "sheets-too-large", most=0)
    monkeypatch.setattr("eventapp.funding.rules.MOST_SHEETS", 1)
    check_refused(upload(ada, PDF + b" "), "too-many-sheets", most=1)
    assert MOST_SHEETS == 50


def test_scans_go_with_whoever_may_have_signed(office: Office) -> None:
    course(office)
    ada = office.ada()
    upload(ada)
    erase_all()
    assert stored(SignedSheet) == stored(SignedSheetPart) == []
    assert "wurden Daten von Teilnehmenden gelöscht" in ada.get(PAGE).text


def test_scans_stay_when_somebody_without_a_place_is_deleted(office: Office) -> None:
    event = course(office, people=0, capacity_in_person=0)
    sign_up(event, "Otto")
    ada = office.ada()
    upload(ada)
    erase_all()
    assert len(stored(SignedSheet)) == 1
    assert "wurden Daten von Teilnehmenden gelöscht" not in ada.get(PAGE).text


def test_who_may_what(office: Office) -> None:
    course(office)
    ada = office.ada()
    upload(ada)
    [row] = stored(SignedSheet)
    may = {
        Role.VIEWER: (200, 303, 200, 403, 403),
        Role.DOOR: (200, 403, 403, 403, 403),
        Role.AUDITOR: (200, 403, 403, 403, 403),
    }
    for role, expected in may.items():
        browser = office.somebody(role, role.value)
        page = browser.get(PAGE)
        assert page.status_code == 200
        assert ("Alles als ZIP erstellen" in page.text) == (role is Role.VIEWER)
        assert ("liste.pdf" in page.text) == (role is Role.VIEWER)
        answers = (
            send(browser, f"{PAGE}/figures"),
            send(browser, f"{PAGE}/file"),
            browser.get(f"{PAGE}/sheets/{row.id}"),
            send(browser, f"{PAGE}/sheets/{row.id}/delete"),
            send(browser, PAGE, template=""),
        )
        assert tuple(each.status_code for each in answers) == expected
    assert office.cleo().get(PAGE).status_code == 404
    assert ada.get(f"{PAGE}/sheets/{row.id + 1}").status_code == 404
