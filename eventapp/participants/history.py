"""What happened with one registration, in the order of time. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Entry:
    """`what` names it; `of` is the mail, scan or presence it was."""

    at: datetime
    what: str  # signed_up, waited, stands_in, moved_up, cancelled, replaced, mail, scan …
    of: Any = None


def history(
    row: Any,
    mails: Iterable[Any],
    passages: Iterable[Any],
    presences: Iterable[Any],
    acts: Iterable[Any],
    others: Iterable[Any] = (),
) -> list[Entry]:
    """Of the registration `row`; what happened at the same moment in the order of the kinds.
    `others` are whom it stands in for, and who comes instead."""
    had_place = row.confirmed_at is not None and row.confirmed_at <= row.created_at
    by_id = {each.id: each for each in others}
    successor = by_id.pop(row.replaced_by_id, None)
    entries = [Entry(row.created_at, "stands_in", each) for each in by_id.values()]
    if not entries:
        entries = [Entry(row.created_at, "signed_up" if had_place else "waited")]
    if row.confirmed_at is not None and not had_place:
        entries.append(Entry(row.confirmed_at, "moved_up"))
    if row.cancelled_at is not None:
        what = "replaced" if successor else "cancelled"
        entries.append(Entry(row.cancelled_at, what, successor))
    entries += [Entry(each.settled_at or each.created_at, "mail", each) for each in mails]
    entries += [Entry(each.scanned_at, "scan", each) for each in passages]
    entries += [Entry(each.recorded_at, "present", each) for each in presences]
    entries += [Entry(each.at, "office", each) for each in acts]
    return sorted(entries, key=lambda entry: entry.at)
