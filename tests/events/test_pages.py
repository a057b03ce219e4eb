"""The public pages: list and filters, event, series, network, legal; each fetched and checked."""

import html
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventapp.db import transaction
from tests.factories import (
    at,
    in_days,
    make_event,
    make_network,
    make_region,
    make_series,
    make_topic,
)
from tests.statements import counted


@pytest.fixture
def season(app: Flask) -> None:
    """Two networks, one below the other, with some events."""
    del app
    with transaction() as session:
        parent = make_network(session, "land", name="Landesnetzwerk Beispielland")
        child = make_network(session, "stadt", name="Städtenetz", parent=parent)
        other = make_network(session, "anderes", name="Anderes Netz")
        series = make_series(session, parent, "reihe", title="Kommunal Engagiert")
        topic, region = make_topic(session, "jugend"), make_region(session, "mitte")
        district = make_region(session, "kreis", parent_id=region.id)
        soon = [(at(in_days(5), 10), at(in_days(5), 12))]
        make_event(session, "konferenz", network=parent, kind="network_conference", topics=[topic])
        make_event(
            session,
            "seminar",
            network=child,
            kind="online_seminar",
            series_id=series.id,
            has_in_person=False,
            has_online=True,
            dates=soon,
            region_id=district.id,
        )
        make_event(session, "treffen", network=other, co_networks=[child], region_id=region.id)
        make_event(session, "entwurf", network=parent, status="draft")
        make_event(session, "offen", network=parent, dates=[(in_days(40), in_days(41))])
        past = [(at(in_days(-9), 10), at(in_days(-9), 12))]
        make_event(session, "frueher", network=parent, dates=past)
        make_event(session, "abgesagt", network=parent, status="cancelled")


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("", {"konferenz", "seminar", "treffen", "offen", "abgesagt"}),
        ("network=land", {"konferenz", "seminar", "treffen", "offen", "abgesagt"}),
        ("network=stadt", {"seminar", "treffen"}),
        ("network=gibt-es-nicht", set()),
        ("series=reihe", {"seminar"}),
        ("kind=online_seminar", {"seminar"}),
        ("attendance=online", {"seminar"}),
        ("topic=jugend", {"konferenz"}),
        ("region=mitte", {"treffen", "seminar"}),
        ("region=kreis", {"seminar"}),
        ("attendance=unbekannt&topic=jugend", {"konferenz"}),
        ("q=Jugend", {"konferenz"}),
        ("q=STÄDTENETZ", {"seminar"}),
        ("q=stadtenetz", {"seminar"}),
        ("q=%3Cscript%3E", set()),
    ],
)
@pytest.mark.usefixtures("season")
def test_the_list_filters(client: FlaskClient, query: str, slugs: set[str]) -> None:
    page = client.get(f"/?{query}")
    assert page.status_code == 200
    found = set(re.findall(r'href="/events/([a-z]+)"', page.text))
    assert found == slugs
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize("path", ["/", "/past"])
@pytest.mark.usefixtures("season")
def test_what_narrows_the_list_is_named_and_can_be_lifted(client: FlaskClient, path: str) -> None:
    query = {"network": "land", "series": "reihe", "region": "mitte"}
    page = client.get(path, query_string=query).text
    for name in ("Landesnetzwerk Beispielland", "Kommunal Engagiert", "Mitte"):
        assert re.search(rf'aria-current="true">.*{name}</a>', page)
    assert f'href="{path}?network=land&amp;region=mitte">Alle</a>' in page


@pytest.mark.usefixtures("season")
def test_german_words_on_an_english_page_are_marked(client: FlaskClient) -> None:
    for address in ("/", "/events/konferenz", "/series/reihe"):
        assert re.search(r'<h\d[^>]* lang="de">', client.get(f"{address}?lang=en").text)
        assert len(re.findall(r' lang="de"', client.get(address).text)) == 1  # the page's own


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/?lang=en",
        "/past",
        "/events/konferenz",
        "/events/seminar",
        "/events/offen",
        "/events/frueher",
        "/events/abgesagt",
        "/series/reihe",
        "/networks/land",
        "/networks/stadt",
        "/imprint",
        "/privacy",
        "/accessibility",
        "/networks/stadt/imprint",
        "/networks/stadt/privacy",
        "/networks/stadt/accessibility",
        "/help",
        "/calendar",
        "/registrations",
        "/login",
    ],
)
@pytest.mark.usefixtures("season")
def test_every_public_page_is_sound(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/nichts", "/events/entwurf", "/series/x", "/networks/x"])
@pytest.mark.usefixtures("season")
def test_unknown_is_404(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.usefixtures("season")
def test_a_language_asked_for_stays(client: FlaskClient) -> None:
    """On every page that is linked, but not in the names that others know a thing by."""
    shown = client.get("/?lang=en&kind=online_seminar&q=Beispiel").text
    targets = re.findall(r'<(?:a|form)[^>]* (?:href|action)="(/[^"#]*)', shown)
    assert targets
    for target in targets:
        query = parse_qs(urlsplit(html.unescape(target)).query)
        assert query["lang"] in (["en"], ["de"]), target  # one link is for changing it
    assert 'type="hidden" name="lang" value="en"' in shown
    event = client.get("/events/konferenz?lang=en").text
    assert 'href="https://events.example/events/konferenz"' in event
    assert 'href="/events/konferenz.ics"' in event


@pytest.mark.usefixtures("season")
def test_legal_pages_speak_for_the_responsible_network(client: FlaskClient) -> None:
    assert "Trägerverein Beispielstadt e. V." in client.get("/networks/stadt/imprint").text


@pytest.mark.parametrize("address", ["/series/reihe", "/networks/land", "/past"])
@pytest.mark.usefixtures("season")
def test_rows_name_the_year(client: FlaskClient, address: str) -> None:
    rows = re.findall(r'<ul class="row__facts">(.*?)</ul>', client.get(address).text, re.DOTALL)
    assert rows
    for row in rows:
        assert len(re.findall(r"\b20\d\d\b", re.sub("<[^>]+>", "", row))) in (1, 2)


def test_what_is_over_has_no_time_to_come(app: Flask, client: FlaskClient) -> None:
    del app
    with transaction() as session:
        make_event(session, "frueher", dates=[(in_days(-9),) * 2])
    for address in ("/past", "/events/frueher"):
        assert "Uhrzeit folgt" not in client.get(address).text


@pytest.mark.parametrize("address", ["/accessibility", "/networks/stadt/accessibility"])
@pytest.mark.usefixtures("season")
def test_the_links_of_every_page_find_their_place(client: FlaskClient, address: str) -> None:
    text = client.get(address).text
    for place in re.findall(rf'href="{address}#([a-z-]+)"', text):
        assert f'id="{place}"' in text
    assert "mailto:datenschutz@example.org?subject=Barriere" in text


def test_help_offers_a_contact_only_where_there_is_one(app: Flask, client: FlaskClient) -> None:
    del app
    offer = "Fragen Sie uns"
    with transaction() as session:
        make_network(session)
    assert offer in client.get("/help").text
    with transaction() as session:
        make_network(session)
    assert offer not in client.get("/help").text


def structured_data(client: FlaskClient, slug: str) -> dict[str, Any]:
    text = client.get(f"/events/{slug}").text
    found = re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', text, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


@pytest.mark.usefixtures("season")
def test_structured_data(client: FlaskClient) -> None:
    data = structured_data(client, "seminar")
    assert data["@type"] == "Event"
    assert data["eventAttendanceMode"].endswith("OnlineEventAttendanceMode")
    assert data["offers"]["availability"] == "https://schema.org/InStock"


def test_a_venue_without_a_name_and_no_sign_up_yet(app: Flask, client: FlaskClient) -> None:
    del app
    nameless: dict[str, Any] = {"venue_name": None, "venue_street": None, "venue_postal_code": None}
    with transaction() as session:
        make_event(session, "bald", status="announced", **nameless)
        make_event(session, "voll", capacity_in_person=0, **nameless)
    data = structured_data(client, "bald")
    assert "null" not in json.dumps(data)
    assert "offers" not in data
    assert structured_data(client, "voll")["offers"]["availability"].endswith("/SoldOut")
    assert "<p>Beispielstadt." in client.get("/events/bald").text


def test_a_hostile_title_cannot_leave_its_place(app: Flask, client: FlaskClient) -> None:
    del app
    with transaction() as session:
        network = make_network(session)
        make_event(session, "x", network=network, title="</script><script>alert(1)</script>")
    for address in ("/", "/events/x", "/events/x/register"):
        assert "<script>alert" not in client.get(address).text


def test_time_open_never_shows_midnight(app: Flask, client: FlaskClient) -> None:
    del app
    with transaction() as session:
        make_event(session, "offen", network=make_network(session), dates=[(in_days(9),) * 2])
    for address in ("/", "/events/offen"):
        assert "00:00" not in client.get(address).text


@pytest.mark.usefixtures("app")
def test_a_warm_form_costs_three_reads(client: FlaskClient) -> None:
    with transaction() as session:
        make_event(session, "warm", network=make_network(session), has_online=True)
    client.get("/events/warm/register")
    with counted(emptied=False) as seen:
        client.get("/events/warm/register")
    assert len([each for each in seen if each.startswith("SELECT")]) <= 3


def test_a_cancelled_event_asks_for_no_needs(client: FlaskClient) -> None:
    with transaction() as session:
        network = make_network(session)
        for slug, status in (("findet-statt", "published"), ("abgesagt", "cancelled")):
            make_event(session, slug, network=network, status=status, fields=["assistance"])
    asked = "Was Sie brauchen, um gut teilzunehmen"
    assert asked in client.get("/events/findet-statt").text
    assert asked not in client.get("/events/abgesagt").text


def test_what_is_over_asks_for_nothing_any_more(app: Flask, client: FlaskClient) -> None:
    """The archive: no needs to be named, no calendar to be filled."""
    del app
    contact: dict[str, Any] = {"contact_name": "Frau Berg", "contact_phone": "0711 000"}
    over = [(at(in_days(-5), 10), at(in_days(-5), 12))]
    with transaction() as session:
        network = make_network(session)
        make_event(session, "war", network=network, dates=over, fields=["assistance"], **contact)
        make_event(session, "kommt", network=network, fields=["assistance"], **contact)
    asked = ("Was Sie brauchen", "in meinen Kalender holen")
    for slug, is_asked in (("kommt", True), ("war", False)):
        page = client.get(f"/events/{slug}").text
        assert [words in page for words in asked] == [is_asked] * 2
    assert "0711 000" in client.get("/events/war").text
