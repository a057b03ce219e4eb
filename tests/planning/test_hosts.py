"""Who hosts an event and with which part: the rows of its form, the public page, the copy."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventapp.audit.models import AuditEntry
from eventapp.clock import now
from eventapp.db import reading, transaction
from eventapp.events.definition import Host
from eventapp.networks.models import Network, NetworkLogo
from eventapp.networks.queries import get_tree
from eventapp.planning.host_rows import host_choices
from eventapp.sitecache import bump
from tests.factories import make_event, make_network, make_organisation
from tests.planning.office import Office, event_of, send, shown

EDIT = "/organise/events/treffen/edit"


@pytest.fixture
def office(app: Flask) -> Office:
    office = Office(app, "treffen", title="Treffen")
    with transaction() as session:
        own = session.get_one(Network, office.network_id)
        make_organisation(session, "verein", name="Der Verein", networks=[own])
        make_organisation(session, "fremd", name="Fremde Stelle")
        make_network(session, "bund", name="Bundesnetz")
        bump(session, now())
    return office


def rows(*pairs: tuple[str, str], count: int | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {"hosts": str(count or len(pairs))}
    for n, (name, part) in enumerate(pairs):
        found |= {f"host-{n}-name": name, f"host-{n}-part": part}
    return found


def save(office: Office, *pairs: tuple[str, str]) -> Any:
    ada = office.ada()
    return send(ada, EDIT, **{**shown(ada, EDIT), **rows(*pairs)})


def hosts() -> list[tuple[str, str]]:
    return [(host.name, host.part) for host in event_of("treffen").hosts]


ALL = (
    ("Bundesnetz", "coordination"),
    ("der  verein", "funding"),
    ("Schwester", "logo_only"),
)


def test_hosts_are_saved_shown_and_kept(office: Office, client: FlaskClient) -> None:
    assert save(office, *ALL).status_code == 303
    expected = [
        ("Bundesnetz", "coordination"),
        ("Der Verein", "funding"),
        ("Schwester", "logo_only"),
    ]
    assert sorted(hosts()) == expected
    ada = office.ada()
    assert send(ada, EDIT, **shown(ada, EDIT)).status_code == 303  # untouched
    assert sorted(hosts()) == expected
    page = client.get("/events/treffen").text
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    for words in (
        "Veranstaltet von Netz",
        "Koordination: Bundesnetz",
        "Gefördert von Der Verein",
        "Mit Unterstützung von",
    ):
        assert words in text
    data = json.loads(re.findall(r"<script[^>]*ld\+json[^>]*>(.*?)</script>", page, re.DOTALL)[0])
    assert data["funder"] == {"@type": "Organization", "name": "Der Verein"}
    assert data["sponsor"]["name"] == "Schwester"
    assert data["organizer"]["name"] == "Netz"


def test_who_invites_stands_together(office: Office, client: FlaskClient) -> None:
    assert save(office, ("Bundesnetz", "organiser")).status_code == 303
    assert [each.name for each in event_of("treffen").organisers] == ["Netz", "Bundesnetz"]
    assert save(office, ("Bundesnetz", "organiser"), ("Der Verein", "organiser")).status_code == 303
    assert [each.name for each in event_of("treffen").organisers] == ["Der Verein", "Bundesnetz"]
    assert 'href="/networks/bund"' in client.get("/events/treffen").text


def test_a_supporter_shows_its_own_logo(office: Office, client: FlaskClient) -> None:
    with transaction() as session:
        logo = {"media_type": "image/png", "width": 40, "height": 20, "data": b"x", "digest": "abc"}
        session.add(NetworkLogo(network_id=office.sister_id, alt="Schwester", **logo))
        bump(session, now())
    save(office, ("Schwester", "logo_only"))
    assert "/networks/schwester/logo-abc" in client.get("/events/treffen").text


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (("Fremde Stelle", "funding"), "steht nicht in der Liste"),
        (("Niemand <b>", "funding"), "„Niemand &lt;b&gt;“ steht nicht in der Liste"),
        (("Bundesnetz", "boss"), "Wählen Sie aus den angebotenen Möglichkeiten."),
    ],
)
def test_what_cannot_be_a_host(office: Office, given: tuple[str, str], problem: str) -> None:
    answer = save(office, given, ("Der Verein", "funding"))
    assert answer.status_code == 422
    assert problem in answer.text
    assert 'value="Der Verein"' in answer.text  # what was typed stays
    assert 'href="#host-0-' in answer.text
    assert hosts() == []


def test_nobody_twice(office: Office) -> None:
    answer = save(office, ("Bundesnetz", "funding"), ("bundesnetz", "organiser"))
    assert (answer.status_code, "Steht schon in einer Zeile" in answer.text) == (422, True)


def test_a_further_row_and_a_row_emptied(office: Office) -> None:
    ada = office.ada()
    form = {**shown(ada, EDIT), **rows(*ALL), "more_hosts": "1"}
    page = send(ada, EDIT, **form)
    assert (page.status_code, page.text.count('list="host-names"')) == (200, 4)
    assert hosts() == []
    save(office, *ALL)
    save(office, ALL[0], ("", "funding"))
    assert hosts() == [("Bundesnetz", "coordination")]


def test_a_form_without_rows_leaves_hosts_alone(office: Office) -> None:
    save(office, ALL[0])
    ada = office.ada()
    form = {k: v for k, v in shown(ada, EDIT).items() if not k.startswith("host")}
    assert send(ada, EDIT, **form).status_code == 303
    assert hosts() == [("Bundesnetz", "coordination")]


def test_the_copy_has_them_too_and_the_log_says_so(office: Office) -> None:
    save(office, *ALL[:2])
    day = {"title": "Kopie", "starts_on": "2028-03-01"}
    answer = send(office.ada(), "/organise/events/treffen/copy", **day)
    copied = event_of(answer.location.split("/")[-1].split("?")[0])
    assert copied.hosts == event_of("treffen").hosts
    with transaction() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "event.edited")).one()
        assert (entry.after or {})["hosts.Bundesnetz"] == "coordination"


@pytest.mark.usefixtures("office")
def test_names_that_several_have_are_told_apart() -> None:
    several = [
        Host("Nord", "organiser", 1),
        Host("nord", "organiser", 2),
        Host("Süd", "funding", 3),
    ]
    with reading() as connection:
        tree = get_tree(connection)
    nodes = [replace(tree.get_by_slug(slug), name="Nord") for slug in ("netz", "bund")]
    several += [Host(node.name, "organiser", network=node) for node in nodes]
    labels = list(host_choices([several[2]], several))
    assert len(labels) == len({label.casefold() for label in labels}) == 5
    assert "Süd" in labels


def test_an_organisation_out_of_reach_stays_where_it_is(app: Flask) -> None:
    office = Office(app)
    with transaction() as session:
        far = make_organisation(session, "fern", name="Ferne Stelle")
        make_event(session, "treffen", network_id=office.network_id, hosts=[far])
    assert save(office, ("Ferne Stelle", "funding")).status_code == 303
    assert hosts() == [("Ferne Stelle", "funding")]


def test_what_another_network_co_hosts_that_day_is_hinted_at(office: Office) -> None:
    save(office, ("Schwester", "coordination"))
    day = event_of("treffen").first_day.isoformat()
    page = office.cleo().get(f"/organise/collisions/?starts_on={day}&network=schwester").text
    assert "Treffen" in page
