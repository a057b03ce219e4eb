"""What every answer shares: addresses that cannot be, and headers."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventapp.errors import Busy
from eventapp.registration import actions
from eventapp.web import KEYS
from tests.registration.test_actions import plan
from tests.registration.test_pages import send


@pytest.mark.parametrize(
    "address",
    [
        "/%00",
        "/events/%00",
        "/events/%00.ics",
        "/series/a%00",
        "/networks/%00/imprint",
        "/calendar/series/%00.ics",
        "/calendar/topics/%00.ics",
        "/receipts/%00",
    ],
)
def test_an_address_with_a_nul_is_unknown(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("page", ["/", "/past"])
@pytest.mark.parametrize("name", ["topic", "region", "series", "kind", "network", "q"])
def test_a_filter_with_a_nul_is_a_filter(client: FlaskClient, page: str, name: str) -> None:
    assert client.get(f"{page}?{name}=x%00%ff%C2%85").status_code == 200


def test_pages_behind_a_key_stay_out_of_caches(app: Flask, client: FlaskClient) -> None:
    event = plan()
    addresses = {"/receipts/x", send(client, event.slug).location}
    for rule in app.url_map.iter_rules():
        if rule.arguments & KEYS and "GET" in (rule.methods or ()):
            addresses.add(
                app.url_map.bind("").build(rule.endpoint, dict.fromkeys(rule.arguments, "1"))
            )
    assert len(addresses) > 5
    for address in addresses:
        assert client.get(address).headers["Cache-Control"] == "private, no-store", address


@pytest.mark.parametrize(
    ("address", "is_negotiated"),
    [
        ("/", True),
        ("/nichts", True),
        ("/?lang=xx", True),
        ("/?lang=en", False),
        ("/healthz", False),
    ],
)
def test_caches_learn_what_a_page_depends_on(
    client: FlaskClient, address: str, *, is_negotiated: bool
) -> None:
    assert ("Accept-Language" in client.get(address).vary) is is_negotiated


def test_a_wrong_method_is_told_the_right_ones(client: FlaskClient) -> None:
    answer = client.post("/help")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_the_busy_are_told_when_to_come_back(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_args: object, **_values: object) -> None:
        raise Busy

    event = plan()
    monkeypatch.setattr(actions, "register", busy)
    answer = send(client, event.slug)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert 'value="erika@example.org"' in answer.text
