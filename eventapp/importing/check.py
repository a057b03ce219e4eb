"""Entries against each other and against what is stored: references, slugs, parents."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from eventapp.importing import document as shape
from eventapp.importing.check_event import check_event
from eventapp.importing.check_rule import check_rule
from eventapp.importing.checked import Check
from eventapp.importing.known import Known, Parents
from eventapp.importing.reading import Document
from eventapp.importing.source import Path, Source
from eventapp.networks.inherited import MOST_DOOR_MINUTES

_SECTIONS = ("networks", "organisations", "topics", "regions", "series", "events")

# Of each section, the keys that name an entry of another, and which.
_REFERENCES: Mapping[str, Mapping[str, str]] = {
    "networks": {"parent": "networks", "lead_organisation": "organisations"},
    "organisations": {"networks": "networks"},
    "topics": {},
    "regions": {"parent": "regions"},
    "series": {"network": "networks"},
    "events": {
        "network": "networks",
        "hosts": "organisations",
        "co_networks": "networks",
        "series": "series",
        "topics": "topics",
        "region": "regions",
    },
}


def check(source: Source, document: Document, known: Known) -> None:
    """Note everything that keeps the document from being applied."""
    for section in _SECTIONS:
        entries: Sequence[shape.Entry] = getattr(document, section)
        _check_slugs(source, entries)
        for entry in entries:
            _check_needed(source, entry, is_new=entry.slug not in getattr(known, section))
            for key, target in _REFERENCES[section].items():
                _check_reference(source, entry, key, _slugs_of(source, known, target))
    _check_parents(source, document.networks, known.network_parents)
    _check_parents(source, document.regions, known.region_parents)
    for network in document.networks:
        if (network.door_minutes or 0) > MOST_DOOR_MINUTES:
            source.problem((*network.place, "door_minutes"), f"must be at most {MOST_DOOR_MINUTES}")
    for event in document.events:
        stored = known.events.get(event.slug)
        held = known.held_dates.get(event.slug, 0)
        dates = known.dates.get(event.slug, 1)
        check_event(source, event, stored, is_course=dates > 1, held_dates=held)
        check_rule(Check(source, event, stored), dates, known.items.get(event.slug, set()))


def _slugs_of(source: Source, known: Known, section: str) -> set[str]:
    """What may be referred to: stored, or in the file even if something in it is wrong."""
    items = source.data.get(section)
    in_file = {
        str(item.get("slug"))
        for item in (items if isinstance(items, list) else ())
        if isinstance(item, dict)
    }
    stored: dict[str, int] = getattr(known, section)
    return in_file | stored.keys()


def _check_slugs(source: Source, entries: Sequence[shape.Entry]) -> None:
    seen: dict[str, Path] = {}
    for entry in entries:
        if entry.slug in seen:
            first = source.line(seen[entry.slug])
            source.problem((*entry.place, "slug"), f"“{entry.slug}” stands already in line {first}")
        seen.setdefault(entry.slug, entry.place)


def _check_needed(source: Source, entry: shape.Entry, *, is_new: bool) -> None:
    if is_new:
        for key in entry.needed:
            if key not in entry.model_fields_set and key not in entry.failed:
                source.problem(entry.place, f"“{entry.slug}” is new and needs `{key}`")


def _check_reference(source: Source, entry: shape.Entry, key: str, slugs: set[str]) -> None:
    if key not in entry.model_fields_set:
        return
    value: Any = getattr(entry, key)
    place: Path = (*entry.place, key)
    many: Iterable[tuple[Path, str | None]] = (
        (((*place, n), getattr(each, "slug", each)) for n, each in enumerate(value))
        if isinstance(value, list)
        else [(place, value)]
    )
    seen = set()
    for path, slug in many:
        if slug is not None and slug not in slugs:
            source.problem(path, f"“{slug}” is unknown")
        if slug in seen:
            source.problem(path, f"“{slug}” is named twice")
        seen.add(slug)


def _check_parents(
    source: Source, entries: Sequence[shape.Network] | Sequence[shape.Region], stored: Parents
) -> None:
    parents = dict(stored)
    for entry in entries:
        if "parent" in entry.model_fields_set:
            parents[entry.slug] = entry.parent
    for entry in entries:
        if "parent" in entry.model_fields_set and _is_above(entry.slug, entry.parent, parents):
            source.problem((*entry.place, "parent"), f"“{entry.slug}” would be its own ancestor")


def _is_above(slug: str, start: str | None, parents: Parents) -> bool:
    """Whether `slug` is `start` or an ancestor of it."""
    seen, current = set(), start
    while current is not None and current not in seen:
        if current == slug:
            return True
        seen.add(current)
        current = parents.get(current)
    return False
