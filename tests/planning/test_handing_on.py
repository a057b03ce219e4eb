"""What counts as attendance goes on to the later dates of a series, where it fits."""

from html import unescape
from typing import Any

import pytest
from flask import Flask

from eventapp.db import transaction
from eventapp.events.attendance_rule import AttendanceRule
from eventapp.networks.models import Network
from tests.factories import at, in_days, make_event, make_item, make_series
from tests.planning.office import Office, event_of, send, shown
from tests.visitors import Visitor

PAGE = "/organise/events/eins/hand-on"
RULE = {"least_minutes": 60, "items": ["kern"], "for_funder": True}


@pytest.fixture
def office(app: Flask) -> Office:
    """Of the later ones two take the rule over, one lacks the item; one is over, one is others'."""
    office = Office(app)
    with transaction() as session:
        network = session.get_one(Network, office.network_id)
        series = make_series(session, network, "kurse")

        def add(slug: str, day: int, **values: Any) -> None:
            dates = [(at(in_days(day), 10), at(in_days(day), 12))]
            values = {"network": network, "dates": dates, **values}
            event = make_event(session, slug, series_id=series.id, **values)
            if slug != "ohne":
                make_item(session, event, "kern")

        add("eins", 3, attendance_rule=RULE, gives_certificates=True)
        add("vorbei", -3)
        for number, slug in enumerate(("zwei", "ohne", "drei"), 1):
            add(slug, 3 + 7 * number)
        sister = session.get_one(Network, office.sister_id)
        add("fremd", 40, network=sister)
    return office


def marks(browser: Visitor) -> list[str]:
    return [unescape(each) for each in shown(browser, PAGE)["to"]]


def taken(slug: str) -> tuple[AttendanceRule | None, bool]:
    event = event_of(slug)
    return event.attendance_rule, event.gives_certificates


def test_later_dates_take_it_over_where_it_fits(office: Office) -> None:
    ada = office.ada()
    page = ada.get(PAGE)
    assert "Für 2 Termine übernehmen" in page.text
    assert "Ein verlangter Programmpunkt fehlt dort" in page.text
    assert "vorbei" not in page.text
    answer = send(ada, PAGE, to=marks(ada))
    assert answer.status_code == 303
    assert taken("zwei") == taken("drei") == taken("eins")
    for slug in ("ohne", "vorbei", "fremd"):
        assert taken(slug) == (None, False)
    assert "Ist schon so." in ada.get(PAGE).text


def test_what_was_not_shown_is_not_done(office: Office) -> None:
    ada = office.ada()
    answer = send(ada, PAGE, to=["zwei: {}"])
    assert answer.status_code == 422
    assert taken("zwei") == (None, False)


def test_an_event_of_no_series_has_nobody_to_hand_on_to(office: Office) -> None:
    with transaction() as session:
        make_event(session, "allein", network_id=office.network_id)
    page = office.ada().get("/organise/events/allein/hand-on")
    assert page.status_code == 200
    assert "folgt kein weiterer" in page.text


def test_it_is_not_everybodys_business(office: Office) -> None:
    assert office.cleo().get(PAGE).status_code == 404
