"""What a sheet to sign is for: the whole event, one date of a course, one part of the programme; or
one sheet for each of them. Pure, in the present language.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eventapp.errors import NotFound
from eventapp.events.definition import DateDefinition, EventDefinition, ItemDefinition
from eventapp.formatting import when
from eventapp.languages import gettext as _
from eventapp.paper.queries import Printed
from eventapp.participants.filters import item_label

WHOLE, DATES, ITEMS = "whole", "dates", "items"


@dataclass(frozen=True)
class Occasion:
    """One sheet: what it is called beside the event, when it is, who signs."""

    heading: str
    when: str
    people: Sequence[Printed]


def offered(event: EventDefinition) -> list[tuple[str, str]]:
    """(key, text) of all that may be chosen; one alone where there is nothing to choose."""
    dates = event.dates_on if len(event.dates_on) > 1 else ()
    every_date = [(DATES, _("für jeden Termin ein Blatt"))] if dates else []
    every_item = [(ITEMS, _("für jeden Programmpunkt ein Blatt"))] if event.choices else []
    return [
        (WHOLE, _("ein Blatt für alles")),
        *every_date,
        *((_key(each), when(each)) for each in dates),
        *every_item,
        *((_key(each), item_label(each)) for each in event.choices),
    ]


def sheets_for(event: EventDefinition, key: str, people: Sequence[Printed]) -> list[Occasion]:
    """The sheets in their order. Raises `NotFound` for what there is no more."""
    if key == WHOLE:
        return [Occasion("", when(event), people)]
    found = list(_chosen(event, key))
    if not found:
        raise NotFound
    return [_occasion(each, people) for each in found]


def everybody(occasions: Sequence[Occasion]) -> list[Printed]:
    """Each person once."""
    return list({one.id: one for each in occasions for one in each.people}.values())


def _chosen(event: EventDefinition, key: str) -> Iterator[DateDefinition | ItemDefinition]:
    yield from (each for each in event.dates_on if key in (DATES, _key(each)))
    yield from (each for each in event.choices if key in (ITEMS, _key(each)))


def _key(each: DateDefinition | ItemDefinition) -> str:
    return f"item-{each.slug}" if isinstance(each, ItemDefinition) else f"date-{each.id}"


def _occasion(each: DateDefinition | ItemDefinition, people: Sequence[Printed]) -> Occasion:
    """Whoever is in a course is expected on each of its dates."""
    if isinstance(each, ItemDefinition):
        there = [one for one in people if each.id in one.item_ids]
        return Occasion(item_label(each), when(each), there)
    return Occasion("", when(each), people)
