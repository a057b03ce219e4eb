"""Series and the dates of a year at once: made, refused, and by whom."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eventapp.clock import BERLIN
from eventapp.db import reading, transaction
from eventapp.events.models import Event, Series
from eventapp.networks.models import Network, Role, Scope
from tests.factories import at, in_days, make_event, make_item, make_network, make_series
from tests.planning.office import EMPTY, Office, event_of, filled, send, shown
from tests.refusals import check_refused
from tests.statements import counted
from tests.visitors import Visitor, colleague

SERIES = "/organise/series/stammtisch"
DATES = f"{SERIES}/dates"
YEAR = in_days(40).year + 1


@pytest.fixture
def office(app: Flask) -> Office:
    """With a series of one event, which has a programme."""
    office = Office(app)
    with transaction() as session:
        network = session.get_one(Network, office.network_id)
        network.land = "RP"
        series = make_series(session, network, "stammtisch", title="Stammtisch")
        dates = [(at(in_days(30), 18), at(in_days(30), 20))]
        values: dict[str, Any] = {"network": network, "series_id": series.id, "status": "draft"}
        event = make_event(session, "abend", title="Stammtisch 1", dates=dates, **values)
        make_item(session, event, "runde", starts_at=at(in_days(30), 18, 30))
    return office


def rule(**values: Any) -> dict[str, Any]:
    """Every second Tuesday of the coming year, from seven to nine."""
    defaults = {
        "pattern": "abend",
        "rhythm": "monthly",
        "nth": "2",
        "weekday": "1",
        "first_on": f"{YEAR}-01-01",
        "last_on": f"{YEAR}-12-31",
        "starts_time": "19:00",
        "ends_time": "21:00",
        "title": "Stammtisch",
        "naming": "number",
        "first_number": "2",
        "skip_holidays": "y",
    }
    return {**defaults, **values}


def preview(browser: Visitor, **values: Any) -> str:
    answer = browser.get(DATES, query_string=rule(preview="1", **values))
    assert answer.status_code == 200, answer.text
    return answer.text


def members() -> list[str]:
    with reading() as connection:
        order = (Event.first_day, Event.id)
        statement = select(Event.slug).where(Event.series_id.is_not(None)).order_by(*order)
        return list(connection.execute(statement).scalars())


def test_a_series_is_made_changed_and_listed(office: Office) -> None:
    ada = office.ada()
    answer = send(ada, "/organise/series/new", title="Lesekreis <b>", description="Wir **lesen**.")
    assert answer.location == "/organise/series/lesekreis-b?done=created"
    page = ada.get(answer.location).text
    assert "Lesekreis &lt;b&gt;" in page
    assert "Die Reihe ist angelegt" in page
    form = shown(ada, "/organise/series/lesekreis-b/edit")
    old = dict(form)
    assert send(ada, "/organise/series/lesekreis-b/edit", **{**form, "title": "Neu"}).location
    refused = send(ada, "/organise/series/lesekreis-b/edit", **{**old, "title": "Anders"})
    check_refused(refused, "changed-meanwhile")
    assert send(ada, "/organise/series/new", title=" ").status_code == 422
    listed = ada.get("/organise/series/").text
    assert "Neu</a>" in listed
    assert "Stammtisch</a>" in listed


def test_the_dates_of_a_year_at_once(office: Office) -> None:
    ada = office.ada()
    page = preview(ada)
    assert page.count('name="day"') == 12
    assert page.count(" checked>") == 12
    first = date(YEAR, 1, 8 + (8 - date(YEAR, 1, 1).weekday()) % 7)  # a Tuesday from the 8th on
    form = rule(day=[f"{first}", f"{first + timedelta(days=3)}"], form_token="einmal")
    assert send(ada, DATES, **form).location == f"{SERIES}?done=dates"
    assert len(members()) == 2  # the day that the rule does not give is none
    made = event_of(members()[1])
    assert made.starts_at is not None
    assert made.starts_at == at(first, 19)
    assert (made.title, made.status, made.network.slug) == ("Stammtisch 2", "draft", "netz")
    assert made.programme[0].starts_at == at(first, 19, 30)  # an hour later, as the event
    assert send(ada, DATES, **form).location == f"{SERIES}?done=again"
    assert len(members()) == 2
    assert "Die Termine sind angelegt." in ada.get(f"{SERIES}?done=dates").text


def test_all_or_none_and_published_at_once(office: Office) -> None:
    ada = office.ada()
    days = [each.split('"')[0] for each in preview(ada).split('name="day" value="')[1:]]
    send(ada, DATES, **rule(day=days, status="published", naming="date"))
    slugs = members()[1:]
    assert len(slugs) == 12
    events = [event_of(slug) for slug in slugs]
    assert {event.status for event in events} == {"published"}
    assert all(event.organizer for event in events)
    assert events[0].title.startswith("Stammtisch am ")
    assert {event.starts_at.astimezone(BERLIN).hour for event in events if event.starts_at} == {19}
    assert [event.series.part for event in events if event.series] == list(range(1, 13))


def test_holidays_are_left_out_and_clocks_are_told(office: Office) -> None:
    ada = office.ada()
    listed = {"rhythm": "listed", "listed": "29.3.2027, 30.3.2027 28.3.2027; 31.10.2027"}
    page = preview(ada, **listed, starts_time="02:30", ends_time="04:00")
    assert "Feiertag: Ostermontag" in page
    assert "Diese Uhrzeit gibt es an dem Tag nicht" in page
    assert "Diese Uhrzeit gibt es an dem Tag zweimal." in page
    ticks = {
        line.split('"')[0]: " checked" in line for line in page.split('name="day" value="')[1:]
    }
    assert ticks == {
        "2027-03-28": False,
        "2027-03-29": False,
        "2027-03-30": True,
        "2027-10-31": True,
    }
    night = rule(**listed, starts_time="02:30", ends_time="04:00")
    never = send(ada, DATES, **night, day=["2027-03-28"])
    assert "gibt es diese Uhrzeit nicht" in never.text
    twice = send(ada, DATES, **night, day=["2027-03-29", "2027-10-31"])
    assert (never.status_code, twice.status_code) == (422, 422)
    assert "welche der beiden Uhrzeiten" in twice.text
    assert twice.text.count(" checked>") == 2
    answer = send(ada, DATES, **night, day=["2027-03-29", "2027-10-31"], fold="second")
    assert answer.status_code == 303
    assert len(members()) == 3
    assert send(ada, DATES, **night, day=[]).status_code == 422


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"rhythm": "weekly", "last_on": f"{YEAR + 1}-12-31"}, "mehr als 60 Termine"),
        ({"last_on": "2199-12-31"}, "höchstens zwei Jahre"),
        ({"last_on": f"{YEAR - 1}-12-31"}, "vor dem ersten Tag"),
        ({"last_on": ""}, "Nennen Sie den ersten und den letzten"),
        ({"last_on": f"{YEAR}-01-02"}, "An keinem Tag trifft das zu."),
        ({"rhythm": "listed", "listed": ""}, "Zählen Sie die Tage auf"),
        ({"rhythm": "listed", "listed": "<b>"}, "„&lt;b&gt;“ ist kein Tag."),
        ({"without": "1.1.2027 morgen"}, "„morgen“ ist kein Tag."),
        ({"ends_time": "19:00"}, "Das Ende liegt nicht nach dem Beginn."),
        ({"ends_time": ""}, "Nennen Sie Beginn und Ende"),
        ({"title": ""}, "Geben Sie den Terminen einen Titel."),
        ({"pattern": "fremd"}, "Wählen Sie aus den angebotenen"),
        ({"rhythm": ""}, "Wählen Sie"),
        ({"first_number": "x"}, "Geben Sie eine ganze Zahl ein"),
    ],
)
def test_a_rule_that_makes_no_sense_is_said(
    office: Office, values: dict[str, str], said: str
) -> None:
    ada = office.ada()
    for answer in (
        ada.get(DATES, query_string=rule(preview="1", **values)),
        send(ada, DATES, **rule(**values), day=[f"{YEAR}-01-12"]),
    ):
        assert answer.status_code == 422
        assert answer.text.count(said) == 2
    assert len(members()) == 1


def test_other_events_stand_beside_the_dates(office: Office) -> None:
    with transaction() as session:
        network = session.get_one(Network, office.network_id)
        make_event(
            session,
            "fest",
            network=network,
            title="Fest",
            dates=[(date(YEAR, 3, 8), date(YEAR, 3, 8))],
        )
    ada = office.ada()
    page = preview(ada, rhythm="listed", listed=f"8.3.{YEAR}")
    assert "Fest</a>" in page
    assert "gleicher Kreis" in page


def test_an_event_joins_and_leaves_a_series(office: Office) -> None:
    with transaction() as session:
        make_event(session, "einzeln", network_id=office.network_id)
        other = session.get_one(Network, office.sister_id)
        make_series(session, other, "fremde", title="Fremde Reihe")
    ada, address = office.ada(), "/organise/events/einzeln/edit"
    assert "Fremde Reihe" not in ada.get(address).text
    send(ada, address, **{**shown(ada, address), "series": "stammtisch"})
    assert members() == ["abend", "einzeln"]
    assert "Zur Reihe" in ada.get("/organise/events/einzeln").text
    assert send(ada, address, **{**shown(ada, address), "series": "fremde"}).status_code == 422
    send(ada, address, **{**shown(ada, address), "series": ""})
    assert members() == ["abend"]


def test_an_event_becomes_a_series_and_a_new_one_is_repeated(office: Office) -> None:
    with transaction() as session:
        make_event(session, "einzeln", network_id=office.network_id)
    ada = office.ada()
    form = shown(ada, "/organise/series/new?event=einzeln")
    answer = send(ada, "/organise/series/new", **form)
    assert answer.location == "/organise/series/einzeln/dates?pattern=einzeln"
    assert 'value="13:30"' in ada.get(answer.location).text
    new = send(ada, EMPTY, **filled(series="einzeln", repeat="1", title="Weiteres"))
    assert new.location == "/organise/series/einzeln/dates?pattern=weiteres"


def test_who_may_see_and_make_dates(office: Office) -> None:
    cleo, ben = office.cleo(), office.somebody(Role.VIEWER)
    for address in (SERIES, f"{SERIES}/edit", DATES):
        assert cleo.get(address).status_code == 404
    assert "Stammtisch" not in cleo.get("/organise/series/").text
    assert "Stammtisch 1" in ben.get(SERIES).text
    for address in (f"{SERIES}/edit", DATES):
        assert ben.get(address).status_code == 403
        assert send(ben, address, **rule(day=["2027-01-12"])).status_code == 403
        assert send(cleo, address, **rule(day=["2027-01-12"])).status_code == 404
    role = (Role.ORGANISER, Scope.EVENT, event_of("abend").id)
    eva = colleague(office.app, "eva", role)
    assert eva.get(SERIES).status_code == 404
    assert "Als Reihe wiederholen" not in eva.get("/organise/events/abend").text
    assert len(members()) == 1


def test_a_hidden_event_of_others_is_not_in_the_series(office: Office) -> None:
    with transaction() as session:
        series = session.scalars(select(Series).filter_by(slug="stammtisch")).one()
        values: dict[str, Any] = {"series_id": series.id, "status": "draft", "title": "Geheim"}
        make_event(session, "geheim", network=make_network(session, "fremd"), **values)
    ada = office.ada()
    for address in (SERIES, DATES, "/organise/series/"):
        assert "Geheim" not in ada.get(address).text
    refused = send(ada, DATES, **rule(pattern="geheim", day=["2027-01-12"]))
    assert (refused.status_code, "Geheim" in refused.text) == (422, False)


def test_a_preview_costs_the_same_for_many_dates(office: Office) -> None:
    ada = office.ada()
    preview(ada)
    costs = []
    for rhythm in ("monthly", "weekly"):
        with counted() as statements:
            preview(ada, rhythm=rhythm)
        costs.append(len(statements))
    assert costs[0] == costs[1]
