"""What is logged about a fault holds no personal data and no key."""

import traceback

import pytest
from flask import Flask
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from eventapp import clock
from eventapp.accounts.models import Account
from eventapp.db import reading, transaction
from eventapp.registration import queries
from tests.checked_client import CheckedClient


@pytest.mark.usefixtures("app")
def test_an_error_of_the_database_shows_no_values() -> None:
    with pytest.raises(DBAPIError) as error, reading() as connection:
        connection.execute(text("SELECT 1 FROM nowhere WHERE x = :x"), {"x": "Erika"})
    assert "nowhere" in str(error.value)
    assert "Erika" not in str(error.value)


@pytest.mark.usefixtures("app")
def test_a_refused_row_is_not_repeated() -> None:
    row = {
        "email": "erika@example.org",
        "email_key": "erika@example.org",
        "created_at": clock.now(),
    }
    with pytest.raises(IntegrityError) as error, transaction() as session:
        session.execute(insert(Account), [row, row])
    shown = "".join(traceback.format_exception(error.value))
    assert "email_key" in shown
    assert "erika" not in shown


def test_a_fault_is_noted_by_its_route(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delattr(queries, "find_receipt")
    assert CheckedClient(app, app.response_class).get("/receipts/geheim").status_code == 500
    assert "/receipts/<token>" in caplog.text
    assert "geheim" not in caplog.text
