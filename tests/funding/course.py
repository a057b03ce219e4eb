"""A course of two dates with people in it, as its funder hears of it once it is over."""

import io
import zipfile
from typing import Any

import time_machine
from sqlalchemy import update

from eventapp import clock
from eventapp.attendance.actions import ONLINE_DOOR, record_presence
from eventapp.db import reading, transaction
from eventapp.evaluation.actions import answer
from eventapp.events.definition import EventDefinition
from eventapp.funding.facts import read_facts
from eventapp.funding.packing import write_figures
from eventapp.languages import in_language
from eventapp.registration.leaving import erase_person
from eventapp.registration.models import Registration
from tests.attendance.written import note_presence
from tests.evaluation.asked import SHORT, ask
from tests.factories import at, in_days, make_event, make_item, make_material, make_organisation
from tests.planning.office import Office
from tests.registration.test_actions import event_of, rows, sign_up

SLUG = "kurs"
PAGE = f"/organise/events/{SLUG}/funding"
DATES = [(at(in_days(day), 10), at(in_days(day), 12)) for day in (7, 14)]
OVER = at(in_days(15), 12)
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"


def course(office: Office, people: int = 12, **values: Any) -> EventDefinition:
    """Every third takes part online; but for the first all are there at both dates."""
    with transaction() as session:
        defaults = {"has_online": True, "capacity_in_person": 100, "title": "Kurs im Ehrenamt"}
        place = {"network_id": office.network_id}
        event = make_event(session, SLUG, dates=DATES, **{**defaults, **place, **values})
        make_item(session, event, title="Begrüßung", speakers=["Dr. Berg"], room="Saal")
        make_material(session, event, title="Folien zum Kurs")
        ids = [
            make_organisation(session, type=type_, district=district).id
            for type_, district in (("Verein", "Mitte"), ("Kommune", "Nord"))
        ]
    for number in range(people):
        way = "online" if number % 3 == 0 and event_of(SLUG).has_online else "in_person"
        sign_up(event_of(SLUG), f"Gast{number:02}", attendance=way)
    _belong(ids)
    for row in rows()[1:]:
        _be_there(event_of(SLUG), row)
    if people:
        _say_how_it_was(event_of(SLUG))
    return event_of(SLUG)


def _say_how_it_was(event: EventDefinition) -> None:
    """All who were there, before the evaluation closes, which it does with the last date."""
    ask(event, SHORT, closes_on=event.last_day)
    with time_machine.travel(DATES[-1][1]):
        for row in rows()[1:]:
            with transaction() as session:
                given = {"q1": "5", "q2": ["0"], "q3": "Gern wieder"}
                answer(session, event, row.id, given, now=clock.now())


def _belong(ids: list[int]) -> None:
    with transaction() as session:
        for number, row in enumerate(rows()):
            mine = update(Registration).where(Registration.id == row.id)
            session.execute(mine.values(organisation_id=ids[number % 2]))


def _be_there(event: EventDefinition, row: Any) -> None:
    for date in event.dates:
        if row.attendance == "online":
            with transaction() as session:
                record_presence(session, row.id, date.id, ONLINE_DOOR, now=clock.now())
        else:
            note_presence(row.id, date.id)


def figures(language: str = "de") -> bytes:
    """The ZIP that names nobody."""
    with reading() as connection, in_language(language):
        facts = read_facts(connection, event_of(SLUG))
    with in_language(language):
        return write_figures(facts)


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


def erase_all() -> None:
    """As whoever asks to be deleted, one after the other."""
    for row in rows():
        with transaction() as session:
            erase_person(session, row.email, now=clock.now())
    assert rows() == []
