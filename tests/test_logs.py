"""What is logged about a fault holds no personal data and no key."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from eventapp.db import reading
from eventapp.registration import queries
from tests.checked_client import CheckedClient


@pytest.mark.usefixtures("app")
def test_an_error_of_the_database_shows_no_values() -> None:
    with pytest.raises(DBAPIError) as error, reading() as connection:
        connection.execute(text("SELECT 1 FROM nowhere WHERE x = :x"), {"x": "Erika"})
    assert "nowhere" in str(error.value)
    assert "Erika" not in str(error.value)


def test_a_fault_is_noted_by_its_route(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delattr(queries, "find_receipt")
    assert CheckedClient(app, app.response_class).get("/receipts/geheim").status_code == 500
    assert "/receipts/<token>" in caplog.text
    assert "geheim" not in caplog.text
