"""The few English lines in mails to organisations and guests. Those mails are German, as is the
office's own letter in them, which exists in one language only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from eventapp.events.definition import EventDefinition
from eventapp.formatting import when
from eventapp.languages import in_language


class Said(StrEnum):
    """What the German mail is about."""

    ANNOUNCED = "announced"
    INVITED = "invited"
    MOVED = "moved"
    CALLED_OFF = "called_off"
    NAMED = "named"


_WORDS: Mapping[Said, Any] = {
    Said.ANNOUNCED: _l("Bitte merken Sie sich diesen Termin vor. Anmelden können Sie sich später."),
    Said.INVITED: _l(
        "Sie sind zu dieser Veranstaltung eingeladen. Der Link führt zu einer Seite auf Englisch; "
        "dort melden Sie an oder sagen ab."
    ),
    Said.MOVED: _l("An dieser Veranstaltung, zu der Sie eingeladen sind, hat sich etwas geändert."),
    Said.CALLED_OFF: _l("Diese Veranstaltung, zu der Sie eingeladen waren, findet nicht statt."),
    Said.NAMED: _l(
        "Jemand hat sich angemeldet und Ihre Organisation genannt. Bitte sagen Sie uns mit dem "
        "Link, ob das stimmt."
    ),
}


@dataclass(frozen=True)
class English:
    """As the frame of the mail shows it, below the German text."""

    words: str
    more: tuple[str, ...]  # paragraphs of the office's own
    title: str
    when: str
    url: str


def in_english(said: Said, event: EventDefinition, url: str, more: Iterable[str] = ()) -> English:
    """The same in short; `url` is a page of ours, which opens in English. `more` is what the office
    wrote in English itself."""
    with in_language("en"):
        return English(str(_WORDS[said]), tuple(more), event.title, when(event), f"{url}?lang=en")
