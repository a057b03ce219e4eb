"""Four programs that people use read the same in every object, wherever they are."""

import pytest

from tests.calendars.inventory import Inventory
from tests.calendars.readers import read
from tests.calendars.reading import Seen

FOREIGN = ("America/New_York", "Pacific/Auckland")


BREAKS = {
    "summer time is three hours": (b"TZOFFSETTO:+0200", b"TZOFFSETTO:+0300"),
    "another SEQUENCE": (b"SEQUENCE:0", b"SEQUENCE:1"),
    "another end": (
        b"DTEND;TZID=Europe/Berlin:20270714T20",
        b"DTEND;TZID=Europe/Berlin:20270714T21",
    ),
    "another status": (b"STATUS:CONFIRMED", b"STATUS:TENTATIVE"),
}


def by_uid(seen: list[Seen]) -> list[Seen]:
    return sorted(seen, key=lambda each: str(each["uid"]))


@pytest.mark.parametrize("time_zone", FOREIGN)
def test_every_reader_reads_what_the_database_says(inventory: Inventory, time_zone: str) -> None:
    objects = list({each.ics: each for each in inventory.objects}.values())
    for name, files in read([each.ics for each in objects], time_zone).items():
        for found, events in zip(objects, files, strict=True):
            assert by_uid(events) == by_uid(list(found.expected)), (name, found.name)


def test_what_is_wrong_is_seen(inventory: Inventory) -> None:
    """The control: every reader sees each, but for the one that goes by the zone's name."""
    found = next(
        each
        for each in inventory.objects
        if each.method == "REQUEST" and b"DTSTART;TZID=Europe/Berlin:20270714T18" in each.ics
    )
    broken = []
    for before, after in BREAKS.values():
        assert before in found.ics
        broken.append(found.ics.replace(before, after))
    for name, files in read(broken, FOREIGN[0]).items():
        unseen = {why for why, seen in zip(BREAKS, files, strict=True) if seen == [*found.expected]}
        assert unseen == ({"summer time is three hours"} if name == "icalendar" else set()), name
