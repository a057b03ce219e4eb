"""The overview, one event's page, its preview: what organisers see, and how it stands."""

import re
from typing import Any

import pytest
from flask import Flask

from eventapp.db import transaction
from eventapp.networks.models import Role
from tests.factories import at, in_days, make_event
from tests.planning.office import Office, event_of
from tests.registration.test_actions import sign_up

PAGE = "/organise/events/treffen"


def chip(page: str) -> str:
    found = re.search(r'<span class="chip[^>]*>.*?<span>(.*?)</span>', page, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({}, "Anmeldung offen"),
        ({"status": "draft"}, "Entwurf"),
        ({"status": "announced"}, "Termin vorgemerkt"),
        ({"status": "cancelled"}, "Abgesagt"),
        ({"capacity_in_person": 2}, "Ausgebucht, 1 warten"),
        ({"capacity_in_person": 4}, "Fast voll"),
        ({"registration_opens_at": at(in_days(3), 8)}, "Ab "),
        ({"registration_closes_at": at(in_days(-1), 8)}, "Anmeldung beendet"),
        ({"audience": "invited"}, "Auf Einladung"),
        ({"dates": [(at(in_days(-3), 8), at(in_days(-3), 9))]}, "Vorbei"),
    ],
)
def test_the_overview_says_how_an_event_stands(
    app: Flask, values: dict[str, Any], word: str
) -> None:
    office = Office(app, "treffen", **values)
    if "capacity_in_person" in values:
        for name in ("Erika", "Dan", "Eva"):
            sign_up(event_of("treffen"), name)
    page = office.ada().get("/organise/").text
    assert chip(page).startswith(word)
    assert f'href="{PAGE}"' in page


def test_what_is_next_comes_first_and_what_is_over_below(app: Flask) -> None:
    office = Office(app, "treffen")
    with transaction() as session:
        for days in (-90, -20, -10, 10, 300):
            make_event(
                session,
                f"t{days}".replace("-", "m"),
                network_id=office.network_id,
                dates=[(at(in_days(days), 10), at(in_days(days), 12))],
            )
    page = office.ada().get("/organise/").text
    assert re.findall(r'<a href="/organise/events/(\w+)"', page) == [
        "t10",
        "treffen",
        "t300",
        "tm10",
        "tm20",
    ]


def test_what_waits_is_named(app: Flask) -> None:
    spans = [(at(in_days(5), 10), at(in_days(5), 12))]
    office = Office(app, "treffen", has_online=True, dates=spans, title="Bald")
    with transaction() as session:
        make_event(session, "entwurf", network_id=office.network_id, status="draft")
    page = office.ada().get("/organise/").text
    todo = page.partition("Für Sie zu tun")[2]
    assert "Zugangslink eintragen" in todo
    assert "Entwurf fertigstellen" in todo


def test_an_empty_house_leads_to_the_first_event(app: Flask) -> None:
    office = Office(app)
    assert "Erste Schritte" in office.ada().get("/organise/").text
    assert "/organise/events/new" not in office.somebody(Role.VIEWER).get("/organise/").text


def test_the_page_of_an_event_shows_its_figures(app: Flask) -> None:
    office = Office(app, "treffen", has_online=True, capacity_in_person=1)
    for name in ("Erika", "Dan"):
        sign_up(event_of("treffen"), name)
    sign_up(event_of("treffen"), "Eva", attendance="online")
    page = office.ada().get(PAGE).text
    numbers = re.findall(r'figures__number num">(\d+)<', page)
    assert numbers == ["1", "1", "1", "0"]  # in person, online, waiting, arrived
    assert 'href="/events/treffen"' in page
    assert 'href="/checkin/"' in page


def test_what_is_missing_is_named(app: Flask) -> None:
    values = {"description": "", "venue_name": None, "venue_city": None}
    page = Office(app, "treffen", **values).ada().get(PAGE).text
    missing = page.partition('id="missing"')[2]
    assert re.findall(r"<li>(\w+)</li>", missing) == ["Ort", "Beschreibung"]


@pytest.mark.parametrize("status", ["draft", "announced", "published"])
def test_the_preview_is_the_public_page_marked(app: Flask, status: str) -> None:
    ada = Office(app, "treffen", status=status, title="Treffen").ada()
    page = ada.get(f"{PAGE}/preview")
    assert page.status_code == 200
    assert "Vorschau." in page.text
    assert "Worum es <strong>geht</strong>" in page.text
    assert 'content="noindex"' in page.text
    assert "/events/treffen/register" not in page.text
    assert "no-store" in page.headers["Cache-Control"]
    if status == "published":
        assert "Vorschau" not in ada.get("/events/treffen").text
