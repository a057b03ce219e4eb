"""What an entry shows of a change, and how long it is kept. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from typing import Any

KEPT = timedelta(days=365)


def changes(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of both only what differs; what is missing on one side is missing there."""
    return (
        {name: value for name, value in before.items() if after.get(name) != value},
        {name: value for name, value in after.items() if before.get(name) != value},
    )


def plain(value: Any) -> Any:
    """The value as JSON takes it; of whatever has a name or title, that."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    for name in ("title", "name"):
        if isinstance(getattr(value, name, None), str):
            return getattr(value, name)
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Iterable):
        return [plain(each) for each in value]
    raise TypeError(f"no entry shows a {type(value).__name__}")


_SAYS_NOT_WHO = {"status", "attendance", "state", "note_changed"}


def pseudonymous(change: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Of a change to a person what stays once they are erased; None for nothing."""
    return {name: each for name, each in (change or {}).items() if name in _SAYS_NOT_WHO} or None
