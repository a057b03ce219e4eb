"""EventCounts: what is told of an event's attendance to a funder, with no small cell. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eventapp.events.models import Attendance
from eventapp.figures.hiding import Cells
from eventapp.figures.rules import Figures
from eventapp.registration.models import RegistrationStatus


@dataclass(frozen=True)
class Group:
    """People of one kind; None: hidden, or not known of what was kept long ago."""

    name: str  # "" for none of the register, or without a district
    registered: int | None
    there: int | None


@dataclass(frozen=True)
class EventCounts:
    """Whole numbers of the event and its groups, always in the same order.

    Whoever has a place is registered; who was there is the ledger's answer.
    """

    invited: int | None  # organisations; None where none was
    answered: int | None
    represented: int | None
    registered: int
    there: int
    absent: int | None  # None: nobody was noted at all
    waiting: int
    cancelled: int
    met: int | None  # took part by the event's rule; None where it has none
    by_attendance: tuple[Group, ...]
    by_type: tuple[Group, ...]
    by_district: tuple[Group, ...]
    by_date: tuple[int, ...]  # who was there; empty where there is one date only

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def counts_of(figures: Figures) -> EventCounts:
    """Of figures as they are; whoever tells them hides small cells before."""
    invited = figures.invitations.get("invited")
    return EventCounts(
        invited=invited or None,
        answered=figures.invitations.get("answered") if invited else None,
        represented=figures.invitations.get("represented") if invited else None,
        registered=figures.registered,
        there=figures.there,
        absent=figures.absent,
        waiting=figures.statuses.get(RegistrationStatus.WAITLISTED, 0),
        cancelled=figures.statuses.get(RegistrationStatus.CANCELLED, 0),
        met=figures.met,
        by_attendance=_groups(Attendance, figures.attendances, figures.arrived),
        by_type=_groups(_ordered(figures.types), figures.types, figures.there_types),
        by_district=_groups(
            _ordered(figures.districts), figures.districts, figures.there_districts
        ),
        by_date=tuple(figures.dates[name] for name in sorted(figures.dates, key=int)),
    )


def with_invited(rows: Sequence[Group], rounds: Iterable[str]) -> tuple[Group, ...]:
    """With those groups of invited organisations of which nobody signed up; none where people are
    too few to be in groups."""
    known = {row.name for row in rows}
    return (*rows, *(Group(name, 0, 0) for name in rounds if rows and name not in known))


def _groups(names: Iterable[str], registered: Cells, there: Cells) -> tuple[Group, ...]:
    return tuple(
        Group(str(name), registered[name], there.get(name)) for name in names if name in registered
    )


def _ordered(cells: Cells) -> list[str]:
    """The largest first, hidden ones after those, nothing named last."""
    return sorted(cells, key=lambda name: (not name, -(cells[name] or 0), name))
