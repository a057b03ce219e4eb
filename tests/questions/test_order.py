"""The caterer's sheet: numbers, a deadline, no names; as a page and as a file."""

import pytest
from flask import Flask

from eventapp.db import transaction
from eventapp.events.models import Event
from eventapp.networks.models import Role
from tests.factories import in_days, make_question
from tests.planning.office import Office, event_of, send, shown
from tests.registration.test_actions import sign_up
from tests.statements import counted

ORDER = "/organise/events/treffen/order"


@pytest.fixture
def office(app: Flask) -> Office:
    """Three who eat as they said, one who must not eat nuts, one who waits, one online."""
    office = Office(app, "treffen", has_online=True, capacity_in_person=4, fields=["diet"])
    with transaction() as session:
        event = session.query(Event).filter_by(slug="treffen").one()
        make_question(session, event, "allergien", type="text", sensitive=True)
    event_ = event_of("treffen")
    sign_up(event_, "Erika", needs={"diet": ["vegan"]})
    sign_up(event_, "Otto", needs={"diet": ["vegetarian"], "assistance": "Keine Nüsse"})
    sign_up(event_, "Vera", answers={event_.questions[0]: "Erdbeeren"})
    sign_up(event_, "Kim", needs={"assistance_kinds": ["captions"]})
    sign_up(event_, "Lena", needs={"diet": ["vegan"]})
    sign_up(event_, "Dan", needs={"diet": ["vegan"]}, attendance="online")
    return office


def test_numbers_deadline_and_reserve_without_a_name(office: Office) -> None:
    ada = office.ada()
    day, remark = in_days(20), "Anlieferung <b>hinten</b>"
    done = send(ada, ORDER, due_on=day.isoformat(), reserve="2", remark=remark)
    page = ada.get(done.location).text
    cells = [part.split("<")[0] for part in page.split('class="table__num">')[2:]]
    assert cells[:4] == ["2", "1", "1", "2"]
    assert "<b>6</b>" in page
    assert "höchstens 2 Personen" in page
    assert "Anlieferung &lt;b&gt;hinten&lt;/b&gt;" in page
    assert shown(ada, ORDER)["due_on"] == [day.isoformat()]
    for words in ("Erika", "Otto", "Nüsse", "Erdbeeren", "example.org"):
        assert words not in page.replace("ada@example.org", "")


def test_the_file_is_tagged_and_costs_no_more_for_more_people(office: Office) -> None:
    ada = office.ada()
    with counted() as few:
        made = ada.get(f"{ORDER}.pdf")
    assert made.mimetype == "application/pdf"
    assert made.headers["Content-Disposition"] == 'attachment; filename="bestellung-treffen.pdf"'
    assert b"pdfuaid" in made.data
    for n in range(5):
        sign_up(event_of("treffen"), f"Gast{n}", needs={"diet": ["vegan"]}, attendance="online")
    with counted() as many:
        ada.get(f"{ORDER}.pdf")
    assert len(many) == len(few)


def test_what_does_not_fit_is_said(office: Office) -> None:
    refused = send(office.ada(), ORDER, reserve="-1", due_on="morgen", remark="x")
    assert refused.status_code == 422
    assert "Eine Zahl zwischen 0 und 1000." in refused.text
    assert "Schreiben Sie den Tag so" in refused.text


def test_who_only_reads_sees_the_sheet_without_its_form(office: Office) -> None:
    ben, cleo = office.somebody(Role.VIEWER), office.cleo()
    assert "Was steht sonst auf dem Blatt?" not in ben.get(ORDER).text
    assert send(ben, ORDER, reserve="1").status_code == 403
    for address in (ORDER, f"{ORDER}.pdf"):
        assert cleo.get(address).status_code == 404
