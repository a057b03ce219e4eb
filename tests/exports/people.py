"""An event with people in it, and a file asked for by hand."""

import csv
import io
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from eventapp.base import table_of
from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.registration.models import Registration
from tests.registration.test_actions import NOW, rows, sign_up
from tests.visitors import Visitor

DEFAULT = {
    "columns_person": ["last_name", "first_name", "email"],
    "columns_attendance": ["attendance", "status"],
}


def url(event: EventDefinition, rest: str = "") -> str:
    return f"/organise/events/{event.slug}/participants/export{rest}"


def ask(browser: Visitor, event: EventDefinition, form: str = "csv", **values: Any) -> TestResponse:
    """Send the form."""
    data = {"csrf_token": browser.csrf_token(), "format": form, **DEFAULT, **values}
    return browser.post(url(event), data=data)


def read_csv(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.decode("utf-8-sig")), delimiter=";"))


def crowd(event: EventDefinition, count: int) -> None:
    """So many people, copied from one: the way through sign-up would take minutes."""
    sign_up(event, "Erika")
    people = table_of(Registration)
    with transaction() as session:
        chosen = select(people).where(people.c.id == rows()[-1].id)
        person = dict(session.execute(chosen).mappings().one())
        del person["id"]
        copies = [
            {
                **person,
                "last_name": f"Beispiel{number}",
                "person_key": f"{number}",
                "created_at": NOW,
                **{
                    f"{name}_hash": bytes_of(event, number) + name.encode()
                    for name in ("manage", "ticket", "join", "short_code")
                },
            }
            for number in range(count - 1)
        ]
        session.execute(insert(people), copies)


def bytes_of(event: EventDefinition, number: int) -> bytes:
    """Another for each person of each event, where columns are unique."""
    return event.id.to_bytes(4) + number.to_bytes(4)


def job_of(answer: TestResponse) -> str:
    """The path of the job that the answer leads to."""
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def file_of(browser: FlaskClient, job: str) -> bytes:
    answer = browser.get(f"{job}/file")
    assert answer.status_code == 200
    return bytes(answer.data)


def stored(table: Any) -> list[Any]:
    with reading() as connection:
        return list(
            connection.execute(select(table_of(table)).order_by(*table_of(table).primary_key))
        )
