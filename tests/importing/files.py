"""Small import files, and what an import made of them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from eventapp.base import Base
from eventapp.db import reading, transaction
from eventapp.importing.actions import Imported, ImportRefused, import_text
from eventapp.importing.source import Problem
from tests.factories import ORIGIN

NOW = datetime(2024, 3, 1, 9, tzinfo=UTC)

NETWORK = """\
networks:
  - {slug: netz, name: Netz}
"""
TREFFEN = {
    "slug": "treffen",
    "title": "Treffen",
    "kind": "network_meeting",
    "network": "netz",
    "status": "published",
    "attendance": "[in_person, online]",
    "starts_at": "2024-09-11T13:30",
    "ends_at": "2024-09-11T15:00",
}
WHEN = ("starts_at", "ends_at")


def event(*without: str, **values: str) -> str:
    """A file with one event, one key a line."""
    keys = {name: value for name, value in TREFFEN.items() if name not in without} | values
    lines = "\n    ".join(f"{name}: {value}" for name, value in keys.items())
    return f"{NETWORK}events:\n  - {lines}\n"


def load(text: str, now: datetime = NOW) -> Imported:
    with transaction() as session:
        return import_text(session, text, origin=ORIGIN, now=now)


def refused(text: str) -> list[Problem]:
    with pytest.raises(ImportRefused) as refusal:
        load(text)
    return refusal.value.problems


def everything() -> dict[str, list[Any]]:
    """Every row of every table."""
    with reading() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in Base.metadata.sorted_tables
        }


QUESTION = "key: {key}, label: Frage, purpose: Planung, delete_after_days: 30"
ITEM = "starts_at: 2024-09-11T13:45, ends_at: 2024-09-11T14:00"
QUESTION_A, QUESTION_B = QUESTION.format(key="a"), QUESTION.format(key="b")
