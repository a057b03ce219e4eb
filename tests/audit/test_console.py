"""The page of the log: who sees which entries, and how they are found."""

import pytest
from flask import Flask

from eventapp.audit.actions import note
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.networks.models import Network, Role, Scope
from eventapp.sitecache import bump
from tests.factories import make_event, make_network
from tests.planning.office import Office, send, shown
from tests.visitors import Visitor, colleague

LOG = "/organise/log/"
HOSTILE = "<img src=x onerror=alert(1)> {{7*7}} \u202eX"


@pytest.fixture
def office(app: Flask) -> Office:
    """Ada has changed the event's title, by way of a hostile one."""
    office = Office(app, "treffen")
    ada = office.ada()
    for title in (HOSTILE, "Großes Müller-Treffen"):
        page = "/organise/events/treffen/edit"
        assert send(ada, page, **{**shown(ada, page), "title": title}).status_code == 303
    return office


def auditor(office: Office, network_id: int = 0) -> Visitor:
    place = (Scope.NETWORK, network_id or office.network_id)
    return colleague(office.app, "rita", (Role.AUDITOR, *place))


def test_an_auditor_sees_who_changed_what(office: Office) -> None:
    page = auditor(office).get(LOG).text
    assert "ada@example.org" in page
    assert "Veranstaltung geändert" in page
    assert "Großes Müller-Treffen" in page
    assert "&lt;img src=x" in page
    assert "<img src=x" not in page
    assert "{{7*7}}" in page
    assert "2 Einträge" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=grosses+muller", True),
        ("q=ADA%40example", True),
        ("q=niemand", False),
        ("thing=event&since=2020-01-01", True),
        ("thing=role", False),
        ("until=2020-01-01", False),
        ("event=treffen", True),
    ],
)
def test_the_log_is_searched(office: Office, query: str, found: bool) -> None:
    page = auditor(office).get(f"{LOG}?{query}").text
    assert ("Veranstaltung geändert" in page) == found
    assert ("Kein Eintrag passt" in page) != found


def test_what_means_nothing_is_not_found(office: Office) -> None:
    rita = auditor(office)
    for query in ("thing=unsinn", "event=nirgends", "since=gestern"):
        assert rita.get(f"{LOG}?{query}").status_code == 404, query


def test_others_read_nothing_of_it(office: Office) -> None:
    assert office.somebody(Role.ORGANISER).get(LOG).status_code == 403
    sister = auditor(office, office.sister_id).get(LOG).text
    assert "Noch steht nichts" in sister
    assert "Treffen" not in sister


def test_the_log_of_people_stops_at_their_controller(office: Office) -> None:
    with transaction() as session:
        parent = make_network(session, "oben")
        network = session.get_one(Network, office.network_id)
        network.parent_id, network.controller_name = parent.id, "Muster e. V."
        bump(session, now())
        parent_id = parent.id
    assert "Noch steht nichts" in auditor(office, parent_id).get(LOG).text


def test_an_event_that_moved_away_is_not_named(office: Office) -> None:
    with transaction() as session:
        event = make_event(session, "fort", title="Geheim", network_id=office.sister_id)
        note(
            session,
            "event.published",
            by=None,
            now=now(),
            network_id=office.network_id,
            event_id=event.id,
        )
    page = auditor(office).get(LOG).text
    assert "Befehlszeile" in page
    assert "Geheim" not in page
