"""Random facts about who was at a course, from every source, and that all totals of them agree."""

import json
from datetime import timedelta
from random import Random

from sqlalchemy import select

from eventapp import clock
from eventapp.attendance import reports
from eventapp.attendance.ledger_list import Asked, count_there, list_lines
from eventapp.attendance.report_reading import Attendee, Platform, Report
from eventapp.attendance.standing import list_standings
from eventapp.base import table_of
from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.figures.counting import count_figures
from eventapp.figures.queries import find_counts
from eventapp.funding.facts import read_facts
from eventapp.funding.packing import JSON_FILE, counted
from eventapp.languages import in_language
from eventapp.registration.models import Registration
from tests.attendance.test_ledger import DATES, enter_online, event_of, say
from tests.checkin.door import Door, Guest, make_guest, new_scan, record
from tests.factories import make_organisation

_R = table_of(Registration).c


def make_course(random: Random, people: int = 40) -> tuple[Door, list[Guest]]:
    """Three dates that are over; who was at two of them has taken part."""
    door = Door("kurs", dates=DATES, attendance_rule={"least_dates": 2}, has_online=True)
    with transaction() as session:
        organisations: list[int | None] = [
            make_organisation(session, type=type_, district=district).id
            for type_, district in (
                ("Verein", "Mainz-Bingen"),
                ("Verein", "Trier"),
                ("Kommune", "Trier"),
                ("Stiftung", None),
            )
        ]
        guests = [
            make_guest(
                session,
                door.event_id,
                status=random.choice(["confirmed"] * 4 + ["cancelled", "waitlisted"]),
                attendance=random.choice(["in_person", "online"]),
                organisation_id=random.choice([*organisations, organisations[0], None]),
            )
            for _ in range(people)
        ]
    return door, guests


def happen(random: Random, door: Door, guests: list[Guest], facts: int = 60) -> None:
    """Scans in and out, clicks at the online door, reports of a platform, corrections by hand."""
    event, device = event_of(door), door.device()
    for _ in range(facts):
        guest, number = random.choice(guests), random.randrange(3)
        match random.randrange(4):
            case 0:
                moment = DATES[number][0] + timedelta(minutes=random.randrange(100))
                direction = random.choice(["in", "out"])
                record(device, new_scan(guest.ticket, moment, direction=direction))
            case 1:
                enter_online(event, guest, number)
            case 2:
                say(event, guest, number, was_there=random.random() < 0.6)
            case 3:
                report_of(event, number, random.sample([each.id for each in guests], 3))


def report_of(event: EventDefinition, number: int, ids: list[int]) -> None:
    """A platform says that they were in the meeting of this date."""
    with transaction() as session:
        named = session.execute(select(_R.last_name, _R.email).where(_R.id.in_(ids))).all()
        attendees = tuple(Attendee(f"Erika {name}", email, ()) for name, email in named)
        report = Report(Platform.ZOOM, attendees)
        made = reports.keep(
            session,
            event,
            event.dates[number],
            report,
            file_name="zoom.csv",
            by=1,
            now=clock.now(),
        )
        pending = reports.get_pending(session.connection(), event, made, clock.now())
        found, _people = reports.matches_of(session.connection(), event, pending)
        doubts = {each.number: reports.NOBODY for each in found}
        reports.take_over(session, event, pending, doubts, now=clock.now())


def check_agreement(event: EventDefinition) -> None:
    """Figures, what is told of them, the ledger's list, the rule's answers, the funder's pack."""
    with reading() as connection:
        packed = json.loads(dict(counted(read_facts(connection, event)))[JSON_FILE])["counts"]
        figures, told = count_figures(connection, event), find_counts(connection, event)
        lines = list_lines(connection, event, Asked(), clock.now())
        standings = list_standings(connection, event, clock.now())
    there = [line for line in lines if line.told.count]
    assert packed == json.loads(json.dumps(told.as_json()))
    assert told.registered == figures.registered == len(lines) == len(standings)
    assert told.there == figures.there == len(there)
    assert told.absent == (len(lines) - len(there) if there else None)
    assert told.met == figures.met == sum(each.is_met for each in standings.values())
    by_date = count_there(lines, event.dates)
    assert told.by_date == tuple(by_date[date.id] for date in event.dates)
    for group in told.by_attendance:
        of_way = [line for line in lines if line.person.attendance == group.name]
        assert group.registered == len(of_way)
        assert group.there == sum(line.told.count > 0 for line in of_way)
    for cells in (figures.types, figures.districts):
        assert sum(n or 0 for n in cells.values()) == len(lines)
    for cells in (figures.there_types, figures.there_districts):
        assert sum(n or 0 for n in cells.values()) == len(there)
    for shown, cells in ((told.by_type, figures.types), (told.by_district, figures.districts)):
        assert all(each.registered in (None, cells[each.name]) for each in shown)


def rendered(event: EventDefinition) -> bytes:
    """What is told of the event, also to its funder, byte for byte."""
    with reading() as connection, in_language("de"):
        told = json.dumps(find_counts(connection, event).as_json()).encode()
        return told + b"".join(data for _name, data in counted(read_facts(connection, event)))
