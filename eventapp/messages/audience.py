"""Whom a message goes to: the filter of the list of people, in words and as fields of a form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eventapp.db import reading
from eventapp.events.definition import EventDefinition
from eventapp.formatting import attendance_label
from eventapp.languages import gettext as _
from eventapp.messages.rules import WRITES_TO
from eventapp.networks.rules import Permission
from eventapp.participants.filters import Filters, status_label
from eventapp.participants.queries import find_organisation_name
from eventapp.participants.selection import Wanted


@dataclass(frozen=True)
class Kept:
    """A part of the filter that may be dropped, in words; its parameter with all its values."""

    name: str
    values: Sequence[str]
    words: str


def filter_words(event: EventDefinition, may: frozenset[Permission], wanted: Wanted) -> str:
    """One line."""
    parts = [_status_words(wanted)]
    if wanted.attendance and len(event.attendances) > 1:
        parts.append(attendance_label(wanted.attendance))
    return ", ".join((*parts, *(each.words for each in kept_parts(event, may, wanted))))


def kept_parts(event: EventDefinition, may: frozenset[Permission], wanted: Wanted) -> list[Kept]:
    """All but the state of the registration and, where there is a choice, the way to take part."""
    organisation = _organisation(wanted) if wanted.organisation else None
    filters = Filters(event, wanted, may, _without_link, organisation=organisation)
    said = [
        Kept(name, _values(filters.chosen, name, value), words)
        for name, value, words in filters.said()
        if name != "status"
    ]
    return [*said, *([Kept("needs", ("1",), _("mit Bedarf"))] if wanted.with_needs else [])]


def _organisation(wanted: Wanted) -> str | None:
    """The name of the one that is asked for."""
    with reading() as connection:
        return find_organisation_name(connection, wanted)


def _without_link(_parameters: Mapping[str, Any]) -> str:
    return ""


def _values(chosen: Mapping[str, str | list[str]], name: str, value: str | None) -> Sequence[str]:
    if value is not None:
        return (value,)
    present = chosen[name]
    return (present,) if isinstance(present, str) else present


def status_choice(wanted: Wanted) -> str:
    """The state as one choice: empty for all who can get a message. Of others that the list was
    filtered by only what leaves nobody to write to is kept."""
    reached = [each for each in wanted.statuses if each in WRITES_TO]
    if not wanted.statuses or len(reached) == len(WRITES_TO):
        return ""
    return (reached or wanted.statuses)[0]


def _status_words(wanted: Wanted) -> str:
    chosen = status_choice(wanted)
    return status_label(chosen) if chosen else _("Angemeldet und Warteliste")
