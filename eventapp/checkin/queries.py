"""What the rows say of a scan, told to whoever made it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, or_, select

from eventapp.among import among, bound, size_of
from eventapp.checkin.devices import DOOR
from eventapp.checkin.guests import Guest, Items, find_items, list_guests, told_guest
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


class Answer(NamedTuple):
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
)


@cache
def _listed(scan_ids: int, guest_ids: int) -> Select[*tuple[Any, ...]]:
    """By id, of guests, or both; see `size_of`."""
    ways: list[ColumnElement[bool]] = []
    if scan_ids:
        ways.append(among(Scan.scan_id, "scan_ids", scan_ids))
    if guest_ids:
        ways.append(among(Scan.registration_id, "guest_ids", guest_ids))
    return _SCANS.where(or_(*ways))


def list_answers(
    connection: Connection,
    event: EventDefinition,
    scan_ids: Sequence[str],
    known: Iterable[Any],
    loose: Sequence[str] | None = None,
    items: Items | None = None,
) -> list[Answer]:
    """What the rows say now of these scans, in the order asked; `known` are rows of guests, `loose`
    the scans that should be filed under none of them, `items` the workshops that they hold."""
    guests = {row.id: row for row in known if row.event_id == event.id}
    scans = _load_scans(connection, scan_ids if loose is None else loose, guests)
    if odd := [scan_id for scan_id in scan_ids if scan_id not in scans]:
        scans |= _load_scans(connection, odd, ())  # an id that came before, with another code
    others = {scans[id_].registration_id for id_ in scan_ids if id_ in scans}
    if others := others - guests.keys() - {None}:
        guests |= {row.id: row for row in list_guests(connection, others)}
        scans |= _load_scans(connection, (), others)
        items = None
    outcomes = _judge_all(scans.values())
    items = find_items(connection, event, guests) if items is None else items
    people = {id_: told_guest(row, items, event) for id_, row in guests.items()}
    return [
        _answer(row, guests, people, outcomes)
        if row and row.event_id == event.id
        else Answer(scan_id, Verdict.UNKNOWN)  # that id was used at another event
        for scan_id in scan_ids
        for row in [scans.get(scan_id)]
    ]


def _load_scans(
    connection: Connection, scan_ids: Collection[str], guest_ids: Collection[int]
) -> dict[str, Any]:
    """By scan id: these, and all of these guests."""
    if not scan_ids and not guest_ids:
        return {}
    statement = _listed(size_of(scan_ids), size_of(guest_ids))
    rows = connection.execute(statement, bound(scan_ids=scan_ids, guest_ids=guest_ids))
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
