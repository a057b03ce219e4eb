"""Who is meant by the names of a report. Sure is only what leaves no doubt; a person settles the
rest. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from eventapp.attendance.report_reading import Attendee
from eventapp.names import key, typed_key

MOST_CANDIDATES = 5
_TITLES = frozenset({"dr", "dr.", "prof", "prof.", "dipl.-ing.", "herr", "frau"})
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|\|.*$")  # (Gast), [extern], | Organisation
_ALIKE = 0.85  # of difflib: Mayer and Maier, Schmidt and Schmitt
_PARTICLES = frozenset(  # of surnames: many words of a report that name nobody
    {"von", "vom", "zu", "zum", "zur", "und", "der", "den", "dem", "de", "del", "di", "da", "van"}
)


class Doubt(StrEnum):
    """Why somebody has to look."""

    OTHER_NAME = "other_name"  # the address is known, the name beside it is another
    SHARED = "shared"  # several people have this address
    OTHER_ADDRESS = "other_address"  # the name is known, the address beside it is another
    SEVERAL = "several"  # several people have this name
    ALIKE = "alike"  # no name is the same, some are similar


@dataclass(frozen=True)
class Match:
    """One attendee: `sure` whose registration it is, or a doubt with who may be meant, or neither:
    nobody of the event."""

    number: int  # in the report
    attendee: Attendee
    sure: int | None = None
    doubt: Doubt | None = None
    candidates: tuple[int, ...] = ()


def match(attendees: Sequence[Attendee], people: Sequence[Any]) -> list[Match]:
    """`people` are rows with `id`, `first_name`, `last_name`, `email`."""
    known = _Known(people)
    return [known.match(number, each) for number, each in enumerate(attendees)]


class _Known:
    """The people of an event, by what a report may say of them."""

    def __init__(self, people: Iterable[Any]) -> None:
        self._by_email: dict[str, list[int]] = defaultdict(list)
        self._by_words: dict[frozenset[str], list[int]] = defaultdict(list)
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._by_given: dict[str, list[int]] = defaultdict(list)
        self._by_joined: dict[str, list[int]] = defaultdict(list)
        self._by_letter: dict[str, list[str]] = defaultdict(list)
        self._words: dict[int, frozenset[str]] = {}
        self._surnames: dict[int, frozenset[str]] = {}
        for row in people:
            self._add(row)
        for word in self._by_word:
            self._by_letter[word[:1]].append(word)

    def _add(self, row: Any) -> None:
        words = _words(f"{row.first_name} {row.last_name}")
        self._words[row.id] = words
        self._surnames[row.id] = _words(row.last_name)
        self._by_words[words].append(row.id)
        if row.email:
            self._by_email[key(row.email)].append(row.id)
        for joined in {
            _joined(row.first_name, row.last_name),
            _joined(row.last_name, row.first_name),
        }:
            self._by_joined[joined].append(row.id)
        for word in self._surnames[row.id] - _PARTICLES:
            self._by_word[word].append(row.id)
        for word in words - self._surnames[row.id]:
            self._by_given[word].append(row.id)

    def match(self, number: int, attendee: Attendee) -> Match:
        words = _words(_ASIDE.sub(" ", attendee.name))
        same_email = self._by_email.get(key(attendee.email), []) if attendee.email else []
        if same_email:
            return self._of_email(number, attendee, words, same_email)
        same_name = self._by_words.get(words) or self._of_joined(words)
        if len(same_name) == 1 and not attendee.email:
            return Match(number, attendee, sure=same_name[0])
        if same_name:
            doubt = Doubt.OTHER_ADDRESS if len(same_name) == 1 else Doubt.SEVERAL
            return Match(number, attendee, doubt=doubt, candidates=tuple(same_name))
        alike = self._alike(words)
        return Match(number, attendee, doubt=Doubt.ALIKE if alike else None, candidates=alike)

    def _of_email(
        self, number: int, attendee: Attendee, words: frozenset[str], ids: Sequence[int]
    ) -> Match:
        named = [each for each in ids if self._words[each] == words]
        if not named and len(ids) == 1 and self._surnames[ids[0]] <= words:
            named = list(ids)  # "A. Berg" with the address of Anna Berg
        if len(named) == 1:
            return Match(number, attendee, sure=named[0])
        doubt = Doubt.OTHER_NAME if len(ids) == 1 else Doubt.SHARED
        return Match(number, attendee, doubt=doubt, candidates=tuple(ids))

    def _alike(self, words: frozenset[str]) -> tuple[int, ...]:
        """Whose surname is among the words, or nearly, the most words in common first; else whose
        given name is, where few have it."""
        near = {
            each
            for word in words
            for each in get_close_matches(word, self._by_letter[word[:1]], cutoff=_ALIKE)
        }
        found = {id_ for word in near for id_ in self._by_word[word]} or self._of_given(words)
        in_common = sorted(found, key=lambda id_: (-len(self._words[id_] & words), id_))
        return tuple(in_common[:MOST_CANDIDATES])

    def _of_joined(self, words: frozenset[str]) -> list[int]:
        return self._by_joined.get(min(words), []) if len(words) == 1 else []

    def _of_given(self, words: frozenset[str]) -> set[int]:
        found = {id_ for word in words for id_ in self._by_given.get(word, ())}
        return found if len(found) <= MOST_CANDIDATES else set()


def _words(name: str) -> frozenset[str]:
    return frozenset(_typed(name).split()) - _TITLES


def _joined(first: str, second: str) -> str:
    """As names without a space between them are written: 王伟, AnnaBerg."""
    return "".join(_typed(f"{first} {second}").split())


def _typed(name: str) -> str:
    return typed_key(name).replace(",", " ")
