"""The ledger of one event as a list of people, narrowed as its page and its file ask for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from eventapp.attendance import queries
from eventapp.attendance.ledger import read_ledger
from eventapp.attendance.ledger_rules import Source, Told
from eventapp.attendance.standing_rules import Standing, State, stand
from eventapp.events.definition import DateDefinition, EventDefinition
from eventapp.names import sort_key

THERE, ABSENT, BY_HAND = "yes", "no", "hand"


@dataclass(frozen=True)
class Line:
    """One person with a place, and where they were."""

    person: Any
    standing: Standing

    @property
    def told(self) -> Told:
        return self.standing.told


@dataclass(frozen=True)
class Asked:
    """What narrows the list."""

    q: str = ""
    date: int | None = None  # its number, from 1; None: any
    there: str | None = None
    attendance: str | None = None
    reached: str | None = None  # a `State`

    def as_parameters(self) -> dict[str, Any]:
        """As an address has them; only what narrows."""
        found = {
            "q": self.q,
            "date": self.date,
            "there": self.there,
            "attendance": self.attendance,
            "reached": self.reached,
        }
        return {name: value for name, value in found.items() if value}


def read_asked(event: EventDefinition, parameters: Mapping[str, Any]) -> Asked:
    """From an address or a stored wish; what makes no sense is not asked."""
    number = str(parameters.get("date", ""))
    dates = {str(n): n for n in range(1, len(event.dates_on) + 1)}
    there, attendance = parameters.get("there"), parameters.get("attendance")
    reached = parameters.get("reached")
    return Asked(
        q=" ".join(str(parameters.get("q", ""))[:100].split()),
        date=dates.get(number),
        there=there if there in (THERE, ABSENT, BY_HAND) else None,
        attendance=attendance if attendance in event.attendances else None,
        reached=reached if reached in list(State) else None,
    )


def list_lines(
    connection: Connection, event: EventDefinition, asked: Asked, now: datetime
) -> list[Line]:
    """Everybody with a place, by surname, as asked for; the statements of `read_ledger` and one."""
    told = read_ledger(connection, event, with_minutes=event.counts_minutes)
    lines = (
        Line(person, stand(event, told.get(person.id, Told()), now))
        for person in queries.list_confirmed(connection, event)
    )
    return [line for line in lines if is_asked(line, event, asked)]


def is_asked(line: Line, event: EventDefinition, asked: Asked) -> bool:
    """Whether the line is among those asked for."""
    if asked.attendance and line.person.attendance != asked.attendance:
        return False
    if asked.reached and line.standing.state != asked.reached:
        return False
    text = f"{line.person.sort_key} {line.person.organisation_key or ''}"
    if any(word not in text for word in sort_key(asked.q).split()):
        return False
    if asked.there is None:
        return True
    dates = [event.dates_on[asked.date - 1]] if asked.date else event.dates_on
    found = [line.told.at(date.id) for date in dates]
    if asked.there == BY_HAND:
        return any(Source.HAND in each.sources for each in found)
    return any(each.is_there for each in found) == (asked.there == THERE)


def count_there(lines: Sequence[Line], dates: Sequence[DateDefinition]) -> dict[int, int]:
    """By id of the date: how many of these people were there."""
    return {date.id: sum(line.told.at(date.id).is_there for line in lines) for date in dates}
