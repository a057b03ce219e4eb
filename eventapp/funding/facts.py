"""What a pack is made of, read at once. `Facts` names nobody; `People` are the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from eventapp import clock
from eventapp.attendance.ledger_list import THERE, Asked, Line, list_lines
from eventapp.evaluation.queries import find_results
from eventapp.evaluation.rules import Results
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Attendance
from eventapp.figures.counts import EventCounts
from eventapp.figures.queries import find_counts, find_dated
from eventapp.funding import queries
from eventapp.funding.rules import Choice, Part, Sheet
from eventapp.invitations.listing import Letter, find_letter
from eventapp.materials.queries import list_materials
from eventapp.materials.rules import Listed
from eventapp.paper.queries import Printed, list_people
from eventapp.paper.rules import MOST_PEOPLE, TooManyOnPaper, expected
from eventapp.participants.selection import Wanted


@dataclass(frozen=True)
class Facts:
    """Of an event, nothing of one person: the same before and after the people are deleted."""

    event: EventDefinition
    choice: Choice
    counts: EventCounts
    letter: Letter | None  # None: nobody was invited
    materials: Sequence[Listed]  # but those withdrawn
    results: Results | None  # None: too few have answered to say anything

    def has(self, part: Part) -> bool:
        """Whether the funder wants it and there is something to say."""
        is_there = {
            Part.PROGRAMME: bool(self.event.programme),
            Part.INVITATION: bool(self.event.summary or self.event.description or self.letter),
            Part.MATERIALS: bool(self.materials),
            Part.EVALUATION: self.results is not None,
            Part.SHEETS: self.event.has_in_person,
            Part.ONLINE: self.event.has_online,
        }
        return self.choice.template.has(part) and is_there[part]


@dataclass(frozen=True)
class People:
    """Whoever is still known of the event; `scans` without their bytes, which are read one by one
    when each is written: together they may be 60 MB."""

    expected: Sequence[Printed] = ()
    online: Sequence[Line] = ()  # who was there
    scans: Sequence[Sheet] = ()
    deleted_on: date | None = None
    as_of: date | None = None  # of which day the figures are, since people were deleted

    @property
    def scanned(self) -> set[int | None]:
        """The dates that have a scan; None: all of them."""
        return {sheet.event_date_id for sheet in self.scans}


def read_facts(connection: Connection, event: EventDefinition) -> Facts:
    letter, counts = find_letter(connection, event.id), find_counts(connection, event)
    return Facts(
        event=event,
        choice=queries.find_choice(connection, event.id),
        counts=counts,
        letter=letter if letter.text or counts.invited else None,
        materials=[
            each for each in list_materials(connection, event.id) if each.withdrawn_at is None
        ],
        results=find_results(connection, event, clock.now()),
    )


def read_people(connection: Connection, facts: Facts) -> People:
    """Only those that the funder wants. Raises `TooManyOnPaper`."""
    event = facts.event
    wants_sheets = facts.has(Part.SHEETS)
    guests = list_people(connection, event, expected(Wanted())) if wants_sheets else ()
    if len(guests) > MOST_PEOPLE:
        raise TooManyOnPaper(most=MOST_PEOPLE)
    scans = queries.list_sheets(connection, event.id) if wants_sheets else []
    asked = Asked(there=THERE, attendance=Attendance.ONLINE)
    wants_online = facts.has(Part.ONLINE)
    return People(
        expected=guests,
        online=list_lines(connection, event, asked, clock.now()) if wants_online else (),
        scans=scans,
        deleted_on=queries.find_deleted_on(connection, event.id),
        as_of=find_dated(connection, event)[1],
    )
