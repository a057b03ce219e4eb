"""The nearest of many places: 110 events of participation from one file, one form."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from eventapp.db import reading
from eventapp.events.models import Event
from eventapp.registration.nearby import distance
from tests.factories import in_days
from tests.importing.files import load
from tests.registration.test_actions import rows
from tests.registration.test_pages import PERSON, token_of

REGIONS = ("nord", "mitte", "sued")


def place(number: int) -> str:
    """One of the 110: postal codes 10115, 10915 … 97315."""
    day, code = in_days(20 + number % 30), 10115 + 800 * number
    return (
        f"  - {{slug: ort-{number}, title: 'Beteiligung {number}', kind: participation, "
        f"network: netz, series: werkstaetten, status: published, attendance: [in_person], "
        f"starts_at: {day}T18:00, ends_at: {day}T20:00, region: {REGIONS[number % 3]}, "
        f"venue: {{city: 'Ort {number}', postal_code: '{code}'}}}}\n"
    )


FILE = (
    "networks: [{slug: netz, name: Netz}]\n"
    "series: [{slug: werkstaetten, title: Werkstätten, network: netz}]\n"
    f"regions: [{', '.join(f'{{slug: {each}, name: {each.title()}}}' for each in REGIONS)}]\n"
    f"events:\n{''.join(place(number) for number in range(110))}"
)


@pytest.fixture
def places(app: Flask) -> Any:
    load(FILE)
    load(FILE)
    return app


def titles(page: str) -> list[str]:
    return re.findall(r'row__title"[^>]*><a[^>]*>Beteiligung (\d+)<', page)


@pytest.mark.usefixtures("places")
class TestPlaces:
    def test_the_same_file_twice_is_110_events(self) -> None:
        with reading() as connection:
            count = connection.execute(select(func.count()).select_from(Event)).scalar_one()
        assert count == 110

    def test_the_nearest_by_postal_code_come_first(self, client: FlaskClient) -> None:
        for page in ("/series/werkstaetten", "/networks/netz"):
            found = client.get(f"{page}?plz=55120").text
            near = titles(found)
            assert near[0] == "57", "of 54915 and 55715 the latter begins alike"
            assert len(near) == 10
            assert "Je mehr vorn übereinstimmen" in found
            assert len(titles(client.get(page).text)) == 110

    def test_the_region_narrows_it(self, client: FlaskClient) -> None:
        found = titles(client.get("/series/werkstaetten?region=mitte").text)
        assert len(found) == 37
        assert all(int(each) % 3 == 1 for each in found)
        both = titles(client.get("/series/werkstaetten?region=mitte&plz=55").text)
        assert all(int(each) % 3 == 1 for each in both)
        assert len(both) == 10

    def test_what_is_no_code_is_said_beside_the_field(self, client: FlaskClient) -> None:
        answer = client.get("/series/werkstaetten?plz=Mainz")
        assert answer.status_code == 422
        assert 'value="Mainz"' in answer.text
        assert 'aria-describedby="plz-error"' in answer.text
        assert len(titles(answer.text)) == 110

    def test_one_form_offers_the_nearest(self, client: FlaskClient) -> None:
        series = client.get("/series/werkstaetten?plz=55120").text
        link = re.search(r'href="(/series/werkstaetten/register\?[^"]*)"', series)
        assert link
        page = client.get(link[1])
        offered = re.findall(r'name="events" value="ort-(\d+)"', page.text)
        assert len(offered) == 10
        assert offered[0] == "57"
        action = re.search(r'<form class="form" method="post" action="([^"]*)"', page.text)
        assert action
        data: dict[str, Any] = {**PERSON, "form_token": token_of(page), "website": ""}
        data["events"] = [f"ort-{number}" for number in offered[:2]]
        answer = client.post(action[1].replace("&amp;", "&"), data=data)
        assert answer.status_code == 303
        assert len(rows()) == 2


@pytest.mark.parametrize(
    ("code", "near", "far"),
    [
        ("55116", "55130", "65183"),
        ("55116", "55118", "55130"),
        ("01067", "01099", "10115"),
        ("55", "55411", "54290"),
        ("99999", "99998", "01067"),
    ],
)
def test_digits_that_agree_come_before_numbers_that_are_close(
    code: str, near: str, far: str
) -> None:
    assert distance(code, near) < distance(code, far)
