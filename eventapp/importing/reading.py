"""From the file's plain data to entries; whatever has the wrong shape becomes a problem."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import ValidationError

from eventapp.importing import document as shape
from eventapp.importing.source import Path, Source

E = TypeVar("E", bound=shape.Entry)


@dataclass
class Document:
    """The entries whose slug could be read. A wrong key of an entry is left out of it."""

    networks: list[shape.Network] = field(default_factory=list)
    organisations: list[shape.Organisation] = field(default_factory=list)
    topics: list[shape.Topic] = field(default_factory=list)
    regions: list[shape.Region] = field(default_factory=list)
    series: list[shape.Series] = field(default_factory=list)
    events: list[shape.Event] = field(default_factory=list)


def read(source: Source) -> Document:
    """The file's entries; what is wrong with their shape stands in `source.problems`."""
    data = source.data
    if not isinstance(data, dict):
        source.problem((), "must be sections like `networks:` and `events:`")
        return Document()
    for name in data.keys() - Document.__dataclass_fields__.keys():
        source.problem((name,), _unknown(Document.__dataclass_fields__))
    return Document(
        networks=_section(source, "networks", shape.Network),
        organisations=_section(source, "organisations", shape.Organisation),
        topics=_section(source, "topics", shape.Topic),
        regions=_section(source, "regions", shape.Region),
        series=_section(source, "series", shape.Series),
        events=_section(source, "events", shape.Event),
    )


def _section(source: Source, name: str, model: type[E]) -> list[E]:
    items = source.data.get(name)
    if items is None:
        return []
    if not isinstance(items, list):
        source.problem((name,), "must be a list, each entry beginning with `- `")
        return []
    entries = [_entry(source, (name, n), item, model) for n, item in enumerate(items)]
    return [entry for entry in entries if entry is not None]


def _entry(source: Source, place: Path, item: Any, model: type[E]) -> E | None:
    """The entry, without the keys that are wrong; None where the slug is."""
    if not isinstance(item, dict):
        source.problem(place, "must be an entry like `slug: …`")
        return None
    failed: frozenset[str] = frozenset()
    try:
        entry = model.model_validate(item)
    except ValidationError as error:
        failed = _report(source, place, error, model)
        try:
            entry = model.model_validate({k: v for k, v in item.items() if k not in failed})
        except ValidationError:
            return None
    entry.put(place, failed)
    return entry


def _report(
    source: Source, place: Path, error: ValidationError, model: type[shape.Entry]
) -> frozenset[str]:
    """Note every problem; the keys of the entry that have one."""
    for problem in error.errors(include_url=False, include_context=False):
        path = (*place, *problem["loc"])
        if problem["type"] == "extra_forbidden":
            known = model.model_fields if len(problem["loc"]) == 1 else None
            source.problem(path, _unknown(known))
        elif problem["type"] == "missing":
            source.problem(path, "is missing")
        else:
            source.problem(path, _sentence(problem["msg"]))
    return frozenset(str(problem["loc"][0]) for problem in error.errors())


def _unknown(known: Any) -> str:
    return f"unknown key; known are {', '.join(known)}" if known else "unknown key"


def _sentence(message: str) -> str:
    """Pydantic's sentence without its label, and without "Input" for what has a path."""
    return message.removeprefix("Value error, ").replace("Input should", "should", 1)
