"""How many there were, as tables: on the cover, as CSV and as JSON. Nothing about one person."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from eventapp import spreadsheets
from eventapp.events.definition import EventDefinition
from eventapp.figures.counts import EventCounts, Group
from eventapp.figures.hiding import LEAST_SHOWN
from eventapp.formatting import attendance_label, when
from eventapp.languages import gettext as _

Row = tuple[str, *tuple[int | None, ...]]


@dataclass(frozen=True)
class Told:
    """One table: words, and a number for each further heading."""

    heading: str
    columns: Sequence[str]
    rows: Sequence[Row]


def tables(event: EventDefinition, counts: EventCounts) -> list[Told]:
    """What there is to tell; groups of organisations only where anybody named one that has it."""
    number = _("Anzahl")
    return [
        Told(_("Überblick"), [_("Was"), number], list(_whole(counts))),
        *_ways(counts.by_attendance),
        *_dates(event, counts.by_date),
        *_groups(_("Nach Art der Organisation"), _("Art"), counts.by_type),
        *_groups(_("Nach Kreis"), _("Kreis"), counts.by_district),
    ]


def _whole(counts: EventCounts) -> Iterator[Row]:
    """Without what nobody asked or noted."""
    rows: list[tuple[str, int | None]] = [
        (_("Eingeladene Organisationen"), counts.invited),
        (_("davon haben geantwortet"), counts.answered),
        (_("davon haben jemanden angemeldet"), counts.represented),
        (_("Personen mit einem Platz"), counts.registered),
        (_("davon haben teilgenommen"), counts.there),
        (_("davon sind nicht gekommen"), counts.absent),
        (_("davon haben die Teilnahme erfüllt"), counts.met),
    ]
    yield from (row for row in rows if row[1] is not None)
    if counts.waiting:
        yield _("Auf der Warteliste geblieben"), counts.waiting
    if counts.cancelled:
        yield _("Abgesagt"), counts.cancelled


def _ways(groups: Sequence[Group]) -> Iterator[Told]:
    if len(groups) > 1:
        rows = [(attendance_label(each.name), each.registered, each.there) for each in groups]
        yield Told(_("Nach Teilnahme"), _columns(_("Teilnahme")), rows)


def _dates(event: EventDefinition, counted: Sequence[int]) -> Iterator[Told]:
    """Those that took place."""
    pairs = [(date, n) for date, n in zip(event.dates, counted, strict=False) if not date.is_off]
    if pairs:
        rows: list[Row] = [(when(date), n) for date, n in pairs]
        yield Told(_("Nach Termin"), [_("Termin"), _("Teilgenommen")], rows)


def _groups(heading: str, what: str, groups: Sequence[Group]) -> Iterator[Told]:
    if any(each.name for each in groups):
        rows = [(each.name or _("ohne Angabe"), each.registered, each.there) for each in groups]
        yield Told(heading, _columns(what), rows)


def _columns(what: str) -> list[str]:
    return [what, _("Mit einem Platz"), _("Teilgenommen")]


def shown(n: int | None) -> str:
    """`12`; what is hidden is said to be so."""
    return _("k. A.") if n is None else str(n)


def hides(told: Iterable[Told]) -> str:
    """What to say of numbers that are not told; empty where all are."""
    if not any(None in row for each in told for row in each.rows):
        return ""
    return _(
        "k. A.: keine Angabe, weil in einer Gruppe weniger als %(n)s Personen sind.", n=LEAST_SHOWN
    )


def write_csv(event: EventDefinition, counts: EventCounts) -> bytes:
    """A line for each number."""
    headings = [_("Tabelle"), _("Gruppe"), _("Zahl"), _("Anzahl")]
    lines = [
        [told.heading, words, column, shown(n)]
        for told in tables(event, counts)
        for words, *numbers in told.rows
        for column, n in zip(told.columns[1:], numbers, strict=True)
    ]
    return spreadsheets.write_csv(headings, lines).encode()


def write_json(event: EventDefinition, counts: EventCounts) -> bytes:
    """For programs: names as in code, hidden numbers as null."""
    facts: dict[str, Any] = {
        "event": event.slug,
        "title": event.title,
        "when": when(event),
        "first_day": event.first_day.isoformat(),
        "last_day": event.last_day.isoformat(),
        "counts": counts.as_json(),
    }
    return json.dumps(facts, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"
