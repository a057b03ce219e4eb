"""The office's pages: the switch, who has one and who lacks what, one person."""

from typing import Any

import pytest
from flask import Flask

from eventapp.networks.models import Role, Scope
from tests.certificates.handed import Course, held, states
from tests.checkin.door import Guest
from tests.pdfs import text_of
from tests.visitors import colleague


class Office:
    """A course that is over: one guest was there, one was not; Ada looks."""

    def __init__(self, app: Flask, role: Role = Role.ORGANISER, **values: Any) -> None:
        self.course = Course(**values)
        self.dan = self.course.guest(name="Berg", first_name="Dan")
        self.erika = self.course.guest(name="Fuchs", first_name="Erika")
        self.course.comes(self.dan)
        self.ada = colleague(app, "ada", (role, Scope.EVENT, self.course.event_id))
        self.url = f"/organise/events/{self.course.slug}/certificates"

    def page(self, path: str = "", **asked: Any) -> str:
        return self.ada.get(self.url + path, query_string=asked).text

    def send(self, path: str, **data: Any) -> Any:
        return self.ada.post(self.url + path, data={"csrf_token": self.ada.csrf_token(), **data})

    def done(self, path: str, **data: Any) -> str:
        """What the page says that one is led to."""
        answer = self.send(path, **data)
        assert answer.status_code == 303
        return self.ada.get(answer.location).text

    def logged(self, app: Flask) -> str:
        auditor = colleague(app, "eva", (Role.AUDITOR, Scope.INSTALLATION, 0))
        return auditor.get("/organise/log/").text


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


def person(guest: Guest) -> str:
    return f"/{guest.id}"


def test_switched_on_and_off(app: Flask) -> None:
    office = Office(app, gives_certificates=False)
    assert "Niemand bekommt eine Bescheinigung." in office.page()
    assert "Eingeschaltet." in office.done("/switch", wanted="y")
    assert "Das war schon geschehen" in office.done("/switch", wanted="y")
    assert office.course.look() == 1
    assert "Was ausgestellt ist, gilt weiter." in office.done("/switch")
    assert states() == [(1, "valid")]
    assert "Teilnahmebescheinigungen ein- oder ausgeschaltet" in office.logged(app)


def test_who_has_one_and_who_lacks_what(office: Office) -> None:
    page = office.page()
    assert "wird in den nächsten Minuten ausgestellt" in page
    assert "Die Anwesenheit ist nicht vermerkt." in page
    assert "Die E-Mails gehen jetzt hinaus." in office.done("/issue")
    assert "Es war nichts auszustellen." in office.done("/issue")
    assert "ausgestellt am" in office.page()
    for shown, names in (("has", ["Berg"]), ("lacks", ["Fuchs"]), ("x", ["Berg", "Fuchs"])):
        page = office.page(show=shown)
        assert [each for each in ("Berg", "Fuchs") if f"<bdi>{each}</bdi>" in page] == names


def test_withdrawn_with_a_reason_and_given_again(app: Flask, office: Office) -> None:
    office.course.look()
    refused = office.send(f"{person(office.dan)}/withdraw", reason=" ")
    assert refused.status_code == 422
    assert "Schreiben Sie, warum" in refused.text
    done = office.done(f"{person(office.dan)}/withdraw", reason="War gar nicht da")
    assert "Von Ihnen zurückgezogen." in done
    assert office.course.look() == 0
    again = office.done(f"{person(office.dan)}/withdraw", reason="noch einmal")
    assert "Das war schon geschehen" in again
    assert "2. Fassung" in office.done(f"{person(office.dan)}/restore")
    assert states() == [(1, "withdrawn"), (2, "valid")]
    assert "Das war schon geschehen" in office.done(f"{person(office.dan)}/restore")
    log = office.logged(app)
    assert "War gar nicht da" in log
    assert "noch einmal" not in log


def test_sent_again_once_a_minute_and_printed(office: Office) -> None:
    office.course.look()
    assert "Das war schon geschehen" in office.done(f"{person(office.dan)}/again")
    answer = office.send(f"{person(office.dan)}/file")
    assert answer.data.startswith(b"%PDF-")
    assert "Das war schon geschehen" in office.done(f"{person(office.erika)}/file")
    assert office.ada.get(f"{office.url}/sample.pdf").data.startswith(b"%PDF-")


def test_nobody_of_another_event(office: Office) -> None:
    office.course.look()
    other = Course("anderswo").give()[0]
    assert office.ada.get(f"{office.url}{person(other)}").status_code == 404
    for act in ("withdraw", "restore", "again", "file"):
        assert office.send(f"{person(other)}/{act}", reason="x").status_code == 404
    assert held(other).is_valid


def test_who_reads_changes_nothing(app: Flask) -> None:
    office = Office(app, Role.VIEWER)
    office.course.look()
    page = office.page(person(office.dan))
    assert "Ausgestellt am" in page
    assert "Zurückziehen" not in page
    for act in ("/switch", "/issue", f"{person(office.dan)}/withdraw"):
        assert office.send(act, reason="x").status_code == 403
    ben = colleague(app, "ben", (Role.DOOR, Scope.EVENT, office.course.event_id))
    assert ben.get(office.url).status_code == 403


def test_a_draft_of_its_text_is_seen_on_the_pdf(office: Office) -> None:
    wording = f"/organise/events/{office.course.slug}/texts/certificate"
    found = office.ada.get(f"{office.url}").text
    assert wording in found
    send = {"csrf_token": office.ada.csrf_token(), "revision": "0"}
    answer = office.ada.post(wording, data={**send, "paper_closing_de": "Frau Berg, Leitung"})
    assert f"{wording}/file" in office.ada.get(answer.location).text
    assert "Frau Berg, Leitung" in "\n".join(text_of(office.ada.get(f"{wording}/file").data))
    other = wording.replace("certificate", "registration-confirmed")
    office.ada.post(other, data={**send, "note_de": "Text"})
    assert "/file" not in office.ada.get(f"{other}/preview").text
    assert office.ada.get(f"{other}/file").status_code == 404
