"""What else is on a day: the rules, the hint beside the forms, and what it must not tell."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask

from eventapp.clock import BERLIN
from eventapp.db import reading, transaction
from eventapp.networks.lands import LANDS
from eventapp.networks.models import Network, Role, Scope
from eventapp.networks.queries import get_tree
from eventapp.planning.collisions import Busy, Plan, Reason, Span, collisions
from eventapp.planning.free_days import holiday
from eventapp.planning.wall_times import wall_span
from tests.factories import at, in_days, make_event, make_network, make_topic
from tests.planning.office import EMPTY, FIRST_DAY, Office, event_of, filled, send
from tests.statements import counted
from tests.visitors import colleague

DAY = date(2027, 3, 28)
SECRET = ("Geheimes Vorhaben", "Netz-Verborgen", "geheim-vorhaben")


# --- rules --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "land", "name"),
    [
        (date(2027, 3, 29), None, "Ostermontag"),
        (date(2027, 5, 27), "RP", "Fronleichnam"),
        (date(2027, 5, 27), "BE", None),
        (date(2027, 3, 8), "BE", "Frauentag"),
        (date(2027, 3, 28), "BB", "Ostersonntag"),
        (date(2027, 3, 28), "RP", None),
        (date(1950, 1, 1), "RP", None),
    ],
)
def test_holidays_are_those_of_the_land(day: date, land: str | None, name: str | None) -> None:
    assert holiday(day, land) == name


def test_every_land_is_known_and_english_is_spoken() -> None:
    assert len(LANDS) == 16
    for land in LANDS:
        assert holiday(date(2027, 10, 3), land) == "Tag der Deutschen Einheit"
    assert holiday(date(2027, 3, 26), "RP", language="en") == "Good Friday"


def span(day: date = DAY, start: int = 10, end: int = 12) -> Span:
    return Span(day, day, at(day, start), at(day, end))


def busy(**values: Any) -> Busy:
    defaults: dict[str, Any] = {
        "slug": "anderes",
        "title": "Anderes",
        "network": "Netz",
        "network_ids": frozenset({7}),
        "kind": "training",
        "is_public": True,
        "is_hidden": False,
        "topics": frozenset({"ehrenamt"}),
        "spans": (span(),),
    }
    return Busy(**{**defaults, **values})


PLAN = Plan("annual_meeting", frozenset({"digital"}), frozenset({1, 2}), (span(),))


@pytest.mark.parametrize(
    ("values", "reasons", "is_strong"),
    [
        ({"spans": (span(start=14, end=16),)}, (), False),
        ({"spans": (span(start=12, end=16),)}, (), False),  # one ends as the other begins
        ({}, (Reason.TIME,), True),
        ({"spans": (Span(DAY, DAY),)}, (), False),  # its hours are open
        ({"spans": (span(start=14, end=16),), "kind": "annual_meeting"}, (Reason.KIND,), False),
        ({"spans": (Span(DAY, DAY),), "topics": frozenset({"digital"})}, (Reason.TOPIC,), True),
        ({"spans": (Span(DAY, DAY),), "network_ids": frozenset({2})}, (Reason.AUDIENCE,), True),
    ],
)
def test_what_matters_more_is_said(
    values: dict[str, Any], reasons: tuple[Reason, ...], is_strong: bool
) -> None:
    [found] = collisions(PLAN, span(), [busy(**values)])
    assert (found.reasons, found.is_strong) == (reasons, is_strong)


def test_only_shared_days_collide_and_the_strongest_comes_first() -> None:
    later = timedelta(days=1)
    course = (span(DAY - later), span(DAY + later))
    assert collisions(PLAN, span(), [busy(spans=course)]) == []
    weak, strong = busy(spans=(Span(DAY, DAY),)), busy(title="Stark")
    hidden = busy(is_hidden=True, topics=frozenset({"digital"}))
    found = collisions(PLAN, span(), [hidden, weak, hidden, strong])
    assert [each.event and each.event.title for each in found] == ["Stark", "Anderes", None]
    assert found[-1].reasons == ()


def test_a_night_without_its_hours_is_a_day() -> None:
    half_past_two = wall_span(DAY, None, time(2, 30), time(5))
    assert half_past_two == Span(DAY, DAY)
    start = datetime(2027, 3, 28, 3, 30, tzinfo=BERLIN)
    assert wall_span(DAY, None, time(3, 30), time(5)) == Span(DAY, DAY, start, at(DAY, 5))
    moved = Span(DAY - timedelta(1), DAY - timedelta(1), at(DAY - timedelta(1), 10)).later(
        timedelta(1)
    )
    assert moved.starts_at == at(DAY, 10)


# --- pages --------------------------------------------------------------------------------------


@pytest.fixture
def office(app: Flask) -> Office:
    """Ada's network and Cleo's lie below one; a third below it holds a secret on FIRST_DAY."""
    office = Office(app)
    with transaction() as session:
        top = make_network(session, "oben", land="RP")
        for network_id in (office.network_id, office.sister_id):
            session.get_one(Network, network_id).parent_id = top.id
        hidden = make_network(session, "verborgen", parent=top, name="Netz-Verborgen")
        values: dict[str, Any] = {
            "title": "Geheimes Vorhaben",
            "status": "draft",
            "venue_name": "Netz-Verborgen",
        }
        dates = [(at(FIRST_DAY, 10), at(FIRST_DAY, 12))]
        topics = [make_topic(session, "digital", "Digitales")]
        make_event(session, "geheim-vorhaben", network=hidden, dates=dates, topics=topics, **values)
        strange = make_network(session, "fremd")
        make_event(session, "fremdes", title="Fremdes", network=strange, dates=dates)
        public: dict[str, Any] = {"network_id": office.sister_id, "title": "Offenes <b>"}
        make_event(session, "offen", dates=dates, **public)
    return office


def test_a_hint_beside_the_form_and_nothing_is_saved(office: Office) -> None:
    ada = office.ada()
    answer = send(ada, EMPTY, **filled(check="1", contact_name="Bleibt"))
    assert answer.status_code == 200
    assert 'value="Bleibt"' in answer.text
    assert "Offenes &lt;b&gt;</a>" in answer.text
    assert "zur selben Zeit" in answer.text
    assert "belegt" in answer.text
    assert "Fremdes" not in answer.text  # of another tree
    assert not [each for each in SECRET if each in answer.text]
    assert send(ada, EMPTY, **filled()).status_code == 303  # a hint forbids nothing


def test_nothing_of_a_hidden_event_is_told(office: Office) -> None:
    """Asked by every role and place that may plan anywhere near it, in every form that hints."""
    with transaction() as session:
        values: dict[str, Any] = {"network_id": office.network_id, "title": "Eigenes"}
        make_event(session, "eigenes", dates=[(at(in_days(41), 10), at(in_days(41), 12))], **values)
    event = (Role.ORGANISER, Scope.EVENT, event_of("eigenes").id)
    askers = [office.ada(), office.somebody(Role.OWNER), colleague(office.app, "eva", event)]
    day = FIRST_DAY.isoformat()
    check = f"/organise/collisions/?starts_on={day}&network=netz&event=eigenes"
    copy = {"title": "Kopie", "starts_on": day, "check": "1"}
    for browser in askers:
        texts = [
            browser.get(check).text,
            send(browser, "/organise/events/eigenes/edit", **filled(check="1")).text,
            send(browser, "/organise/events/eigenes/copy", **copy).text,
        ]
        # Networks are public; all of them may be named as hosts.
        texts = [re.sub(r'<datalist id="host-names">.*</datalist>', "", each) for each in texts]
        for text in texts[:2]:
            assert "belegt" in text
        for text in texts:
            assert not [each for each in SECRET if each in text]
    top = colleague(office.app, "oma", (Role.ORGANISER, Scope.NETWORK, _id("oben")))
    assert "Geheimes Vorhaben" in top.get(check).text


def _id(slug: str) -> int:
    with reading() as connection:
        return get_tree(connection).get_by_slug(slug).id


def test_the_check_costs_the_same_for_many(office: Office) -> None:
    ada = office.ada()
    address = f"/organise/collisions/?starts_on={FIRST_DAY}&network=netz"
    costs = []
    for _round in range(2):
        ada.get(address)
        with counted() as statements:
            ada.get(address)
        costs.append(len(statements))
        with transaction() as session:
            for _number in range(5):
                dates = [(at(FIRST_DAY, 10), at(FIRST_DAY, 12))]
                make_event(session, network_id=office.network_id, dates=dates)
    assert costs[0] == costs[1]


def test_holidays_are_of_the_land_that_the_network_names(office: Office) -> None:
    ada, address = office.ada(), "/organise/collisions/?starts_on=2027-05-27&network=netz"
    assert "Fronleichnam" in ada.get(address).text  # of the network above
    refused = send(ada, "/organise/collisions/land/netz", land="XX")
    assert refused.status_code == 422
    assert send(ada, "/organise/collisions/land/netz", land="BE").status_code == 303
    assert "Fronleichnam" not in ada.get(address).text
    assert "Feiertage: Berlin." in ada.get(address).text
    send(ada, "/organise/collisions/land/netz", land="")
    assert "Fronleichnam" in ada.get(address).text
    assert office.somebody(Role.VIEWER).get("/organise/collisions/land/netz").status_code == 403
    for slug in ("schwester", "keines"):
        assert send(ada, f"/organise/collisions/land/{slug}", land="BY").status_code == 404


@pytest.mark.parametrize("query", ["starts_on=morgen", "starts_on=", "starts_on=9999-01-01"])
def test_a_day_that_is_none_is_said(office: Office, query: str) -> None:
    answer = office.ada().get(f"/organise/collisions/?network=netz&{query}")
    assert answer.status_code == 422
    assert "<title>Fehler: " in answer.text
