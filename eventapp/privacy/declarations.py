"""The register of personal data (Art. 30 GDPR begins here): one declaration per table."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Declaration:
    """What becomes of a table's columns when the person is erased.

    `erased`: emptied or deleted with the row. `kept`: stays, with the reason why that is no
    personal datum or may stay. How it is found: rows whose column `goes_with` leads to the
    registration are deleted with it; those whose column `unlinked` does stay, and forget it; in the
    columns `mentions`, which others fill, the person's name and address are blanked.
    """

    table: str
    erased: frozenset[str] = frozenset()
    kept: Mapping[str, str] = field(default_factory=dict)
    goes_with: str | None = None
    unlinked: str | None = None
    mentions: tuple[str, ...] = ()

    @property
    def columns(self) -> set[str]:
        return {*self.erased, *self.kept}


@dataclass(frozen=True)
class Subject:
    """Somebody whose registration is erased: its number, its event, and what the person is called
    in what others have written."""

    registration_id: int
    event_id: int
    words: tuple[str, ...]


Step = Callable[[Any, Sequence[Subject], datetime], None]
AddressStep = Callable[[Any, str, datetime], int]

_declared: dict[str, Declaration] = {}
_steps: dict[str, Step] = {}
_address_steps: dict[str, AddressStep] = {}
_name_steps: dict[str, AddressStep] = {}


def declare(
    table: str,
    *,
    erased: Iterable[str] = (),
    kept: Mapping[str, str],
    goes_with: str | None = None,
    unlinked: str | None = None,
    mentions: Sequence[str] = (),
) -> None:
    """Say what becomes of each column of a table."""
    _declared[table] = Declaration(
        table, frozenset(erased), dict(kept), goes_with, unlinked, tuple(mentions)
    )


def declare_impersonal(*tables: str) -> None:
    """Say that these tables hold nothing about participants or account holders."""
    for table in tables:
        _declared[table] = Declaration(table)


def before_erasing(name: str, step: Step) -> None:
    """What else a feature does, with (session, subjects, now), before their rows are deleted."""
    _steps[name] = step


def erasing_address(table: str, step: AddressStep) -> None:
    """What a feature does, with (session, normalised address, now), where a table knows people by
    their address alone; how many rows that were."""
    _address_steps[table] = step


def erasing_name(table: str, step: AddressStep) -> None:
    """As `erasing_address`, with a whole name as `sort_key` writes it, where a table knows people
    who left no address."""
    _name_steps[table] = step


def name_steps() -> Mapping[str, AddressStep]:
    return _name_steps


def address_steps() -> Mapping[str, AddressStep]:
    return _address_steps


def declared() -> Mapping[str, Declaration]:
    return _declared


def steps() -> Iterable[Step]:
    return _steps.values()
