"""The year of a network: its page and files, what they count, who reads them, what stays."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select

from eventapp import clock
from eventapp.attendance.models import HandEntry
from eventapp.base import table_of
from eventapp.db import reading, transaction
from eventapp.events.models import EventCoNetwork, EventDate
from eventapp.figures.actions import keep_all
from eventapp.figures.year import Year
from eventapp.figures.year_reads import find_span, read_years
from eventapp.formatting import full_date
from eventapp.networks.models import Network, Role
from eventapp.networks.queries import get_tree
from tests.checkin.door import make_guest
from tests.factories import at, in_days, make_event, make_network, make_organisation
from tests.figures.test_console import delete_people, main_of
from tests.pdfs import objects, text_of
from tests.planning.office import Office
from tests.statements import counted
from tests.visitors import Visitor

LOOK_AT_THE_TREE = 1  # whether what is cached of it still holds
DAY = in_days(-20)
SPAN = [(at(DAY, 10), at(DAY, 12))]
PAGE = f"/organise/networks/netz/figures/{DAY.year}"


def have_event(network_id: int, slug: str, people: int = 12, **values: Any) -> int:
    """Over, with so many people; two of three were there."""
    defaults = {"network_id": network_id, "dates": SPAN, "kind": "training"}
    with transaction() as session:
        event = make_event(session, slug, **{**defaults, **values})
        organisation = make_organisation(session, type="Verein", district="Trier").id
        date_id = session.scalars(select(EventDate.id).where(EventDate.event_id == event.id)).one()
        for number in range(people):
            guest = make_guest(session, event.id, organisation_id=organisation)
            if number % 3:
                entry = {"registration_id": guest.id, "event_date_id": date_id}
                said = {"was_there": True, "reason": "Liste", "account_id": 1}
                session.execute(
                    insert(table_of(HandEntry)).values(**entry, **said, created_at=clock.now())
                )
        return event.id


def read(network_id: int) -> Year:
    with reading() as connection:
        today = clock.berlin_day(clock.now())
        [year] = read_years(connection, get_tree(connection), network_id, [DAY.year], today)
    return year


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


def test_what_a_year_counts(office: Office) -> None:
    """Its own, those below and what it hosts with others, each once; no drafts, no logos."""
    with transaction() as session:
        below = make_network(
            session, "unten", parent=session.get_one(Network, office.network_id)
        ).id
    have_event(office.network_id, "eigenes")
    have_event(below, "darunter")
    shared = have_event(office.sister_id, "gemeinsam")
    lent = have_event(office.sister_id, "logo")
    have_event(office.sister_id, "fremd")
    have_event(office.network_id, "entwurf", status="draft")
    have_event(office.network_id, "abgesagt", status="cancelled")
    with transaction() as session:
        for network_id in (office.network_id, below):
            session.add(EventCoNetwork(event_id=shared, network_id=network_id, part="organiser"))
        session.add(EventCoNetwork(event_id=lent, network_id=below, part="logo_only"))
    year = read(office.network_id)
    assert [each.slug for each in year.events] == ["eigenes", "darunter", "gemeinsam", "abgesagt"]
    assert [each.is_ours for each in year.events] == [True, True, False, True]
    sums = year.sums
    assert (sums.events, sums.called_off, sums.registered, sums.there) == (3, 1, 36, 24)
    assert (sums.absent, sums.organisations) == (12, 3)
    assert [(each.name, each.registered, each.there) for each in year.by_type()] == [
        ("Verein", 36, 24)
    ]
    with reading() as connection:
        tree = get_tree(connection)
        assert find_span(connection, tree, office.network_id) == (DAY.year, DAY.year)
    page = office.ada().get(PAGE).text
    assert "/organise/events/darunter/figures" in page
    assert "/organise/events/gemeinsam/figures" not in page  # not hers to open
    assert "Gemeinsam" in page


def all_of(visitor: Visitor) -> tuple[str, bytes, bytes]:
    """The page and both tables."""
    files = [visitor.get(address).data for address in (f"{PAGE}.csv", f"{PAGE}/sums.csv")]
    return main_of(visitor.get(PAGE).text), files[0], files[1]


def test_a_year_outlives_its_people(office: Office) -> None:
    have_event(office.network_id, "treffen")
    have_event(office.network_id, "klein", people=4)
    ada = office.ada()
    before = all_of(ada)
    with transaction() as session:
        keep_all(session, now=clock.now())
    delete_people()
    with transaction() as session:
        keep_all(session, now=clock.now() + timedelta(days=1))
    page, events, sums = all_of(ada)
    today = clock.berlin_day(clock.now())
    said = f", Zahlen vom {full_date(today)}"
    assert page.count(said) == 2
    column = f";{today.isoformat()}\r\n".encode()
    assert events.count(column) == 2
    assert (page.replace(said, ""), events.replace(column, b";\r\n"), sums) == before
    file = "\n".join(text_of(ada.get(f"{PAGE}.pdf").data))
    assert "Zahlen vom" in file
    assert read(office.network_id).sums.organisations == 2


def test_files_for_office_programs(office: Office) -> None:
    have_event(office.network_id, "treffen", capacity_in_person=30, title="=Treffen")
    ada = office.ada()
    answer = ada.get(f"{PAGE}.csv")
    assert answer.mimetype == "text/csv"
    heading, line, end = answer.text.split("\r\n")
    assert heading.startswith("\ufeffDatum;Veranstaltung;Art;Form;Netzwerk;Plätze;Angemeldet;")
    told = f"{DAY.isoformat()};'=Treffen;Fortbildung;Vor Ort;Netz;30;12;8;0;4;33;1;vorbei;"
    assert (line, end) == (told, "")
    sums = ada.get(f"{PAGE}/sums.csv").text.split("\r\n")
    assert "Nach Art der Organisation;Verein;;12;8;" in sums
    assert "Im Überblick;Teilnahmen;;;;8" in sums
    assert "Nach Art der Veranstaltung;Fortbildung;1;12;8;" in sums
    assert [each.split(";")[1] for each in sums if each.startswith("Nach Monat")][-4:] == [
        *("September", "Oktober", "November", "Dezember")
    ]


def test_the_sheet_for_the_annual_report(office: Office) -> None:
    have_event(office.network_id, "treffen", title="Fachtag")
    answer = office.ada().get(f"{PAGE}.pdf")
    assert answer.mimetype == "application/pdf"
    assert any("/StructTreeRoot" in head for head, _content in objects(answer.data).values())
    text = "\n".join(text_of(answer.data))
    for words in (f"Zahlen {DAY.year}", "Fachtag", "Verein", "Trier", "Fortbildung"):
        assert words in text
    assert b"<pdfuaid:part>1</pdfuaid:part>" in answer.data


def test_who_reads_a_year(office: Office) -> None:
    have_event(office.network_id, "treffen")
    for role in (Role.AUDITOR, Role.DOOR):
        assert office.somebody(role, role.value).get(PAGE).status_code == 200
    cleo = office.cleo()
    for address in (PAGE, f"{PAGE}.csv", f"{PAGE}/sums.csv", f"{PAGE}.pdf"):
        assert cleo.get(address).status_code == 404
    ada = office.ada()
    assert f"Zahlen {in_days(0).year}" in ada.get("/organise/networks/netz/figures").text
    assert ada.get("/organise/networks/netz/figures/0").status_code == 404
    page = ada.get(f"/organise/networks/netz/figures/{DAY.year + 1}").text
    assert "In diesem Jahr hat keine Veranstaltung begonnen." in page
    assert f"/figures/{DAY.year}" in page


def test_two_hundred_events_cost_as_many_statements_as_two(office: Office) -> None:
    ada, costs = office.ada(), []
    for numbers in (range(2), range(2, 200)):
        with transaction() as session:
            for number in numbers:
                event = make_event(session, f"e-{number}", network_id=office.network_id, dates=SPAN)
                make_guest(session, event.id)
        with counted() as statements:
            assert ada.get(PAGE).status_code == 200
        costs.append(len(statements))
        with counted(emptied=False) as statements:
            assert len(read(office.network_id).events) == len(numbers) + numbers.start
        reads = [each for each in statements if each.startswith("SELECT")]
        assert len(reads) == 5 + LOOK_AT_THE_TREE
    assert costs[0] == costs[1] <= 20
