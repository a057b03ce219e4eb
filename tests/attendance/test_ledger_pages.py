"""The organisers' pages of the ledger: who was there, and what the office writes down."""

import io
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from eventapp.exports.making import make_next
from eventapp.networks.models import Role, Scope
from tests.attendance.test_ledger import DATES, OVER, event_of, say
from tests.checkin.door import Door, Guest, new_scan, record
from tests.visitors import Visitor, colleague


class Office:
    """A course with Dan, let in at the first date, and Erika, who was nowhere; Ada looks."""

    def __init__(self, app: Flask, role: Role = Role.ORGANISER) -> None:
        self.door = Door("kurs", dates=DATES)
        self.dan = self.door.guest(name="Berg", first_name="Dan")
        self.erika = self.door.guest(name="Fuchs", first_name="Erika")
        record(self.door.device("Nordtür"), new_scan(self.dan.ticket, DATES[0][0]), now=OVER)
        self.ada = colleague(app, "ada", (role, Scope.EVENT, self.door.event_id))
        self.url = f"/organise/events/{self.door.slug}/presence"

    def page(self, **asked: Any) -> str:
        return self.ada.get(self.url, query_string=asked).text

    def write(self, guest: Guest, **data: Any) -> Any:
        values = {"what": "date-1", "was_there": "yes", "reason": "Liste", **data}
        return self.send(f"/{guest.id}", **values)

    def send(self, path: str, **data: Any) -> Any:
        return self.ada.post(self.url + path, data={"csrf_token": self.ada.csrf_token(), **data})


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


def test_people_by_dates_with_who_says_so(office: Office) -> None:
    page = office.page()
    assert "Berg" in page
    assert "Einlass" in page
    assert "von 2 Personen mit Platz" in page
    assert "Nordtür" in office.ada.get(f"{office.url}/{office.dan.id}").text


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"q": "berg"}, {"Berg"}),
        ({"there": "yes"}, {"Berg"}),
        ({"there": "yes", "date": "2"}, set()),
        ({"there": "no"}, {"Fuchs"}),
        ({"there": "no", "date": "2"}, {"Berg", "Fuchs"}),
        ({"there": "hand"}, set()),
        ({"there": "nonsense", "date": "99", "attendance": "x"}, {"Berg", "Fuchs"}),
    ],
)
def test_the_list_is_narrowed(office: Office, asked: dict[str, str], names: set[str]) -> None:
    page = office.page(**asked)
    assert {name for name in ("Berg", "Fuchs") if f"<bdi>{name}</bdi>" in page} == names


def test_written_by_hand_and_taken_back(office: Office) -> None:
    answer = office.write(office.erika, reason="Steht auf der Unterschriftenliste")
    assert answer.status_code == 303
    page = office.ada.get(answer.location).text
    assert "Steht auf der Unterschriftenliste" in page
    assert "ada@example.org" in page
    assert "<bdi>Fuchs</bdi>" in office.page(there="hand")
    entry = page.partition("/entries/")[2].partition("/")[0]
    assert office.send(f"/entries/{entry}/take-back").status_code == 303
    assert "<bdi>Fuchs</bdi>" not in office.page(there="yes")
    again = office.send(f"/entries/{entry}/take-back")
    assert "Das war schon geschehen" in office.ada.get(again.location).text


def test_without_a_reason_nothing_is_written_and_all_is_kept(office: Office) -> None:
    answer = office.write(office.erika, what="date-2", was_there="no", reason=" ")
    assert answer.status_code == 422
    assert "Schreiben Sie, woher Sie das wissen." in answer.text
    assert '<option value="date-2" selected>' in answer.text


def test_nobody_without_a_place_and_nobody_of_another_event(office: Office) -> None:
    cancelled = office.door.guest(status="cancelled")
    elsewhere = Door("anderswo").guest()
    for guest in (cancelled, elsewhere):
        assert office.write(guest).status_code == 404
        assert office.ada.get(f"{office.url}/{guest.id}").status_code == 404


def test_who_reads_may_not_write(app: Flask) -> None:
    office = Office(app, Role.VIEWER)
    say(event_of(office.door), office.erika, 0)
    assert "Von Hand eintragen" not in office.ada.get(f"{office.url}/{office.erika.id}").text
    assert office.write(office.erika).status_code == 403
    assert office.send("/entries/1/take-back").status_code == 403


def test_the_door_sees_no_names(app: Flask) -> None:
    assert Office(app, Role.DOOR).ada.get("/organise/events/kurs/presence").status_code == 403


def test_as_a_file(office: Office) -> None:
    say(event_of(office.door), office.erika, 2, was_there=False)
    text = office.send("/file", format="csv", there="yes").get_data(as_text=True)
    assert text.count("\r\n") == 2
    assert "Berg;Dan;" in text
    answer = office.send("/file", format="xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert rows[1][0] == "Berg"
    assert rows[1][5:] == ["ja", "Einlass", "", "", "", ""]
    assert rows[2][5:] == ["", "", "", "", "nein", "von Hand"]


def test_many_people_are_written_by_a_worker(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eventapp.exports.rules.AT_ONCE", {"csv": 1, "xlsx": 1, "pdf": 1})
    answer = office.send("/file", format="csv", there="no")
    assert answer.status_code == 200  # one person
    answer = office.send("/file", format="csv")
    assert answer.status_code == 303
    assert make_next()
    page = office.ada.get(answer.location)
    assert "Wer war da?" in page.text
    assert "Berg;Dan;" in office.ada.get(f"{answer.location}/file").get_data(as_text=True)


def in_log(browser: Visitor) -> str:
    return browser.get("/organise/log/").text


def test_the_log_tells_who_wrote_what(app: Flask, office: Office) -> None:
    office.write(office.erika, reason="Steht auf der Liste")
    office.send("/file", format="csv")
    owner = colleague(app, "owner", (Role.AUDITOR, Scope.INSTALLATION, 0))
    text = in_log(owner)
    assert "Von Hand eingetragen, wer da war" in text
    assert "Steht auf der Liste" in text
    assert "Liste „Wer war da?“ als Datei geholt" in text
