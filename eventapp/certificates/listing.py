"""Who of an event has a certificate, and what the others lack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from eventapp.attendance.standing import list_standings
from eventapp.attendance.standing_rules import Standing, State
from eventapp.certificates import queries, rules
from eventapp.certificates.queries import Issued
from eventapp.events.definition import EventDefinition


class Pile(StrEnum):
    """How far somebody is; also the order in which the page counts."""

    HAS = "has"
    DUE = "due"  # has taken part and gets it with the next look, or once the event is over
    LACKS = "lacks"
    WITHDRAWN = "withdrawn"  # by the office


@dataclass(frozen=True)
class Line:
    """One person with a place."""

    person: Any
    standing: Standing
    issued: Issued | None  # the newest version, whatever became of it

    @property
    def pile(self) -> Pile:
        if self.issued and self.issued.is_valid:
            return Pile.HAS
        if self.issued and self.issued.by_office:
            return Pile.WITHDRAWN
        return Pile.DUE if self.standing.state is State.MET else Pile.LACKS


def list_lines(connection: Connection, event: EventDefinition, now: datetime) -> Sequence[Line]:
    """Everybody with a place and a name, by surname; a fixed number of statements."""
    standings = list_standings(connection, event, now)
    issued = queries.list_latest(connection, event.id)
    return [
        Line(person, standings[person.id], issued.get(person.id))
        for person in queries.list_people(connection, event.id)
        if person.id in standings and not rules.is_nameless(person)
    ]


def count_piles(lines: Sequence[Line]) -> Mapping[Pile, int]:
    return {pile: sum(line.pile is pile for line in lines) for pile in Pile}
