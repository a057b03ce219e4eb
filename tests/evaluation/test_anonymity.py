"""Whoever has the whole database cannot tell who answered what: neither by keys, nor by order, nor
by time. A test that can fail: the same attack finds people in a table of ballot papers."""

import json
from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, delete, text

from eventapp.base import Base
from eventapp.db import reading, transaction
from eventapp.evaluation import actions
from eventapp.evaluation.models import EvaluationBox, EvaluationVoted
from eventapp.evaluation.rules import Given
from eventapp.events.definition import EventDefinition
from tests.checkin.door import Guest
from tests.evaluation.asked import SHORT, answer, ask, guest_of, long_after, make_over

ANSWERS: Sequence[Given] = (
    {"q1": "1", "q3": "Zu laut"},
    {"q1": "5", "q2": ["0"], "q3": "Alles gut"},
    {"q1": "3", "q2": ["0", "1"]},
    {"q1": "3"},
    {"q1": "5", "q2": ["1"], "q3": "Alles gut"},
    {"q1": "2", "q3": "Mehr Pausen"},
)


@pytest.fixture
def people(app: Flask) -> tuple[EventDefinition, list[Guest]]:  # noqa: ARG001  its database
    event = make_over()
    ask(event, SHORT)
    return event, [guest_of(event) for _each in ANSWERS]


def dump(connection: Connection) -> dict[str, str]:
    """Every table, every column, every row as the database hands them out unasked for order."""
    return {
        table.name: repr(connection.execute(text(f'SELECT * FROM "{table.name}"')).all())
        for table in Base.metadata.sorted_tables
    }


def everything_after(
    event: EventDefinition, pairs: Sequence[tuple[Guest, Given]]
) -> tuple[dict[str, str], set[Any]]:
    """The whole database once these have answered in this order, and what PostgreSQL keeps beside
    the rows of those who have."""
    with transaction() as session:
        session.execute(delete(EvaluationBox))
        session.execute(delete(EvaluationVoted))
    for guest, given in pairs:
        answer(event, guest, given)
    with transaction() as session:
        actions.forget_old(session, now=long_after())
    with reading() as connection:
        return dump(connection), stamps(connection)


def stamps(connection: Connection) -> set[Any]:
    """The transactions that wrote the rows of those who have answered."""
    if connection.dialect.name != "postgresql":
        return {"none"}
    return set(connection.execute(text("SELECT xmin::text FROM evaluation_voted")).scalars())


def test_whoever_answered_what_and_when_the_database_is_the_same(
    people: tuple[EventDefinition, list[Guest]],
) -> None:
    """Byte for byte, in all tables, once it has closed: people exchanged, and the order of their
    coming as well."""
    event, guests = people
    first, _stamps = everything_after(event, list(zip(guests, ANSWERS, strict=True)))
    assert "Mehr Pausen" in first["evaluation_box"]
    for mixed in list(permutations(range(len(ANSWERS))))[97::143]:
        pairs = [(guests[place], ANSWERS[mixed[place]]) for place in range(len(guests))]
        for order in (pairs, pairs[::-1], sorted(pairs, key=repr)):
            found, written_by = everything_after(event, order)
            assert found == first
            assert len(written_by) == 1


def test_no_answer_has_a_row_a_number_or_a_time(
    people: tuple[EventDefinition, list[Guest]],
) -> None:
    event, guests = people
    with reading() as connection:
        before = dump(connection)
    answer(event, guests[0], ANSWERS[0])
    with reading() as connection:
        after = dump(connection)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"evaluation_box", "evaluation_voted"}  # nothing in the log, no mail
    columns = {
        (column.name, str(column.type))
        for name in changed
        for column in Base.metadata.tables[name].columns
    }
    assert columns == {
        ("event_id", "INTEGER"),
        ("registration_id", "INTEGER"),
        ("content", "JSON"),
        ("shown", "JSON"),
    }


def test_while_it_is_open_people_exchanged_leave_the_same(
    people: tuple[EventDefinition, list[Guest]],
) -> None:
    """What is shown in steps depends on when an answer came, never on whose it was."""
    event, guests = people

    def after(mixed: Sequence[int]) -> dict[str, str]:
        with transaction() as session:
            session.execute(delete(EvaluationBox))
            session.execute(delete(EvaluationVoted))
        for place, given in zip(mixed, ANSWERS, strict=True):
            answer(event, guests[place], given)
        with reading() as connection:
            return dump(connection)

    assert after((0, 1, 2, 3, 4, 5)) == after((5, 3, 1, 0, 4, 2)) == after((1, 5, 0, 2, 3, 4))


def test_rows_of_those_who_answered_lie_as_if_written_at_once(
    people: tuple[EventDefinition, list[Guest]],
) -> None:
    """Their order on the disk is that of the registrations, whoever came first."""
    event, guests = people
    for place in (3, 0, 5, 1):
        answer(event, guests[place], ANSWERS[place])
    with reading() as connection:
        rows = connection.execute(text("SELECT registration_id FROM evaluation_voted"))
        found = list(rows.scalars())
    assert found == sorted(guests[place].id for place in (3, 0, 5, 1))


def test_the_attack_works_where_there_are_ballot_papers(
    people: tuple[EventDefinition, list[Guest]],
) -> None:
    """Negative control: rows added one by one stand in the order in which people came, and the n-th
    of one table belongs to the n-th of the other."""
    guests = people[1]
    order = (3, 0, 5, 1, 4, 2)
    with transaction() as session:
        session.execute(text("CREATE TABLE paper (answer TEXT)"))
        session.execute(text("CREATE TABLE came (registration_id INTEGER)"))
    for place in order:
        with transaction() as session:
            session.execute(
                text("INSERT INTO paper VALUES (:it)"), {"it": json.dumps(ANSWERS[place])}
            )
            session.execute(text("INSERT INTO came VALUES (:it)"), {"it": guests[place].id})
    with transaction() as session:
        papers = session.execute(text("SELECT answer FROM paper")).scalars().all()
        came = session.execute(text("SELECT registration_id FROM came")).scalars().all()
        session.execute(text("DROP TABLE paper"))
        session.execute(text("DROP TABLE came"))
    guessed = dict(zip(came, map(json.loads, papers), strict=True))
    assert guessed == {guests[place].id: ANSWERS[place] for place in order}
