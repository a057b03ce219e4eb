"""Who gets which workshop. Pure."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from eventapp.events.definition import EventDefinition, ItemDefinition
from eventapp.registration.models import IN_ITEMS, PlaceStatus
from eventapp.registration.places import Count, Places
from eventapp.registration.refusals import Overlap, ProgrammeItemFull


def decide_items(
    event: EventDefinition,
    places: Places,
    status: str,
    items: Sequence[ItemDefinition],
    *,
    beyond: bool = False,
) -> dict[int, PlaceStatus]:
    """Whether each item is held or waited for, by its id; raises `ProgrammeItemFull`.

    Whoever holds no place in the event holds no item: all are waited for and taken at promotion.
    `beyond` gives seats that are not there.
    """
    if status not in IN_ITEMS:
        return dict.fromkeys((item.id for item in items), PlaceStatus.WAITLISTED)
    if beyond:
        return dict.fromkeys((item.id for item in items), PlaceStatus.CONFIRMED)
    return {item.id: _decide_item(event, places.items[item.slug], item) for item in items}


def _decide_item(event: EventDefinition, count: Count, item: ItemDefinition) -> PlaceStatus:
    if count.is_free:
        return PlaceStatus.CONFIRMED
    if event.waiting_list:
        return PlaceStatus.WAITLISTED
    raise ProgrammeItemFull(title=item.title, item=item)


def overlap(first: ItemDefinition, second: ItemDefinition) -> bool:
    """Whether they are at the same time, be it for a minute."""
    return first.starts_at < second.ends_at and second.starts_at < first.ends_at


def check_overlap(chosen: Sequence[ItemDefinition]) -> None:
    """Raises `Overlap` when two chosen items are at the same time or of the same group."""
    for first, second in combinations(chosen, 2):
        if overlap(first, second) or (first.group is not None and first.group == second.group):
            raise Overlap(first=first.title, second=second.title, item=second)


def released_items(
    event: EventDefinition, held: Mapping[int, str], wanted: Mapping[int, PlaceStatus]
) -> set[int]:
    """Which held items are given back for the wanted ones (all of them, also those kept).

    Whoever waits for another item of a group keeps the one they hold until then.
    """
    by_id = {item.id: item for item in event.choices}
    awaited = {
        by_id[item_id].group
        for item_id, status in wanted.items()
        if status == PlaceStatus.WAITLISTED and by_id[item_id].group
    }
    return {
        item_id
        for item_id, status in held.items()
        if item_id not in wanted
        and not (status == PlaceStatus.CONFIRMED and by_id[item_id].group in awaited)
    }
