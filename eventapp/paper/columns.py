"""The columns of the sheet to sign: an allow-list, and free ones that stay empty."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eventapp.languages import gettext as _
from eventapp.paper.queries import Printed

MOST_FREE = 3
MOST_LETTERS = 40  # of a free heading
SIGNATURE = "signature"
DEFAULT = ("last_name", "first_name", SIGNATURE)  # exactly what most funders ask for


@dataclass(frozen=True)
class Column:
    """One column; `share` of the width of the paper."""

    key: str
    heading: str
    value: Callable[[Printed], str]
    share: float = 3


def _empty(_one: Printed) -> str:
    return ""


def offered() -> list[Column]:
    """All that may be chosen, in the order of the sheet. The signature is always the last."""
    return [
        Column("last_name", _("Name"), lambda one: one.last_name, 4),
        Column("first_name", _("Vorname"), lambda one: one.first_name),
        Column("organisation", _("Organisation"), lambda one: one.organisation, 4),
        Column("role", _("Funktion"), lambda one: one.role),
        Column("email", _("E-Mail"), lambda one: one.email, 4),
        Column("items", _("Programm"), lambda one: "; ".join(one.items), 4),
        Column(SIGNATURE, _("Unterschrift"), _empty, 5),
    ]


def chosen(keys: Sequence[str], free: Sequence[str]) -> list[Column]:
    """The columns named, then the free ones, then the signature."""
    named = [column for column in offered() if column.key in keys]
    empty = [Column(f"free{number}", text, _empty) for number, text in enumerate(free)]
    at = len(named) - (named[-1].key == SIGNATURE) if named else 0
    return [*named[:at], *empty, *named[at:]]
