"""The ledger as a table for office programs: a line per person, columns per date."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from eventapp import spreadsheets
from eventapp.attendance.ledger_list import Asked, Line, list_lines
from eventapp.attendance.ledger_rules import Attended
from eventapp.attendance.ledger_words import source_words
from eventapp.attendance.standing_words import rule_words, state_words
from eventapp.events.definition import DateDefinition, EventDefinition, ItemDefinition
from eventapp.formatting import attendance_label, local
from eventapp.languages import gettext as _

FILE = "presence"  # the kind of the job


@dataclass(frozen=True)
class Table:
    """People and dates, not yet a file."""

    event: EventDefinition
    lines: Sequence[Line]
    items: Sequence[ItemDefinition]  # in which anybody was noted


def read_table(
    connection: Connection, event: EventDefinition, asked: Asked, now: datetime
) -> Table:
    lines = list_lines(connection, event, asked, now)
    noted = frozenset[int]().union(*(line.told.items for line in lines))
    return Table(event, lines, [item for item in event.programme if item.id in noted])


def write_csv(table: Table) -> bytes:
    return spreadsheets.write_csv(_headings(table), _rows(table)).encode()


def write_xlsx(table: Table) -> bytes:
    return spreadsheets.write_xlsx(_("Wer war da"), _headings(table), _rows(table))


def _headings(table: Table) -> list[str]:
    return [
        _("Nachname"),
        _("Vorname"),
        _("Organisation"),
        _("E-Mail-Adresse"),
        _("Teilnahme"),
        *(heading for date in table.event.dates_on for heading in _of_date(table.event, date)),
        *(item.title for item in table.items),
        *([_("Teilnahme erfüllt")] if rule_words(table.event) else []),
    ]


def _of_date(event: EventDefinition, date: DateDefinition) -> list[str]:
    day = local(date.starts_at or date.starts_on or event.first_day).strftime("%Y-%m-%d")
    minutes = [_("%(day)s, Minuten", day=day)] if event.counts_minutes else []
    return [day, *minutes, _("%(day)s, Quelle", day=day)]


def _rows(table: Table) -> Iterator[list[Any]]:
    ways = {way: attendance_label(way) for way in table.event.attendances}
    words, states = source_words(), state_words()

    def cells(one: Attended) -> list[Any]:
        known = one.is_there or bool(one.sources)
        minutes = [one.minutes] if table.event.counts_minutes else []
        there = one.is_there if known else ""
        return [there, *minutes, [words[source] for source in one.sources]]

    for line in table.lines:
        person = line.person
        yield [
            person.last_name,
            person.first_name,
            person.organisation,
            person.email,
            ways.get(person.attendance, person.attendance),
            *(cell for date in table.event.dates_on for cell in cells(line.told.at(date.id))),
            *(item.id in line.told.items for item in table.items),
            *([states[line.standing.state]] if rule_words(table.event) else []),
        ]
