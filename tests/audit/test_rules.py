"""What an entry of the log shows."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from eventapp.audit.rules import changes, plain


@dataclass(frozen=True)
class Named:
    name: str
    secret: str


@dataclass(frozen=True)
class Pair:
    left: int
    right: date


def test_only_what_differs_is_shown() -> None:
    before, after = {"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 5, "d": 4}
    assert changes(before, after) == ({"b": 2, "c": 3}, {"b": 5, "d": 4})


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None),
        (True, True),
        (date(2027, 3, 28), "2027-03-28"),
        (datetime(2027, 3, 28, 1, tzinfo=UTC), "2027-03-28T01:00:00+00:00"),
        ({1: (2, 3)}, {"1": [2, 3]}),
        (Named("Netz", "geheim"), "Netz"),
        (Pair(1, date(2027, 1, 1)), {"left": 1, "right": "2027-01-01"}),
    ],
)
def test_values_become_json(value: object, shown: object) -> None:
    assert plain(value) == shown


def test_what_cannot_be_shown_is_an_error() -> None:
    with pytest.raises(TypeError, match="object"):
        plain(object())
