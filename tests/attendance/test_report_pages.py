"""Taking in the report of a platform: nothing in silence, once, and back again."""

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventapp import clock
from eventapp.attendance import reports
from eventapp.attendance.models import AttendanceReport, ReportLine
from eventapp.attendance.report_reading import read_report
from eventapp.db import reading, transaction
from eventapp.networks.models import Role
from tests.attendance import report_files
from tests.attendance.test_ledger import DATES, check_agreement, enter_online, event_of, say
from tests.attendance.test_ledger_pages import Office

START = DATES[0][0]


@pytest.fixture
def office(app: Flask) -> Office:
    office = Office(app)
    office.anna = office.door.guest(  # type: ignore[attr-defined]
        first_name="Anna", name="Amsel", last_name="Amsel", email="anna@example.org"
    )
    return office


def upload(office: Office, content: bytes, **data: Any) -> Any:
    sent = {
        "csrf_token": office.ada.csrf_token(),
        "date": "1",
        "zone": "Europe/Berlin",
        "file": (io.BytesIO(content), "bericht.csv"),
        **data,
    }
    return office.ada.post(f"{office.url}/reports", data=sent)


def count(model: Any) -> int:
    with reading() as connection:
        return int(connection.execute(select(func.count()).select_from(model)).scalar_one())


ROWS = [
    ("Anna Amsel", "anna@example.org", 0, 50),
    ("Anna Amsel", "anna@example.org", 60, 120),
    ("Erika Fuchs", "anderswo@example.net", 0, 120),
    ("Galaxy S21", "", 0, 120),
]


def test_sure_ones_doubts_and_strangers(office: Office) -> None:
    answer = upload(office, report_files.zoom(START, ROWS))
    assert answer.status_code == 303
    page = office.ada.get(answer.location).text
    assert "1 Person ist eindeutig" in page
    assert "Der Name passt, aber die Adresse ist eine andere." in page
    assert "1 Name gehört zu keiner Anmeldung" in page
    path = answer.location.partition("/presence")[2]
    refused = office.send(path)
    assert refused.status_code == 422
    assert "Bitte entscheiden Sie, wer „Erika Fuchs“ ist." in refused.text
    assert count(ReportLine) == 0
    number = page.partition('name="who-')[2].partition('"')[0]
    forged = office.send(path, **{f"who-{number}": str(office.dan.id)})
    assert forged.status_code == 422
    taken = office.send(path, **{f"who-{number}": str(office.erika.id)})
    assert taken.status_code == 303
    assert office.send(path).status_code == 404
    page = office.page(there="yes", date="1")
    for name in ("Amsel", "Fuchs", "Berg"):
        assert f"<bdi>{name}</bdi>" in page
    assert count(ReportLine) == 2  # no times: nobody asked for minutes
    check_agreement(event_of(office.door))


def test_minutes_of_who_came_again_where_they_are_asked_for(office: Office) -> None:
    office.send("/rule", for_funder="y")
    answer = upload(office, report_files.teams(START, ROWS[:2]))
    office.send(answer.location.partition("/presence")[2])
    assert "110 Minuten" in office.page(q="Amsel")
    page = office.ada.get(f"{office.url}/{office.anna.id}").text  # type: ignore[attr-defined]
    assert page.count("\N{NO-BREAK SPACE}Uhr bis ") == 2  # came again


def test_the_same_from_report_and_online_room_counts_once_and_can_be_taken_back(
    office: Office,
) -> None:
    event = event_of(office.door)
    enter_online(event, office.anna, 0)  # type: ignore[attr-defined]
    for _ in range(2):  # the same file twice
        answer = upload(office, report_files.webex(START, ROWS[:2]))
        office.send(answer.location.partition("/presence")[2])
    page = office.page(q="Amsel")
    assert page.count("Bericht") >= 1
    check_agreement(event)
    say(event, office.anna, 0, was_there=False)  # type: ignore[attr-defined]
    assert "<bdi>Amsel</bdi>" not in office.page(there="yes")
    check_agreement(event)
    for number in (1, 2):
        assert office.send(f"/reports/{number}/take-back").status_code == 303
    assert count(AttendanceReport) == count(ReportLine) == 0
    assert office.send("/reports/1/take-back").status_code == 303


@pytest.mark.parametrize(
    ("content", "data", "sentence"),
    [
        (b"", {}, "Wählen Sie die Datei aus."),
        (b"a,b\n1,2\n", {}, "In dieser Datei stehen keine Teilnehmenden."),
        (report_files.zoom(START, ROWS), {"zone": "America/Los_Angeles"}, "Zeitzone"),
        (report_files.zoom(START, ROWS), {"date": "2"}, "kaum jemand da"),
        (report_files.zoom(START, ROWS), {"date": "9"}, "Wählen Sie"),
    ],
)
def test_what_does_not_fit_is_refused(
    office: Office, content: bytes, data: dict[str, str], sentence: str
) -> None:
    answer = upload(office, content, **data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert count(AttendanceReport) == 0


def test_unsettled_reports_go_after_a_day(office: Office) -> None:
    answer = upload(office, report_files.zoom(START, ROWS))
    later = clock.now() + timedelta(hours=25)
    with transaction() as session:
        reports.forget_old(session, now=later)
    assert office.ada.get(answer.location).status_code == 404
    assert count(AttendanceReport) == 0


def test_who_only_reads_takes_nothing_in(app: Flask) -> None:
    office = Office(app, Role.VIEWER)
    assert office.ada.get(f"{office.url}/reports").status_code == 403
    assert upload(office, report_files.zoom(START, ROWS)).status_code == 403


def test_without_a_decision_nothing_is_written(office: Office) -> None:
    upload(office, report_files.zoom(START, ROWS))
    event, now = event_of(office.door), clock.now()
    with reading() as connection:
        pending = reports.get_pending(connection, event, 1, now)
    with pytest.raises(reports.ReportUndecided), transaction() as session:
        reports.take_over(session, event, pending, {}, now=now)
    assert count(ReportLine) == 0


def test_less_than_half_at_the_time_of_the_date_is_another_meeting(office: Office) -> None:
    rows = [("Wer", "", 0, 10), ("Wer anders", "", 200, 300), ("Noch wer", "", 200, 300)]
    report = read_report(report_files.webex(START, rows), "Europe/Berlin", START)
    with pytest.raises(reports.ReportElsewhere):
        reports.check_fits(report, event_of(office.door).dates[0])
