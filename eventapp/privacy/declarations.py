"""The register of personal data (Art. 30 GDPR begins here): one declaration per table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Declaration:
    """What becomes of a table's columns when the person is erased.

    `erased`: emptied or deleted with the row. `kept`: stays, with the reason why that is no
    personal datum or may stay.
    """

    table: str
    erased: frozenset[str] = frozenset()
    kept: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> set[str]:
        return {*self.erased, *self.kept}


_declared: dict[str, Declaration] = {}


def declare(table: str, *, erased: Iterable[str] = (), kept: Mapping[str, str]) -> None:
    """Say what becomes of each column of a table."""
    _declared[table] = Declaration(table, frozenset(erased), dict(kept))


def declare_impersonal(*tables: str) -> None:
    """Say that these tables hold nothing about participants or account holders."""
    for table in tables:
        _declared[table] = Declaration(table)


def declared() -> Mapping[str, Declaration]:
    return _declared
