"""The page of figures: what it counts, who sees small cells, and that it outlives the people."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import update

from eventapp.base import Base
from eventapp.clock import berlin_day, now
from eventapp.db import transaction
from eventapp.figures.actions import keep_all
from eventapp.figures.counting import count_days
from eventapp.formatting import full_date
from eventapp.networks.models import Role
from eventapp.registration.models import Registration
from tests.factories import at, in_days, make_event, make_item, make_organisation
from tests.planning.office import Office, event_of
from tests.registration.test_actions import cancel, rows, sign_up

PAGE = "/organise/events/treffen/figures"
OVER = at(in_days(31), 12)


@pytest.fixture
def office(app: Flask) -> Office:
    """Seven people, six of them from one association and one from another; one has cancelled."""
    office = Office(app, "treffen", capacity_in_person=100)
    with transaction() as session:
        many = make_organisation(session, type="Verein", district="Mainz-Bingen").id
        one = make_organisation(session, type="Stiftung", district="Trier").id
    for number in range(8):
        sign_up(event_of("treffen"), f"Gast{number}")
    ids = [row.id for row in rows()]
    with transaction() as session:
        for id_ in ids:
            of = one if id_ == ids[0] else many
            session.execute(
                update(Registration).where(Registration.id == id_).values(organisation_id=of)
            )
    cancel(ids[-1])
    return office


def delete_people() -> None:
    """As retention will: the rows of everybody, and whatever hangs on them."""
    with transaction() as session:
        for table in reversed(Base.metadata.sorted_tables):
            hangs = {key.column.table.name for key in table.foreign_keys}
            if table.name == "registration" or "registration" in hangs:
                session.execute(table.delete())


def main_of(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def test_who_may_read_people_sees_all_numbers(office: Office) -> None:
    page = office.ada().get(PAGE).text
    for words in ("Verein", "Stiftung", "Mainz-Bingen", "Trier"):
        assert words in page
    assert "verdeckt" not in page
    assert "8 Anmeldungen insgesamt" in page
    assert "<rect" in page


def test_others_see_no_small_cells(office: Office) -> None:
    page = office.somebody(Role.DOOR).get(PAGE).text
    assert page.count("verdeckt</span>") >= 4  # both of each: one alone would follow from the sum
    assert office.cleo().get(PAGE).status_code == 404


def test_figures_outlive_the_people(office: Office) -> None:
    with time_machine.travel(OVER):
        with transaction() as session:
            keep_all(session, now=now())
        rita = office.somebody(Role.AUDITOR)
        before = main_of(rita.get(PAGE).text)
        delete_people()
        with transaction() as session:
            keep_all(session, now=now() + timedelta(days=1))
        after = main_of(rita.get(PAGE).text)
        dated = re.compile(r"\s*<p>Stand vom [^<]*</p>")
        assert full_date(berlin_day(now())) in "".join(dated.findall(after))
        assert dated.sub("", after) == before
        assert "8 Anmeldungen insgesamt" in office.ada().get(PAGE).text


def test_last_year_stands_beside_it(office: Office) -> None:
    with transaction() as session:
        for slug, days in (("vorjahr", -335), ("daneben", -300)):
            spans = [(at(in_days(days), 10), at(in_days(days), 12))]
            place = office.network_id if slug == "vorjahr" else office.sister_id
            make_event(session, slug, network_id=place, dates=spans)
    page = office.ada().get(PAGE).text
    assert "Vorjahr" in page
    assert "bis 30 Tage vorher" in page
    assert "Daneben" not in page
    assert office.ada().get(f"{PAGE}?with=daneben").status_code == 404


def test_a_day_begins_at_midnight_in_berlin(app: Flask) -> None:
    Office(app, "treffen")
    for name in ("Dan", "Erika"):
        sign_up(event_of("treffen"), name)
    midnight = at(date(2027, 7, 2), 0)
    with transaction() as session:
        for row, instant in zip(rows(), (midnight - timedelta(minutes=1), midnight), strict=True):
            statement = update(Registration).where(Registration.id == row.id)
            session.execute(statement.values(created_at=instant))
        [days] = count_days(session.connection(), [event_of("treffen").id]).values()
    assert days == {"2027-07-01": 1, "2027-07-02": 1}


def test_an_empty_event_says_so(app: Flask) -> None:
    office = Office(app, "treffen", status="draft")
    with transaction() as session:
        make_item(session, make_event(session, "zweites", network_id=office.network_id))
    assert "Noch ist niemand angemeldet." in office.ada().get(PAGE).text
