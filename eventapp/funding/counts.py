"""How many there were, as tables: on the cover, as CSV and as JSON. Nothing about one person."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection

from eventapp import spreadsheets
from eventapp.events.definition import EventDefinition
from eventapp.figures.queries import find_figures
from eventapp.figures.rules import LEAST_SHOWN, Cells, sorted_cells
from eventapp.formatting import attendance_label, when
from eventapp.languages import gettext as _
from eventapp.registration.models import RegistrationStatus


@dataclass(frozen=True)
class Group:
    """People of one kind; None: hidden, or not known."""

    name: str  # "" for none of the register, or without a district
    registered: int | None
    there: int | None


@dataclass(frozen=True)
class EventCounts:
    """Small cells are hidden."""

    invited: int | None  # organisations
    registered: int
    there: int
    by_attendance: tuple[Group, ...]
    by_type: tuple[Group, ...]
    by_district: tuple[Group, ...]


def find_counts(connection: Connection, event: EventDefinition) -> EventCounts:
    """The same before and after the people are deleted."""
    figures = find_figures(connection, event).without_small_cells()
    ways = [way.value for way in event.attendances]
    return EventCounts(
        invited=figures.invitations.get("invited"),
        registered=figures.statuses.get(RegistrationStatus.CONFIRMED, 0),
        there=sum(figures.arrived.values()),
        by_attendance=tuple(
            Group(way, figures.attendances.get(way, 0), figures.arrived.get(way, 0)) for way in ways
        ),
        by_type=_groups(figures.types),
        by_district=_groups(figures.districts),
    )


def _groups(cells: Cells) -> tuple[Group, ...]:
    return tuple(Group(name, n, None) for name, n in sorted_cells(cells))


# --- as they are told ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """One table: in `rows` are words, who signed up, who was there."""

    key: str
    heading: str
    what: str  # stands in the first column
    rows: Sequence[tuple[str, int | None, int | None]]


def tables(counts: EventCounts) -> list[Told]:
    """What there is to tell; kinds and districts only where anybody named an organisation that has
    one."""
    ways = [(attendance_label(each.name), *_numbers(each)) for each in counts.by_attendance]
    together = (_("Zusammen"), counts.registered, counts.there)
    return [
        Told("attendance", _("Nach Teilnahme"), _("Teilnahme"), [*ways, together]),
        *_told("type", _("Nach Art der Organisation"), _("Art"), counts.by_type),
        *_told("district", _("Nach Kreis"), _("Kreis"), counts.by_district),
    ]


def _told(key: str, heading: str, what: str, groups: Sequence[Group]) -> Iterator[Told]:
    if any(each.name for each in groups):
        rows = [(each.name or _("ohne Angabe"), *_numbers(each)) for each in groups]
        yield Told(key, heading, what, rows)


def _numbers(group: Group) -> tuple[int | None, int | None]:
    return group.registered, group.there


def shown(n: int | None) -> str:
    """`12`; what is hidden is said to be so."""
    return _("k. A.") if n is None else str(n)


def hides(told: Iterable[Told]) -> str:
    """What to say of numbers that are not told; empty where all are."""
    is_hidden = any(None in row for each in told for row in each.rows)
    text = _("k. A.: keine Angabe. Gruppen von weniger als %(n)s Personen werden nicht genannt.")
    return text % {"n": LEAST_SHOWN} if is_hidden else ""


def write_csv(counts: EventCounts) -> bytes:
    """A line for each group."""
    headings = [_("Gliederung"), _("Gruppe"), _("Angemeldet"), _("Teilgenommen")]
    rows = [
        [told.heading, words, shown(registered), shown(there)]
        for told in tables(counts)
        for words, registered, there in told.rows
    ]
    return spreadsheets.write_csv(headings, rows).encode()


def write_json(event: EventDefinition, counts: EventCounts) -> bytes:
    """For programs: names as in code, hidden numbers as null."""
    facts: dict[str, Any] = {
        "event": event.slug,
        "title": event.title,
        "when": when(event),
        "first_day": event.first_day.isoformat(),
        "last_day": event.last_day.isoformat(),
        "counts": asdict(counts),
    }
    return json.dumps(facts, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"
