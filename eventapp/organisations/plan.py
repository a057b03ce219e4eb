"""What would become of a file: new, known, changed or doubtful, line by line. Pure."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from eventapp.names import sort_key
from eventapp.networks.letters import letter_salutation
from eventapp.organisations.entries import Entry, Flaw, Stored, with_districts
from eventapp.organisations.matching import (
    NameIndex,
    agree_on_place,
    is_typing_error,
    supports,
)
from eventapp.organisations.rules import (
    OF_CONTACT,
    VALUES,
    ContactRow,
    Registered,
    spelled_as_used,
)

NEW, SKIP = "new", "skip"
MOST_CANDIDATES = 5


class Kind(StrEnum):
    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    DOUBT = "doubt"


class Doubt(StrEnum):
    """Whether it is one that we know; beside these the `Flaw`s of the line itself."""

    ELSEWHERE = "elsewhere"
    SEVERAL = "several"
    ALIKE = "alike"
    TWICE = "twice"


@dataclass(frozen=True)
class Candidate:
    """What a line may belong to: an entry of the register (`same:7`) or a line above (`line:3`)."""

    choice: str
    entry: Entry | Stored

    @property
    def stored(self) -> Registered | None:
        return self.entry.of if isinstance(self.entry, Stored) else None


@dataclass(frozen=True)
class Planned:
    """One line, what it would do, and where somebody has to decide, between what."""

    entry: Entry
    kind: Kind
    doubts: tuple[tuple[Doubt | Flaw, str], ...] = ()
    candidates: tuple[Candidate, ...] = ()
    choices: tuple[str, ...] = ()
    proposal: str = ""  # empty: somebody must decide
    changes: tuple[tuple[str, Any, Any], ...] = ()  # field, before, after


@dataclass(frozen=True)
class Taken:
    """What is written: new entries in order, and known ones as they will be."""

    new: tuple[Registered, ...]
    changed: tuple[Registered, ...]
    same: int
    skipped: int
    known: frozenset[int] = frozenset()  # the entries of the register that lines belong to


def make_plan(
    entries: Iterable[Entry], register: Sequence[Registered], network_id: int
) -> list[Planned]:
    """In the order of the lines."""
    index = NameIndex((each.name, _known(each)) for each in register)
    planned = []
    working = {each.id: each for each in register}  # as it will be after the lines above
    for entry in as_spelled(entries, register):
        one = _plan_one(entry, index, working, network_id)
        planned.append(one)
        match = one.candidates[0].stored if len(one.choices) == 2 and one.candidates else None
        if match:
            working[match.id] = merged(working[match.id], entry, network_id)
        elif entry.name:
            index.add(entry.name, Candidate(f"line:{entry.line}", entry))
    return planned


def as_spelled(entries: Iterable[Entry], register: Sequence[Registered]) -> list[Entry]:
    """Types and districts as the register spells them."""
    types = {each.type for each in register if each.type}
    districts = {sort_key(each.district): each.district for each in register if each.district}
    found = []
    for entry in entries:
        kind = str(entry.values.get("type") or "")
        values = {**entry.values, "type": spelled_as_used(kind, types) or None}
        if kind:
            types.add(str(values["type"]))
        found.append(with_districts(replace(entry, values=values), districts))
    return found


def _known(organisation: Registered) -> Candidate:
    return Candidate(f"same:{organisation.id}", Stored(organisation))


def _plan_one(
    entry: Entry,
    index: NameIndex[Candidate],
    working: Mapping[int, Registered],
    network_id: int,
) -> Planned:
    if not entry.name:
        return Planned(entry, Kind.DOUBT, entry.flaws, (), (SKIP,), SKIP)
    doubt, candidates, proposal = _identify(entry, index)
    if doubt is None and candidates and (stored := candidates[0].stored):
        return _plan_known(entry, candidates[0], working[stored.id], network_id)
    choices = (NEW, *(each.choice for each in candidates), SKIP)
    doubts = (((doubt, ""),) if doubt else ()) + entry.flaws
    kind = Kind.DOUBT if doubts else Kind.NEW
    return Planned(entry, kind, doubts, candidates, choices, proposal)


def _plan_known(
    entry: Entry, candidate: Candidate, present: Registered, network_id: int
) -> Planned:
    """A line that surely means this entry, as it stands after the lines above."""
    changes = tuple(_changes(present, merged(present, entry, network_id)))
    choices = (candidate.choice, SKIP)
    if not changes:
        return Planned(entry, Kind.SAME, (), (candidate,), choices, candidate.choice)
    is_again = candidate.stored != present
    doubts = (((Doubt.TWICE, ""),) if is_again else ()) + entry.flaws
    kind = Kind.DOUBT if doubts else Kind.CHANGED
    return Planned(entry, kind, doubts, (candidate,), choices, candidate.choice, changes)


def _identify(
    entry: Entry, index: NameIndex[Candidate]
) -> tuple[Doubt | None, tuple[Candidate, ...], str]:
    """What speaks against certainty, what it may be, and the proposal."""
    equal = index.equal(entry.name)
    near = [each for each in equal if agree_on_place(each.entry, entry) is not False]
    if len(near) > 1:
        backed = [each for each in near if supports(each.entry, entry)]
        near = backed if len(backed) == 1 else near
    if len(near) == 1:
        doubt = None if near[0].stored else Doubt.TWICE
        return doubt, (near[0],), near[0].choice
    if near:
        return Doubt.SEVERAL, tuple(near[:MOST_CANDIDATES]), ""
    alike = equal or index.alike(entry.name)
    if not alike:
        return None, (), NEW
    doubt = Doubt.ELSEWHERE if equal else Doubt.ALIKE
    alike = sorted(alike, key=lambda each: not _is_likely(entry, each))[:MOST_CANDIDATES]
    return doubt, tuple(alike), alike[0].choice if _is_likely(entry, alike[0]) else NEW


def _is_likely(entry: Entry, candidate: Candidate) -> bool:
    """Of a like name, or the same elsewhere: whether it is proposed to be the same."""
    if supports(candidate.entry, entry):
        return True
    is_here = agree_on_place(candidate.entry, entry) is True
    return is_here and is_typing_error(candidate.entry.name, entry.name)


def merged(present: Registered, entry: Entry, network_id: int) -> Registered:
    """The entry of the register with what the line says; what it leaves empty stays, and so does
    the name."""
    values = {name: value for name, value in entry.values.items() if value is not None}
    return replace(
        present,
        **values,  # type: ignore[arg-type]  # the values of a line are those of a registered one
        contacts=_with_contact(present.contacts, entry.contact),
        network_ids=present.network_ids | {network_id},
    )


def as_new(entry: Entry, network_id: int) -> Registered:
    """A new entry of the register, without an id or slug yet."""
    values: dict[str, Any] = {name: entry.values.get(name) for name in VALUES}
    values |= {"name": entry.name, "type": values["type"] or ""}
    contacts = _with_contact((), entry.contact)
    return Registered(
        id=0, slug="", **values, contacts=contacts, network_ids=frozenset({network_id})
    )


def _with_contact(
    contacts: tuple[ContactRow, ...], told: ContactRow | None
) -> tuple[ContactRow, ...]:
    """With one more, or with what the line adds to one of them."""
    if told is None:
        return contacts
    at = next((n for n, each in enumerate(contacts) if _is_same_person(each, told)), None)
    if at is None:
        only_greets = not (told.name or told.function or told.email or told.phone)
        greets_so = told.salutation == letter_salutation(contacts[0] if contacts else None)
        return contacts if only_greets and greets_so else (*contacts, told)
    known = contacts[at]
    values = {name: getattr(told, name) for name in OF_CONTACT if getattr(told, name)}
    if values.get("salutation") == letter_salutation(known):
        del values["salutation"]
    if sort_key(values.get("name", "")) == sort_key(known.name or ""):
        values.pop("name", None)
    return (*contacts[:at], replace(known, **values), *contacts[at + 1 :])


def _is_same_person(a: ContactRow, b: ContactRow) -> bool:
    if a.name and b.name:
        return sort_key(a.name) == sort_key(b.name)
    if a.email and b.email:
        return a.email.casefold() == b.email.casefold()
    return not a.name and not b.name and (a.function, a.phone) == (b.function, b.phone)


def _changes(before: Registered, after: Registered) -> Iterable[tuple[str, Any, Any]]:
    for name in VALUES:
        if getattr(before, name) != getattr(after, name):
            yield name, getattr(before, name), getattr(after, name)
    for old, new in zip(before.contacts, after.contacts, strict=False):
        if old != new:
            yield "contact", old, new
    for new in after.contacts[len(before.contacts) :]:
        yield "contact", None, new
    if after.network_ids != before.network_ids:
        yield "network", None, None


def undecided(plan: Iterable[Planned], decisions: Mapping[int, str]) -> list[Planned]:
    """The lines about which nobody has said anything that is offered."""
    return [each for each in plan if _choice(each, decisions) not in each.choices]


def _choice(planned: Planned, decisions: Mapping[int, str]) -> str:
    return decisions.get(planned.entry.line, planned.proposal)


def take(
    plan: Sequence[Planned],
    decisions: Mapping[int, str],
    register: Sequence[Registered],
    network_id: int,
) -> Taken:
    """What the plan with these decisions makes of the register; none may be undecided."""
    stored = {each.id: each for each in register}
    working: dict[str, Registered] = {f"same:{id_}": each for id_, each in stored.items()}
    leads: dict[str, str] = {}  # the choice that stands for a line
    new: list[str] = []
    known: set[str] = set()
    skipped = 0
    for planned in plan:
        entry, choice = planned.entry, _choice(planned, decisions)
        own = f"line:{entry.line}"
        target = leads.get(choice, choice)
        if target == NEW:
            working[own] = as_new(entry, network_id)
            new.append(own)
            target = own
        elif target in working:
            working[target] = merged(working[target], entry, network_id)
            known.add(target)
        else:
            skipped += 1
            target = SKIP
        leads[own] = target
    changed = [each for each in stored.values() if working[f"same:{each.id}"] != each]
    return Taken(
        new=tuple(working[each] for each in new),
        changed=tuple(working[f"same:{each.id}"] for each in changed),
        same=len(plan) - len(new) - len(changed) - skipped,
        skipped=skipped,
        known=frozenset(id_ for id_ in stored if f"same:{id_}" in known),
    )


def digest(plan: Iterable[Planned]) -> str:
    """Changes with everything that somebody has looked at before deciding."""
    seen = [(each.entry, each.kind, each.doubts, each.choices, each.changes) for each in plan]
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]
