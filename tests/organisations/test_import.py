"""The import from the file to the register, as the office does it; and what files may hold."""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse
from xlsxwriter import Workbook

from eventapp import clock
from eventapp import table_files as files
from eventapp.db import reading, transaction
from eventapp.networks.models import Contact, Membership, Organisation, Role
from eventapp.organisations import importing
from eventapp.organisations.models import OrganisationUpload
from tests.factories import make_organisation
from tests.organisations.office import LIST, Register, count, id_of
from tests.planning.office import send
from tests.refusals import check_refused
from tests.statements import counted
from tests.visitors import Visitor

IMPORT = f"{LIST}import"
HEADINGS = ["Organisation", "Art", "PLZ", "Ort", "Anrede", "Titel", "Vorname", "Nachname", "E-Mail"]

PERSON = ["Frau", "Dr.", "Kim", "Berg"]


@pytest.fixture
def register(app: Flask) -> Register:
    return Register(app)


def book(lines: Sequence[Sequence[Any]], *, above: int = 0) -> bytes:
    """An XLSX file as office programs write them."""
    file = io.BytesIO()
    workbook = Workbook(file)
    sheet = workbook.add_worksheet()
    for number, line in enumerate(lines, above):
        sheet.write_row(number, 0, line)
    if above:
        sheet.write_string(0, 0, "Mitglieder, Stand 2027")
    workbook.close()
    return file.getvalue()


def many(n: int = 150) -> list[list[Any]]:
    """So many organisations, the postal code as the number that Excel makes of it."""
    return [
        HEADINGS,
        *(
            [
                f"Verein Nr. {i} e. V.",
                "Verein",
                1067 + i,
                "Dresden",
                *PERSON,
                f"info@verein{i}.example",
            ]
            for i in range(1, n + 1)
        ),
    ]


def upload(browser: Visitor, content: bytes, name: str = "liste.xlsx") -> TestResponse:
    start = '--x\r\nContent-Disposition: form-data; name="'
    token = f'{start}csrf_token"\r\n\r\n{browser.csrf_token()}\r\n'
    file = f'{start}file"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n'
    body = token.encode() + file.encode() + content + b"\r\n--x--\r\n"
    return browser.post(IMPORT, data=body, content_type="multipart/form-data; boundary=x")


def chosen(page: str) -> dict[str, str]:
    """The form of a page with its selects, as a browser would send it back untouched."""
    found = dict(re.findall(r'name="(seen)" value="([^"]*)"', page))
    selects = re.compile(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', re.DOTALL)
    for name, inner in selects.findall(page):
        options = re.findall(r'<option value="([^"]*)"( selected)?', inner)
        marked = [value for value, selected in options if selected]
        found[name] = (marked or [options[0][0]])[0]
    return found


def look(browser: Visitor, content: bytes) -> tuple[str, str]:
    """Upload and take what is guessed; address and text of the preview."""
    answer = upload(browser, content)
    assert answer.status_code == 303, answer.text
    answer = send(browser, answer.location, **chosen(browser.get(answer.location).text))
    assert answer.status_code == 303
    return answer.location, browser.get(answer.location).text


def take(browser: Visitor, content: bytes, **decisions: str) -> list[int]:
    """The whole way; how many are new, changed, the same, left out."""
    address, page = look(browser, content)
    answer = send(browser, address, **{**chosen(page), **decisions})
    assert answer.status_code == 303, answer.text
    done = browser.get(answer.location).text
    return [int(each) for each in re.findall(r'figures__number num">(\d+)<', done)]


def kinds(page: str) -> list[int]:
    """New, the same, changed, doubtful."""
    return [int(each) for each in re.findall(r'figures__number num">(\d+)<', page)]


def test_150_organisations_come_in_at_once_and_once_only(register: Register) -> None:
    ada = register.ada()
    content = book(many(), above=2)
    address, page = look(ada, content)
    assert kinds(page) == [150, 0, 0, 0]
    with counted() as statements:
        answer = send(ada, address, **chosen(page))
    assert answer.status_code == 303
    large = len(statements)
    assert count() == 154
    stored = register.stored(id_of("Verein Nr. 7 e. V."))
    assert stored is not None
    assert (stored.postal_code, stored.city) == ("01074", "Dresden")
    assert stored.network_ids == {register.north}
    assert [each.name for each in stored.contacts] == ["Dr. Kim Berg"]
    assert stored.contacts[0].salutation == "Sehr geehrte Frau Dr. Berg,"
    before = everything()
    assert take(ada, content) == [0, 0, 150, 0]
    assert everything() == before
    address, page = look(ada, book([HEADINGS, ["Noch eins", "Verein"]]))
    with counted() as statements:
        send(ada, address, **chosen(page))
    assert len(statements) >= large - 2  # one line costs what 150 do, but for its missing contact


def everything() -> list[Any]:
    """All that an import could change."""
    with reading() as connection:
        return [
            sorted(map(repr, connection.execute(select(model.__table__))))
            for model in (Organisation, Contact, Membership)
        ]


def test_an_export_read_in_again_changes_nothing(register: Register) -> None:
    ada = register.ada()
    take(ada, book(many(5)))
    before = everything()
    for kind in ("csv", "xlsx"):
        exported = ada.get(f"{LIST}list.{kind}").data
        assert take(ada, exported)[:2] == [0, 0]
        assert everything() == before


def test_doubts_are_listed_and_decided(register: Register) -> None:
    """Each kind once: elsewhere, alike, twice, no name, address and district and mail broken."""
    ada = register.ada()
    text = (
        "Name;PLZ;Ort;Kreis;Straße;E-Mail der Ansprechperson;Ansprechperson\n"
        "Übersee-Verein e.V.;80331;München;;;;\n"
        "Uebersee-Verin;24103;Kiel;;;neu@uebersee.example;Kim Neu\n"
        "Amt Mitte;10115;Berlin;Mitte;Weg 1;a@amt.example;Ada A\n"
        "Amt Mitte;10115;Berlin;Mitte;Weg 1;b@amt.example;Ben B\n"
        ";10115;Berlin;;;;\n"
        "Büro Süd;1011X;Berlin;Nirgendwo;;kaputt@;\n"
        "Büro Nord;;;;Weg 2;;\n"
    )
    address, page = look(ada, text.encode("cp1252"))
    assert kinds(page) == [1, 0, 0, 6]
    for words in (
        "aber an anderem Ort",
        "sehr ähnlichen Namen",
        "in der Datei mehrmals",
        "fehlt der Name",
        "„kaputt@“ stimmt nicht",
        "„1011X“ hat keine fünf Ziffern",
        "„Nirgendwo“ gibt es",
        "fehlt der Ort",
    ):
        assert words in page, words
    proposed = chosen(page)
    assert proposed["line-2"] == "new"
    assert proposed["line-3"] == f"same:{register.mine}"
    assert proposed["line-5"] == "line:4"
    assert proposed["line-6"] == "skip"
    answer = send(ada, address, **{**proposed, "line-8": "skip"})
    assert answer.status_code == 303
    mine = register.stored(register.mine)
    assert mine is not None
    assert [each.name for each in mine.contacts] == ["Petra Berg", "Kim Neu"]
    assert mine.name == "Übersee-Verein"
    both = register.stored(id_of("Amt Mitte"))
    assert both is not None
    assert [each.name for each in both.contacts] == ["Ada A", "Ben B"]
    assert count() == 7
    before = everything()
    again, page = look(ada, text.encode("utf-8-sig"))
    send(ada, again, **{**chosen(page), "line-8": "skip"})
    assert everything() == before


def test_what_cannot_be_proposed_must_be_decided(register: Register) -> None:
    ada = register.ada()
    with transaction() as session:
        mine = session.get_one(Membership, (register.north, register.mine))
        make_organisation(session, name="Übersee-Verein", city="Kiel")
        twin = id_newest(session)
        session.add(Membership(network_id=mine.network_id, organisation_id=twin))
    content = "Name,Ort\nÜbersee-Verein,Kiel\n".encode()
    address, page = look(ada, content)
    refused = send(ada, address, **chosen(page))
    assert refused.status_code == 422
    assert "Bitte entscheiden Sie für Zeile 2" in refused.text
    assert send(ada, address, **{**chosen(page), "line-2": f"same:{twin}"}).status_code == 303
    address, page = look(ada, content)
    foreign = {**chosen(page), "line-2": f"same:{register.theirs}"}
    assert send(ada, address, **foreign).status_code == 422


def id_newest(session: Any) -> int:
    return int(session.scalars(select(Organisation.id).order_by(Organisation.id.desc())).first())


def test_a_register_that_changed_meanwhile_is_looked_at_again(register: Register) -> None:
    ada = register.ada()
    address, page = look(ada, b"Name;Ort\nBeide;Ulm\n")
    assert kinds(page) == [0, 0, 1, 0]
    with transaction() as session:
        session.get_one(Organisation, register.both).city = "Aalen"
    late = send(ada, address, **chosen(page))
    check_refused(late, "plan-changed")
    assert kinds(late.text) == [0, 0, 0, 1]


def test_only_what_one_may_edit_is_compared_with_and_told(register: Register) -> None:
    ada = register.ada()
    address, page = look(ada, "Name\nSüdliches Geheimnis\n".encode())
    assert kinds(page) == [1, 0, 0, 0]
    assert str(register.theirs) not in re.findall(r"same:(\d+)", page)
    send(ada, address, **chosen(page))
    theirs = register.stored(register.theirs)
    assert theirs is not None
    assert theirs.network_ids == {register.south}


def test_a_file_belongs_to_its_account_and_goes(register: Register) -> None:
    ada, ben = register.ada(), register.somebody(Role.ORGANISER)
    address, page = look(ada, b"Name\nNeu\n")
    for each in (address, address.removesuffix("/preview")):
        assert ben.get(each).status_code == 404
        assert send(ben, each, **chosen(page)).status_code == 404
    with reading() as connection:
        [sealed] = connection.execute(select(OrganisationUpload.rows_sealed)).scalars()
    assert b"Neu" not in (sealed or b"")
    send(ada, address, **chosen(page))
    with reading() as connection:
        assert connection.execute(select(OrganisationUpload.rows_sealed)).scalars().all() == [None]
    assert ada.get(address).status_code == 200  # says that it is done
    assert send(ada, address, **chosen(page)).status_code == 302
    look(ada, b"Name\nNeuer\n")
    assert count(OrganisationUpload) == 1
    with time_machine.travel(clock.now() + timedelta(hours=25)), transaction() as session:
        importing.forget_old(session, now=clock.now())
    assert count(OrganisationUpload) == 0
    address, _page = look(ada, b"Name\nNeuer\n")
    assert send(ada, address.replace("/preview", "/discard")).status_code == 303
    assert count(OrganisationUpload) == 0
    assert register.somebody(Role.VIEWER, "vera").get(IMPORT).status_code == 403


def far_away() -> bytes:
    """One cell in the last corner of a sheet."""
    file = io.BytesIO()
    with Workbook(file) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_string(0, 0, "Name")
        sheet.write_string(1_048_575, 16_383, "x")
    return file.getvalue()


def bomb() -> bytes:
    """Small, and large when unpacked."""
    file = io.BytesIO(book([["Name"], ["x"]]))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/media/zeros.bin", bytes(files.MOST_UNPACKED + 1))
    return file.getvalue()


def damaged() -> bytes:
    """A workbook with a sheet that cannot be unpacked."""
    content = bytearray(book([["Name"], ["x"]]))
    begin = content.index(b"xl/worksheets/sheet1.xml") + len("xl/worksheets/sheet1.xml")
    content[begin : begin + 20] = b"\xff" * 20
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "code", "values"),
    [
        (b"Name\n", "nothing-in-file", {}),
        (b"\x00\x01\x02\xff", "file-unreadable", {}),
        (b"PK\x03\x04 no zip", "file-unreadable", {}),
        (damaged(), "file-unreadable", {}),
        (b"Name\n" + b"x\n" * 5_100, "too-many-rows", {"most": 5000}),
        (b"x" * 2_000_001, "file-too-large", {"most": 2}),
        (far_away(), "too-many-rows", {"most": 5000}),
        (bomb(), "file-too-large", {"most": 2}),
    ],
    ids=["only-headings", "binary", "no-zip", "damaged", "long", "large", "far", "bomb"],
)
def test_what_is_no_list_is_refused_with_a_sentence(
    register: Register, content: bytes, code: str, values: dict[str, Any]
) -> None:
    check_refused(upload(register.ada(), content), code, **values)
    assert count(OrganisationUpload) == 0


def test_no_file_at_all_is_asked_for(register: Register) -> None:
    answer = upload(register.ada(), b"")
    assert (answer.status_code, "Wählen Sie die Datei" in answer.text) == (422, True)


def test_far_too_much_is_not_even_read(register: Register) -> None:
    ada = register.ada()
    ada.is_checking = False
    assert upload(ada, b"x" * 7_000_000).status_code == 413


def test_columns_can_be_chosen_otherwise(register: Register) -> None:
    ada = register.ada()
    address = upload(ada, b'A\tB\nVerein;1\t"Zeile 1\nZeile 2"\n', "liste.tsv").location
    assert chosen(ada.get(address).text) == {"column-0": "", "column-1": ""}
    refused = send(ada, address, **{"column-0": "", "column-1": "notes"})
    assert refused.status_code == 422
    assert "in welcher Spalte der Name" in refused.text
    twice = send(ada, address, **{"column-0": "name", "column-1": "name"})
    assert "zweimal gewählt" in twice.text
    answer = send(ada, address, **{"column-0": "name", "column-1": "notes"})
    send(ada, answer.location, **chosen(ada.get(answer.location).text))
    stored = register.stored(id_of("Verein;1"))
    assert stored is not None
    assert stored.notes == "Zeile 1\nZeile 2"


def test_hostile_cells_are_only_text(register: Register) -> None:
    hostile = ['=HYPERLINK("http://x")', "<img src=x onerror=alert(1)>", "{{7*7777}}", "\u202eX"]
    lines = [["Name", "Ort", "Kreis"], *([each, each, each] for each in hostile)]
    _address, page = look(register.ada(), book(lines))
    for bad in ("<img src=x", "54439", "\u202e"):
        assert bad not in page
