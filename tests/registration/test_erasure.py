"""Erasing a person: nothing of them is left anywhere, and what others need stays."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import JSON, LargeBinary, Text, insert, select

from eventapp.audit.actions import note
from eventapp.audit.models import AuditEntry
from eventapp.base import Base, table_of
from eventapp.checkin.actions import create_device
from eventapp.checkin.models import Device, HeldWalkIn, Scan
from eventapp.db import db, reading, transaction
from eventapp.mail.models import OutboxMail
from eventapp.messages.actions import Content, create_draft
from eventapp.messages.models import Message
from eventapp.participants import views
from eventapp.participants.noting import note_registration
from eventapp.privacy.declarations import declared
from eventapp.privacy.erasure import BLANK, blanked
from eventapp.questions.models import Need
from eventapp.registration import actions, correction
from eventapp.registration.actions import Person, SignupRequest
from eventapp.registration.leaving import erase_person
from eventapp.reminders.models import OpeningWish
from eventapp.tokens import keyring
from tests.accounts.factors import id_of
from tests.factories import make_organisation
from tests.registration.test_actions import NOW, event_of, plan, rows, sign_up, statuses
from tests.visitors import colleague

EMAIL = "Quirin.Zwetschge@example.org"
WORDS = ("quirin", "zwetschge")  # of nobody else


def stored() -> Iterator[tuple[str, str, str]]:
    """(table, column, text) of all that is stored, with what is sealed opened."""
    with reading() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings().all():
                for column in table.columns:
                    if isinstance(column.type, Text | JSON | LargeBinary) and row[column.name]:
                        yield table.name, column.name, as_text(row[column.name])


def as_text(value: Any) -> str:
    if isinstance(value, bytes):
        try:
            value = keyring().open(value)
        except Exception:  # noqa: BLE001  a hash is not sealed
            value = repr(value)
    return json.dumps(value, ensure_ascii=False, default=str).casefold()


def traces() -> set[tuple[str, str]]:
    return {(table, name) for table, name, text in stored() if any(w in text for w in WORDS)}


def come(slug: str, token: str = "t", email: str = EMAIL) -> str:
    event = event_of(slug)
    request = SignupRequest(
        Person("Quirin", "Zwetschge", email, organisation="Zwetschgenhof"),
        "in_person",
        items=event.choices,
        needs={"assistance": "Quirin braucht Ruhe"},
        door_note="Zwetschge wie die Frucht",
    )
    with transaction() as session:
        return actions.register(session, event, request, form_token=token, now=NOW)


def leave_traces(slug: str, by: int) -> None:
    """What others and the program write about somebody."""
    event, mine = event_of(slug), rows()[0]
    with transaction() as session:
        note_registration(session, "registration.corrected", event, mine.id, by=by, now=NOW)
        filters = {"q": "Quirin Zwetschge", "rows": [EMAIL.lower()]}
        note(session, "registrations.exported", by=by, now=NOW, event_id=event.id, after=filters)
        text = Content({"q": EMAIL}, "An Zwetschge, Quirin", "Quirin  Zwetschge", None, None, None)
        create_draft(session, event.id, text, now=NOW)
        letter = Content({"id": str(mine.id)}, "Lieber Quirin", "Herr Zwetschge", None, None, None)
        create_draft(session, event.id, letter, now=NOW)
        parameters: dict[str, Any] = {"q": "zwetschge quirin"}
        views.save(session, event.id, by, f"Nur {EMAIL}", parameters, is_shared=True, now=NOW)
        create_device(session, event.id, "Tür", now=NOW)
        need = {"state": "open", "note_sealed": keyring().seal("Zwetschge ruft an")}
        session.add(Need(registration_id=mine.id, changed_at=NOW, changed_by=by, **need))
        device = session.scalars(select(Device.id)).first()
        scan = {"scan_id": "1", "direction": "in", "finding": "ticket", "scanned_at": NOW}
        about = {"event_id": event.id, "device_id": device, "registration_id": mine.id}
        session.execute(insert(Scan).values(**scan, **about, received_at=NOW))
        held = {"first_name": "Quirin", "last_name": "Zwetschge", "email": "", "email_key": "-1"}
        once = {"walk_in_id": "1", "came_at": NOW, "received_at": NOW}
        at = {"event_id": event.id, "device_id": device}
        session.execute(insert(HeldWalkIn).values(**held, **once, **at))
        wish = {"email": EMAIL, "email_key": EMAIL.casefold(), "language": "de"}
        token = {"token_hash": b"x", "token_sealed": keyring().seal("x"), "asked_at": NOW}
        session.execute(insert(OpeningWish).values(event_id=event.id, **wish, **token))


def erase(email: str = EMAIL) -> dict[str, int]:
    with transaction() as session:
        return dict(erase_person(session, email, now=NOW))


@pytest.fixture
def by(app: Flask) -> int:
    """Who works in the office."""
    colleague(app, "ada")
    with transaction() as session:
        return id_of(session, "ada@example.org")


def test_nothing_of_the_person_is_left_anywhere(by: int) -> None:
    event = plan(capacity_in_person=1, items=[{"slug": "a", "capacity": 1}])
    come(event.slug)
    come(event.slug, "again")
    come(plan().slug, "elsewhere")
    sign_up(event, "Ben")
    leave_traces(event.slug, by)
    assert {table for table, _name in traces()} >= {
        "registration",
        "held_walk_in",
        "need",
        "audit_entry",
        "message",
        "saved_view",
        "opening_wish",
    }
    counts = erase()
    assert traces() == set()
    assert counts["registration"] == 2
    assert counts["signup"] == 3
    assert counts["scan"] == 1
    assert statuses() == ["confirmed"], "Ben has moved up"


def test_the_log_keeps_act_time_actor_and_number(by: int) -> None:
    event = plan()
    come(event.slug)
    number = rows()[0].id
    leave_traces(event.slug, by)
    erase()
    with reading() as connection:
        entries = connection.execute(select(table_of(AuditEntry)).order_by(AuditEntry.id)).all()
    [about, export] = entries
    assert (about.act, about.account_id, about.subject_id) == ("registration.corrected", by, number)
    assert about.after == {"status": "confirmed", "attendance": "in_person"}
    assert export.after == {"q": BLANK, "rows": [BLANK]}


def test_a_filter_that_named_the_person_means_nobody_not_everybody(by: int) -> None:
    event = plan()
    come(event.slug)
    leave_traces(event.slug, by)
    erase()
    with reading() as connection:
        filters = connection.execute(select(Message.filter).order_by(Message.id)).scalars().all()
    assert filters[0] == {"q": BLANK}


def test_somebody_of_the_same_name_is_left_alone(by: int) -> None:
    del by
    event = plan()
    come(event.slug)
    come(event.slug, "other", "anderer@example.org")
    erase()
    assert [row.email for row in rows()] == ["anderer@example.org"]


def test_an_address_before_the_correction_leaves_nothing_either(by: int) -> None:
    del by
    receipt = come(plan().slug, email="falsch.zwetschge@example.org")
    with transaction() as session:
        correction.correct_email(session, receipt, EMAIL, now=NOW)
    erase()
    assert traces() == set()


@pytest.mark.usefixtures("app")
def test_where_nothing_is_stored_nothing_is_erased() -> None:
    assert erase("niemand@example.org") == {}


def test_every_table_that_leads_to_a_registration_says_what_becomes_of_it() -> None:
    for table in Base.metadata.sorted_tables:
        leads = {
            key.parent.name for key in table.foreign_keys if key.column.table.name == "registration"
        }
        declaration = declared()[table.name]
        assert leads <= {declaration.goes_with, declaration.unlinked}, table.name


@pytest.mark.usefixtures("by")
def test_no_byte_of_the_file_and_its_log_tells_either() -> None:
    come(plan().slug)
    erase()
    path = Path(db.engine.url.database or "")
    files = list(path.parent.glob(f"{path.name}*")) if path.is_absolute() else []
    assert bool(files) is (db.engine.dialect.name == "sqlite")
    for file in files:
        content = file.read_bytes()
        assert not [word for word in ("Zwetschge", "zwetschge", EMAIL) if word.encode() in content]


def test_blanks_at_whatever_depth() -> None:
    value = {"a": ["Dan Müller", {"b": "für dan  müller, bald"}], "c": 1, "d": "DAN MULLER"}
    found = blanked(value, ["Dan Müller"])
    assert found == {"a": [BLANK, {"b": f"für {BLANK}, bald"}], "c": 1, "d": BLANK}


@pytest.mark.usefixtures("app")
def test_whoever_names_an_organisation_next_is_asked_about_too() -> None:
    """SQLite gives the number of what was deleted last to what comes next."""
    event = plan()
    for name in ("Dan", "Ben"):
        with transaction() as session:
            organisation_id = make_organisation(session).id
            person = Person(name, "Beispiel", EMAIL, organisation_id=organisation_id)
            request = SignupRequest(person=person, attendance="in_person")
            actions.register(session, event, request, form_token=name, now=NOW)
        asked = [mail.kind for mail in post_owed() if mail.kind == "organisation-named"]
        assert len(asked) == 1
        erase()
    assert post_owed() == []


def post_owed() -> list[Any]:
    with reading() as connection:
        return list(connection.execute(select(table_of(OutboxMail))))
