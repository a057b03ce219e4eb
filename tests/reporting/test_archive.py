"""The archive: what is over, by year and network, found by what is kept of it."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from eventapp.clock import now
from eventapp.db import transaction
from eventapp.events.models import Event
from eventapp.materials.models import Material
from eventapp.networks.models import Network
from eventapp.reporting.models import Report
from eventapp.sitecache import bump
from tests.factories import make_event, make_item, make_material, make_network, make_report
from tests.statements import counted


@pytest.fixture
def season(app: Flask) -> None:
    """Two years in two networks, and one event to come."""
    del app
    with transaction() as session:
        land = make_network(session, "land", name="Land")
        city = make_network(session, "stadt", name="Stadt", parent=land)
        make_network(session, "leer", name="Ohne Vergangenes", parent=land)
        days = {"alt": date(2023, 12, 30), "neu": date(2024, 5, 13), "fest": date(2024, 6, 1)}
        for slug, day in days.items():
            network = city if slug == "fest" else land
            event = make_event(session, slug, network=network, dates=[(day, day)], title=slug)
            if slug == "neu":
                make_report(session, event, title="Bericht", text="Achtzehn Landkreise", results="")
                make_item(session, event, title="Podium", speakers=["Zoë Ümit"])
                make_material(session, event, title="Pinnwände", alternative="Gelbe Karten")
                make_material(session, event, title="Geheim", audience="registered")
        make_event(session, "kommt")


def found(client: FlaskClient, query: str) -> list[str]:
    page = client.get(f"/past{query}")
    assert page.status_code == 200
    return re.findall(r'row__title[^>]*><a href="/events/([a-z]+)"', page.text)


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("", ["fest", "neu", "alt"]),
        ("?year=2024", ["fest", "neu"]),
        ("?year=2023", ["alt"]),
        ("?year=2022", []),
        ("?year=x", []),
        ("?year=99999", []),
        ("?network=stadt", ["fest"]),
        ("?network=land&year=2023", ["alt"]),
        ("?q=landkreise", ["neu"]),
        ("?q=PINNWÄNDE", ["neu"]),
        ("?q=gelbe", ["neu"]),
        ("?q=zoë+podium", ["neu"]),
        ("?q=neu+landkreise", ["neu"]),
        ("?q=alt+landkreise", []),
        ("?q=geheim", []),
        ("?q=%25", []),
    ],
)
@pytest.mark.usefixtures("season")
def test_the_archive_is_narrowed(client: FlaskClient, query: str, slugs: list[str]) -> None:
    assert found(client, query) == slugs


@pytest.mark.usefixtures("season")
def test_years_and_networks_are_offered_where_something_was(client: FlaskClient) -> None:
    page = client.get("/past?year=2024&q=e").text
    years = re.findall(r'<a class="filter" href="([^"]*)"[^>]*>(?:<svg.*?</svg>)?([^<]*)</a>', page)
    assert [text for _url, text in years] == ["Alle", "2024", "2023"]
    assert "/past?q=e&amp;year=2023" in [url for url, _text in years]
    assert re.findall(r'<option value="([^"]*)"', page) == ["", "land", "stadt"]
    assert '<input type="hidden" name="year" value="2024">' in page


@pytest.mark.usefixtures("season")
def test_rows_say_what_is_kept(client: FlaskClient) -> None:
    page = client.get("/past?year=2024").text
    assert page.count('href="/events/neu/report"') == 1
    assert page.count("1 Material<") == 1


@pytest.mark.usefixtures("season")
def test_a_network_leads_to_its_part_of_the_archive(client: FlaskClient) -> None:
    page = client.get("/networks/land").text
    assert page.count('href="/events/neu/report"') == 1
    assert 'href="/past?network=land"' in page


@pytest.mark.usefixtures("season")
def test_what_is_not_out_is_not_found(client: FlaskClient) -> None:
    with transaction() as session:
        session.execute(update(Report).values(published_at=None))
        session.execute(update(Material).values(publishes_at=now() + timedelta(days=1)))
        bump(session, now())
    assert found(client, "?q=landkreise") == found(client, "?q=gelbe") == []
    assert "/report" not in client.get("/past").text
    with transaction() as session:
        session.execute(update(Report).values(published_at=now()))
        session.execute(update(Event).where(Event.slug == "neu").values(status="draft"))
        bump(session, now())
    assert found(client, "?q=landkreise") == []


@pytest.mark.usefixtures("season")
def test_the_list_of_what_comes_knows_no_year(client: FlaskClient) -> None:
    assert "/events/kommt" in client.get("/?year=2023").text


def _many(count: int) -> None:
    with transaction() as session:
        network = make_network(session, "viel", name="Viel")
        for number in range(count):
            day = date(2022, 1, 1) + timedelta(days=number)
            make_event(session, f"e{number:03}", network=network, dates=[(day, day)])


def slugs_of(page: str) -> list[str]:
    return re.findall(r'row__title[^>]*><a href="/events/(e[0-9]+)"', page)


def test_fifty_to_a_page_the_latest_first(client: FlaskClient) -> None:
    _many(120)
    first = client.get("/past?network=viel&year=2022")
    second = client.get("/past?network=viel&year=2022&page=2")
    last = client.get("/past?network=viel&year=2022&page=9")
    shown = [slugs_of(each.text) for each in (first, second, last)]
    assert [len(each) for each in shown] == [50, 50, 20]
    assert shown[0] + shown[1] + shown[2] == [f"e{n:03}" for n in range(119, -1, -1)]
    assert "120 Termine passen" in first.text
    assert "Seite 1 von 3" in first.text
    assert 'rel="prev"' not in first.text
    assert 'href="/past?network=viel&amp;year=2022&amp;page=2" rel="next"' in first.text
    assert 'rel="next"' not in last.text
    assert "Seite 1" not in client.get("/past?q=e001").text


def test_a_page_of_the_archive_costs_the_same_whatever_lies_behind_it(client: FlaskClient) -> None:
    _many(3)
    with counted() as few:
        assert client.get("/past").status_code == 200
    with transaction() as session:
        network = session.scalars(select(Network).filter_by(slug="viel")).one()
        for number in range(100):
            day = date(2021, 1, 1) + timedelta(days=number)
            make_event(session, f"m{number:03}", network=network, dates=[(day, day)])
        bump(session, now())
    with counted() as many:
        assert client.get("/past").status_code == 200
    assert len(many) == len(few)
