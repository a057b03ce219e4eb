"""One event at many places: a list is looked at, becomes events with partners, and once only."""

import io
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventapp.audit.models import AuditEntry
from eventapp.db import reading, transaction
from eventapp.events.models import Event
from eventapp.networks.models import Role, Scope
from eventapp.partners.models import Partner
from eventapp.partners.place_columns import rows_of
from tests.factories import at, in_days, make_item, make_region
from tests.planning.office import Office, event_of, send
from tests.refusals import check_refused
from tests.visitors import Visitor, colleague, visitor

PLACES = "/organise/events/treffen/places"
DAY = in_days(60)
HEADINGS = "Titel;Haus oder Raum;PLZ;Ort;Region;Datum;Beginn;Ende;Plätze;Partner;E-Mail"
_WHERE = "Gespräch <Hamm>;Rathaus;59065;Hamm;Mitte"
HAMM = f"{_WHERE};{DAY:%d.%m.%Y};18 Uhr;20:30;25;Stadt Hamm;hamm@example.org"
SOEST = f";;59494;Soest;;{DAY.isoformat()};;;;=Verein;"


@pytest.fixture
def office(app: Flask) -> Office:
    office = Office(app, "treffen", title="Strategie", capacity_in_person=40)
    with transaction() as session:
        make_region(session, "mitte", "Mitte")
        event = session.scalars(select(Event).filter_by(slug="treffen")).one()
        make_item(session, event, "auftakt")
    return office


def upload(browser: Visitor, *lines: str, headings: str = HEADINGS) -> Any:
    content = "\r\n".join([headings, *lines]).encode("cp1252")
    data = {"csrf_token": browser.csrf_token(), "file": (io.BytesIO(content), "orte.csv")}
    return browser.post(PLACES, data=data, content_type="multipart/form-data")


def make(browser: Visitor, page: Any, **values: str) -> Any:
    rows = page.text.partition('name="rows" value="')[2].partition('"')[0]
    return send(browser, f"{PLACES}/make", rows=rows, **values)


def count(model: Any) -> int:
    with reading() as connection:
        return int(connection.execute(select(func.count()).select_from(model)).scalar_one())


def test_a_list_becomes_dates_with_partners_and_only_once(office: Office) -> None:
    ada = office.ada()
    page = upload(ada, HAMM, SOEST)
    assert page.status_code == 200
    assert "Gespräch &lt;Hamm&gt;" in page.text
    assert count(Event) == 1
    assert make(ada, page, status="published").location == f"{PLACES}?done=made"
    assert (count(Event), count(Partner)) == (3, 2)
    hamm, soest = event_of("gespraech-hamm"), event_of("strategie-soest")
    assert (hamm.title, hamm.starts_at, hamm.status) == (
        "Gespräch <Hamm>",
        at(DAY, 18),
        "published",
    )
    assert (hamm.capacity_in_person, hamm.region and hamm.region.slug) == (25, "mitte")
    assert hamm.venue is not None
    assert hamm.venue.one_line == "Rathaus, 59065 Hamm"
    assert [each.starts_at.date() for each in hamm.programme] == [DAY]
    assert (soest.starts_on, soest.capacity_in_person, soest.region) == (DAY, 40, None)
    again = upload(ada, SOEST, HAMM)
    assert "Alle Termine dieser Liste gibt es schon." in again.text
    assert make(ada, page).location == f"{PLACES}?done=again"
    assert (count(Event), count(Partner)) == (3, 2)
    page = ada.get(PLACES).text
    assert "Stadt Hamm" in page
    assert "Noch nichts ergänzt" in page


def test_the_links_are_a_file_and_stand_in_the_log(office: Office) -> None:
    ada = office.ada()
    make(ada, upload(ada, HAMM, SOEST))
    file = ada.get(f"{PLACES}/links.csv").get_data(as_text=True)
    heading, first, second, _end = file.split("\r\n")
    assert heading.endswith("Partner;E-Mail-Adresse;Titel;Tag;Ort;Link")
    assert first.startswith("Stadt Hamm;hamm@example.org;Gespräch <Hamm>;")
    assert second.startswith("'=Verein;;Strategie: Soest;")
    link = first.rpartition(";")[2]
    page = visitor(office.app).get(link[link.index("/partners/") :])
    assert (page.status_code, "Gespräch &lt;Hamm&gt;" in page.text) == (200, True)
    with reading() as connection:
        entries = connection.execute(select(AuditEntry.__table__).order_by(AuditEntry.id)).all()
    acts = [each.act for each in entries]
    assert acts == ["event.created", "event.created", "places.made", "places.exported"]
    assert entries[-1].after == {"rows": 2, "format": "csv"}
    assert link.rpartition("/")[2] not in str(entries)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (";Rathaus;;Hamm;Nirgends;1.9.2027;;;;;", "Die Region „Nirgends“ gibt es nicht."),
        (";Rathaus;;Hamm;;28.3.2027;2:30;4:00;;;", "Diese Uhrzeit gibt es am"),
        (";Rathaus;;Hamm;;31.10.2027;2:30;4:00;;;", "Diese Uhrzeit gibt es an dem Tag zweimal."),
        (";Rathaus;;Hamm;;1.9.2027;10:00;9:00;;;", "Das Ende liegt nicht nach dem Beginn."),
        (";Rathaus;;Hamm;;1.9.2027;10:00;;;;", "Nennen Sie Beginn und Ende"),
        (";Rathaus;;Hamm;;bald;;;;;", "Schreiben Sie den Tag so"),
        (";;;;;1.9.2027;;;;;", "Nennen Sie Haus oder Ort."),
        (";Rathaus;;Hamm;;1.9.2027;;;viele;;", "Geben Sie eine ganze Zahl ein"),
        (";Rathaus;;Hamm;;1.9.2027;;;;;hamm", "Ergänzen Sie das @"),
    ],
)
def test_what_does_not_fit_is_said_by_line(office: Office, line: str, said: str) -> None:
    answer = upload(office.ada(), SOEST, line)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'name="rows"' not in answer.text


def test_files_that_are_no_list_of_places_are_refused(office: Office) -> None:
    ada = office.ada()
    twice = upload(ada, SOEST, HAMM, SOEST)
    assert "Derselbe Ort am selben Tag steht schon in Zeile 2." in twice.text
    check_refused(upload(ada, "a;b", headings="Name;Telefon"), "place-columns-missing")
    many = upload(ada, *[f";Haus {n};;;;1.9.2027;;;;;" for n in range(301)])
    check_refused(many, "too-many-rows", most=300)
    assert send(ada, PLACES).status_code == 422
    assert send(ada, f"{PLACES}/make", rows="Zm9v").status_code == 422
    assert count(Event) == 1


def test_only_who_may_plan_in_the_network(office: Office) -> None:
    rows = upload(office.ada(), HAMM)
    with reading() as connection:
        event_id = connection.execute(select(Event.id).filter_by(slug="treffen")).scalar_one()
    one_event = colleague(office.app, "dora", (Role.ORGANISER, Scope.EVENT, event_id))
    for browser, code in (
        (office.somebody(Role.VIEWER), 403),
        (office.cleo(), 404),
        (one_event, 403),
    ):
        assert browser.get(PLACES).status_code == code
        assert browser.get(f"{PLACES}/links.csv").status_code == code
        assert upload(browser, HAMM).status_code == code
        assert make(browser, rows).status_code == code
    assert make(office.somebody(Role.OWNER, "emil"), rows).status_code == 422  # Ada's list
    assert count(Event) == 1


def test_headings_are_known_in_both_languages_below_a_title() -> None:
    lines = [
        ["Our places", "", "", ""],
        ["Date", "City", "Start", "Remarks"],
        ["2027-09-01", "Hamm", "18:00:00", "x"],
        ["", "", "", "no place"],
    ]
    columns, [row] = rows_of(lines)
    assert columns == {"starts_on", "venue_city", "starts_time"}
    assert (row.line, row.cells["starts_time"]) == (3, "18:00")
    assert date.fromisoformat(row.cells["starts_on"]) == date(2027, 9, 1)
