"""Sections, and which of the texts of an event and the networks above it holds. Pure."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from eventapp.errors import Refused

ALL = "all"  # in the place of a kind: what every mail says
LANGUAGES = ("de", "en")


class Section(StrEnum):
    """Where a text stands in a mail."""

    SUBJECT = "subject"
    INTRO = "intro"  # instead of ours
    NOTE = "note"  # under "Hinweise"
    CLOSING = "closing"
    PAPER = "paper"  # on the file that hangs on the mail: under the name, instead of ours
    PAPER_NOTE = "paper_note"
    PAPER_CLOSING = "paper_closing"


FREE = (Section.SUBJECT, Section.INTRO, Section.NOTE, Section.CLOSING)
ON_PAPER = (Section.PAPER, Section.PAPER_NOTE, Section.PAPER_CLOSING)
# Where our first sentences say what the person must know: a place in the line, a deadline, why.
FIXED = (Section.NOTE, Section.CLOSING)

Texts = Mapping[str, Mapping[str, str]]  # by language and section, without what is empty
Wordings = Mapping[str, Texts]  # by kind


class WordingChanged(Refused):
    """Somebody else saved it since the page was opened."""

    code = "wording-changed"


def nearest(scopes: Iterable[Wordings]) -> Wordings:
    """What holds, by kind: of each section the text of the first of these that has one, and in the
    same scope that of the kind before that of all mails."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for scope in reversed(list(scopes)):
        for language, sections in scope.get(ALL, {}).items():
            for section in sections:
                for texts in found.values():
                    texts.get(language, {}).pop(section, None)  # ours is nearer than theirs
        for kind, written in scope.items():
            for language, sections in written.items():
                found.setdefault(kind, {}).setdefault(language, {}).update(sections)
    return found


def holding(wordings: Wordings, language: str, *kinds: str) -> Mapping[str, str]:
    """The sections of one mail, by name; of its names the last one is nearest."""
    found: dict[str, str] = {}
    for kind in (ALL, *kinds):
        found |= wordings.get(kind, {}).get(language, {})
    return found


def without_empty(texts: Texts) -> dict[str, dict[str, str]]:
    """As it is stored."""
    kept = {language: {k: v for k, v in said.items() if v} for language, said in texts.items()}
    return {language: said for language, said in kept.items() if said}
