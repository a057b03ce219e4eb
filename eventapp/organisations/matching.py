"""Whether two entries mean the same organisation: keys, likeness and what speaks for it. Pure.

Equal keys find what is written differently (capitals, umlauts, legal form). Likeness finds one
wrong, missing or swapped letter, other order and one word more. It works by look-up, so that 5,000
lines against 5,000 entries stay quick: keys one letter apart have something in common when a letter
of either is left out (Garbe, SymSpell, 2012); `_is_one_apart` sorts out the rest.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Generic, Protocol, TypeVar

from eventapp.names import sort_key
from eventapp.networks.letters import is_home

LEAST_LETTERS = 6  # of a key in which a letter may be wrong
LEAST_WORDS = 2  # of a name that may have one word more

_LEGAL = re.compile(
    r"\b(e\s?v|e\s?g|i\s?g|i\s?gr|ev|eg|g?gmbh( co kg)?|gug|ug( haftungsbeschrankt)?|g?ag|kg|ohg"
    r"|gbr|eingetragener verein|gemeinnutzige gmbh|mbh|kdor|kor|ador)\b"
)
_WORDS = re.compile(r"[^\W_]+")
# A shared provider says nothing about who it is.
_FREE_MAIL = {
    *("gmx.de", "gmx.net", "web.de", "gmail.com", "googlemail.com", "t-online.de", "posteo.de"),
    *("freenet.de", "yahoo.de", "yahoo.com", "outlook.com", "outlook.de", "hotmail.com"),
    *("hotmail.de", "arcor.de", "icloud.com", "me.com", "mail.de", "mailbox.org", "aol.com"),
    *("online.de", "live.de", "proton.me", "protonmail.com", "vodafone.de", "email.de"),
}


class Placed(Protocol):
    """An organisation, stored or in a file, as far as likeness cares."""

    @property
    def name(self) -> str: ...
    @property
    def street(self) -> str | None: ...
    @property
    def postal_code(self) -> str | None: ...
    @property
    def city(self) -> str | None: ...
    @property
    def country(self) -> str | None: ...
    @property
    def emails(self) -> Iterable[str]: ...
    @property
    def website(self) -> str | None: ...


@lru_cache(maxsize=20_000)
def name_key(name: str) -> str:
    """Equal for the same name: folded, without legal form and signs; never empty for a name."""
    plain = sort_key(name).replace("&", " und ").replace("+", " und ")
    plain = re.sub(r"\bst\.", "sankt", plain)
    words = " ".join(_WORDS.findall(plain))
    without = " ".join(_LEGAL.sub(" ", words).split())
    return _umlauts(without or words or plain.strip())


def _umlauts(text: str) -> str:
    """`ae` as `ä`, which `sort_key` has made an `a`."""
    return re.sub(r"([aou])e", r"\1", text)


def place_key(city: str | None) -> str:
    """A city without what is added to it: `Halle (Saale)`, `Frankfurt a. M.`, `Leipzig, Stadt`."""
    plain = re.split(r"[(,/]|\ba\. ?|\bam\b|\ban der\b", sort_key(city or ""))[0]
    return _umlauts(" ".join(_WORDS.findall(plain)))


def street_key(street: str | None) -> str:
    plain = re.sub(r"str(asse|\.|\b)", "str", sort_key(street or ""))
    return _umlauts("".join(_WORDS.findall(plain)))


def address_key(entry: Placed) -> str | None:
    """The same house; None where it is not known."""
    street = street_key(entry.street)
    place = entry.postal_code or place_key(entry.city)
    return f"{place} {street}" if street and place else None


def domains(entry: Placed) -> set[str]:
    """Hosts that are its own."""
    hosts = {email.rpartition("@")[2].casefold() for email in entry.emails if email}
    site = re.sub(r"^https?://(www\.)?", "", (entry.website or "").casefold())
    return ({*hosts, site.split("/")[0]} - _FREE_MAIL) - {""}


def agree_on_place(a: Placed, b: Placed) -> bool | None:
    """Whether both are in the same place; None where that is not known."""
    if is_home(a.country) != is_home(b.country):
        return False
    codes, cities = (a.postal_code, b.postal_code), (place_key(a.city), place_key(b.city))
    known = [pair for pair in (codes, cities) if all(pair)]
    return any(pair[0] == pair[1] for pair in known) if known else None


def supports(a: Placed, b: Placed) -> bool:
    """Whether something besides the name says that both are one: host of mail or site, house."""
    address = address_key(a)
    return bool(domains(a) & domains(b)) or (address is not None and address == address_key(b))


T = TypeVar("T")


class NameIndex(Generic[T]):
    """Entries by name: the equal, and the alike."""

    def __init__(self, entries: Iterable[tuple[str, T]] = ()) -> None:
        self._equal: dict[str, list[T]] = defaultdict(list)
        self._near: dict[str, list[str]] = defaultdict(list)
        self._order: dict[str, int] = {}
        for name, entry in entries:
            self.add(name, entry)

    def add(self, name: str, entry: T) -> None:
        key = name_key(name)
        if key not in self._order:
            self._order[key] = len(self._order)
            for each in _neighbours(key):
                self._near[each].append(key)
        self._equal[key].append(entry)

    def equal(self, name: str) -> list[T]:
        return list(self._equal.get(name_key(name), ()))

    def alike(self, name: str) -> list[T]:
        """Those with a like name but no equal one, in the order they were added."""
        key = name_key(name)
        keys = {near for each in _neighbours(key) for near in self._near.get(each, ())}
        found = [each for each in keys if each != key and is_alike(each, key)]
        found.sort(key=self._order.__getitem__)
        return [entry for each in found for entry in self._equal[each]]


def is_alike(a: str, b: str) -> bool:
    """Of two different keys: one letter apart, the same words, or one word more. Never where
    numbers differ: `Ortsgruppe 1` is not `Ortsgruppe 2`."""
    if re.findall(r"\d+", a) != re.findall(r"\d+", b):
        return False
    words = sorted(a.split()), sorted(b.split())
    if words[0] == words[1]:
        return True
    few, many = sorted(words, key=len)
    if len(few) >= LEAST_WORDS and any(few == each for each in _without_one(many)):
        return True
    return min(len(a), len(b)) >= LEAST_LETTERS and _is_one_apart(a, b)


def is_typing_error(a: str, b: str) -> bool:
    """Of two names: one letter apart."""
    return _is_one_apart(name_key(a), name_key(b))


def _is_one_apart(a: str, b: str) -> bool:
    """One letter wrong, missing, or two neighbours swapped (Damerau, 1964)."""
    if len(a) > len(b):
        a, b = b, a
    if len(b) - len(a) > 1:
        return False
    start = next((n for n, letter in enumerate(a) if letter != b[n]), len(a))
    if len(a) < len(b):
        return a[start:] == b[start + 1 :]
    is_swapped = a[start : start + 2] == b[start : start + 2][::-1]
    return a[start + 1 :] == b[start + 1 :] or (is_swapped and a[start + 2 :] == b[start + 2 :])


def _neighbours(key: str) -> Iterator[str]:
    """What alike keys have in common: the key, it without a letter, its words without one."""
    yield key
    if len(key) >= LEAST_LETTERS - 1:
        for number in range(len(key)):
            yield key[:number] + key[number + 1 :]
    words = sorted(key.split())
    yield _as_words(words)
    if len(words) > LEAST_WORDS:
        for each in _without_one(words):
            yield _as_words(each)


def _without_one(words: list[str]) -> Iterator[list[str]]:
    for number in range(len(words)):
        yield words[:number] + words[number + 1 :]


def _as_words(words: list[str]) -> str:
    return "\0" + " ".join(words)
