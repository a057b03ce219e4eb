"""Entries are written with what they tell of, and end after their time."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from eventapp.audit.actions import forget_old, note
from eventapp.audit.models import AuditEntry
from eventapp.audit.rules import KEPT
from eventapp.clock import now
from eventapp.db import reading, transaction
from eventapp.networks.models import Role
from tests.planning.office import Office, send, shown

PAGE = "/organise/events/treffen"


def acts() -> list[str]:
    with reading() as connection:
        return list(connection.execute(select(AuditEntry.act).order_by(AuditEntry.id)).scalars())


def last() -> AuditEntry:
    with transaction() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry
        session.expunge(entry)
        return entry


@pytest.mark.usefixtures("app")
def test_an_entry_goes_with_what_it_tells_of() -> None:
    def fail() -> None:
        with transaction() as session:
            note(session, "event.edited", by=1, now=now())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert acts() == []


@pytest.mark.usefixtures("app")
def test_entries_end_after_their_time() -> None:
    with transaction() as session:
        note(session, "event.old", by=1, now=now() - KEPT - timedelta(days=1))
        note(session, "event.new", by=1, now=now() - KEPT + timedelta(days=1))
        forget_old(session, now=now())
    assert acts() == ["event.new"]


def test_an_edit_says_what_was_and_what_is(app: Flask) -> None:
    office = Office(app, "treffen", join_url="https://raum.example/alt", has_online=True)
    ada = office.ada()
    form = {**shown(ada, f"{PAGE}/edit"), "title": "Anderes", "join_url": "https://raum.example/2"}
    assert send(ada, f"{PAGE}/edit", **form).status_code == 303
    entry = last()
    assert (entry.act, entry.network_id) == ("event.edited", office.network_id)
    assert entry.before
    assert entry.after
    assert entry.before["title"] == "Treffen"
    assert entry.after["title"] == "Anderes"
    assert "raum.example" not in f"{entry.before} {entry.after}"  # only that it changed
    assert entry.before["join_url"] != entry.after["join_url"]
    assert set(entry.after) <= {"title", "join_url"}


def test_a_role_is_noted_with_its_place(app: Flask) -> None:
    office = Office(app)
    ada = office.somebody(Role.OWNER, "ada")
    scope = f"network:{office.network_id}"
    send(ada, "/organise/team/new", email="ben@example.org", role="door", scope=scope)
    entry = last()
    assert (entry.act, entry.network_id, entry.after) == (
        "role.granted",
        office.network_id,
        {"role": "door"},
    )
