"""Which scans the office has to look at: what counts otherwise than the door believed. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from eventapp.checkin.rules import Entry, Finding, Outcome, Passage, Verdict, find_obstacle, judge


class Kind(StrEnum):
    DOUBLE = "double"  # in twice: the same ticket at two devices
    FORGED = "forged"  # let in without a network, with a code that is none of this event
    NOT_ALLOWED = "not_allowed"  # let in without a network, by a registration that may not enter
    SAME_NAME = "same_name"  # a walk-in called like somebody who was registered already


@dataclass(frozen=True)
class Told:
    """A scan of a ticket, with what tells one door from another."""

    registration_id: int
    entry: Entry
    passage: Passage
    device_id: int
    let_in: bool | None


def find_doubles(scans: Iterable[Told]) -> dict[str, Passage]:
    """By id of each scan of somebody who was in already: the passage that had let them in.

    A second look at the device that let them in is none, unless it opened the door once more.
    """
    entries: dict[tuple[int, Entry], list[Told]] = defaultdict(list)
    for each in scans:
        entries[each.registration_id, each.entry].append(each)
    doubles: dict[str, Passage] = {}
    for group in entries.values():
        by_id = {each.passage.scan_id: each for each in group}
        for scan_id, outcome in judge(each.passage for each in group).items():
            if outcome.admission and _is_double(by_id, scan_id, outcome):
                doubles[scan_id] = outcome.admission
    return doubles


def _is_double(by_id: dict[str, Told], scan_id: str, outcome: Outcome) -> bool:
    if outcome.verdict is not Verdict.ALREADY_IN or outcome.admission is None:
        return False
    mine, first = by_id[scan_id], by_id[outcome.admission.scan_id]
    return mine.let_in is True or mine.device_id != first.device_id


def kind_of_refused(finding: str) -> Kind:
    """Of a scan that was no ticket, and whose bearer the door let in."""
    forged = (Finding.UNKNOWN, Finding.WRONG_EVENT)
    return Kind.FORGED if finding in forged else Kind.NOT_ALLOWED


def may_be_admitted(kind: Kind, status: str | None, attendance: str | None) -> bool:
    """Whether the office may count a refused scan after all: by now the guest may enter."""
    if kind is not Kind.NOT_ALLOWED or status is None or attendance is None:
        return False
    return find_obstacle(status, attendance, has_item=True) is Finding.TICKET
