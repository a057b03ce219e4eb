"""What counts as attendance, and whether there are certificates, handed on to later events of a
series. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from eventapp.events.attendance_rule import AttendanceRule
from eventapp.events.definition import EventDefinition


class Hindrance(StrEnum):
    """Why an event cannot take over the rule of another."""

    DATES = "dates"  # it has fewer than the rule asks for
    ITEMS = "items"  # it lacks a programme item that the rule names


@dataclass(frozen=True)
class Heir:
    """A later event, and whether it takes over what is handed on."""

    event: EventDefinition
    hindrances: tuple[Hindrance, ...]
    is_alike: bool  # there is nothing to do

    @property
    def follows(self) -> bool:
        return not self.hindrances and not self.is_alike


def heirs(event: EventDefinition, others: Sequence[EventDefinition]) -> list[Heir]:
    """Each of the others as it meets the event's rule and switch."""
    given = (event.attendance_rule, event.gives_certificates)
    return [
        Heir(
            other,
            tuple(_hindrances(event.attendance_rule, other)),
            (other.attendance_rule, other.gives_certificates) == given,
        )
        for other in others
    ]


def _hindrances(rule: AttendanceRule | None, other: EventDefinition) -> list[Hindrance]:
    if rule is None:
        return []
    slugs = {item.slug for item in other.programme}
    found = [Hindrance.DATES] if (rule.least_dates or 0) > len(other.dates) else []
    return found if slugs.issuperset(rule.items) else [*found, Hindrance.ITEMS]
