"""What the rows say of a scan, told to whoever made it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select

from eventapp.checkin.devices import DOOR
from eventapp.checkin.guests import Guest, find_items, list_guests, told_guest
from eventapp.checkin.models import Device, Door, Scan
from eventapp.checkin.rules import (
    Entry,
    Finding,
    Outcome,
    Passage,
    Verdict,
    entry_of,
    find_obstacle,
    judge,
)
from eventapp.events.definition import EventDefinition


@dataclass(frozen=True)
class Answer:
    """What is said to one scan."""

    scan_id: str
    verdict: Verdict
    guest: Guest | None = None
    admission: Passage | None = None


# Built once: making a statement costs more than sending it.
_SCANS = (
    select(
        Scan.scan_id,
        Scan.event_id,
        Scan.registration_id,
        Scan.programme_item_id,
        Scan.event_date_id,
        Scan.finding,
        Scan.direction,
        Scan.scanned_at,
        DOOR,
    )
    .join(Device, Device.id == Scan.device_id)
    .outerjoin(Door, Door.id == Device.door_id)
    .where(
        or_(
            Scan.scan_id.in_(bindparam("scan_ids", expanding=True)),
            Scan.registration_id.in_(bindparam("guest_ids", expanding=True)),
        )
    )
)


def list_answers(
    connection: Connection, event: EventDefinition, scan_ids: Sequence[str], known: Iterable[Any]
) -> list[Answer]:
    """What the rows say now of these scans, in the order asked; `known` are rows of guests."""
    guests = {row.id: row for row in known if row.event_id == event.id}
    scans = _load_scans(connection, scan_ids, list(guests))
    mine = [scans.get(scan_id) for scan_id in scan_ids]
    others = {row.registration_id for row in mine if row} - guests.keys() - {None}
    if others:  # a scan id that came before, with another code
        guests |= {row.id: row for row in list_guests(connection, others)}
        scans |= _load_scans(connection, [], list(others))
    outcomes = _judge_all(scans.values())
    items = find_items(connection, event, guests)
    people = {id_: told_guest(row, items, event) for id_, row in guests.items()}
    return [
        _answer(row, guests, people, outcomes)
        if row and row.event_id == event.id
        else Answer(scan_id, Verdict.UNKNOWN)  # that id was used at another event
        for scan_id, row in zip(scan_ids, mine, strict=True)
    ]


def _load_scans(
    connection: Connection, scan_ids: Sequence[str], guest_ids: Sequence[int]
) -> dict[str, Any]:
    rows = connection.execute(_SCANS, {"scan_ids": scan_ids, "guest_ids": guest_ids})
    return {row.scan_id: row for row in rows}


def _judge_all(scans: Iterable[Any]) -> dict[str, Outcome]:
    """By scan id, of every scan that found a ticket; see `rules.entry_of`."""
    passages: dict[tuple[int, Entry], list[Passage]] = defaultdict(list)
    for row in scans:
        if row.finding == Finding.TICKET:
            passage = Passage(row.scan_id, row.direction, row.scanned_at, row.door)
            entry = entry_of(row.programme_item_id, row.event_date_id)
            passages[row.registration_id, entry].append(passage)
    outcomes: dict[str, Outcome] = {}
    for each in passages.values():
        outcomes |= judge(each)
    return outcomes


def _answer(
    row: Any, guests: dict[int, Any], people: dict[int, Guest], outcomes: dict[str, Outcome]
) -> Answer:
    if row.finding in (Finding.HELD, Finding.REJECTED):
        return Answer(row.scan_id, Verdict.HELD)
    if row.registration_id is None:
        return Answer(row.scan_id, Verdict(row.finding))
    registration, guest = guests[row.registration_id], people[row.registration_id]
    if row.finding == Finding.UNDONE:
        return Answer(row.scan_id, Verdict.UNDONE, guest)
    obstacle = find_obstacle(registration.status, registration.attendance, has_item=True)
    if obstacle is Finding.TICKET:
        obstacle = Finding(row.finding)
    if obstacle is not Finding.TICKET:
        return Answer(row.scan_id, Verdict(obstacle), guest)
    outcome = outcomes[row.scan_id]
    return Answer(row.scan_id, outcome.verdict, guest, outcome.admission)
