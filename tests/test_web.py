"""What every answer shares: addresses that cannot be."""

import pytest
from flask.testing import FlaskClient


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
