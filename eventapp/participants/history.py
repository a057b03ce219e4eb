"""What happened with one registration, in the order of time. Pure."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eventapp.registration.models import RegistrationStatus

IN_LINE = (RegistrationStatus.CONFIRMED, RegistrationStatus.WAITLISTED)


@dataclass(frozen=True)
class Entry:
    """`what` names it; `of` is the mail, scan or presence it was."""

    at: datetime
    what: str  # signed_up, waited, asked, admitted, stands_in, moved_up, cancelled, replaced …
    of: Any = None


def _began(row: Any, predecessors: Collection[Any]) -> Iterator[Entry]:
    """Sign-up, and the place: at once, from the list, or after a proof or decision."""
    had_place = row.confirmed_at is not None and row.confirmed_at <= row.created_at
    if predecessors:
        yield from (Entry(row.created_at, "stands_in", each) for each in predecessors)
    elif row.admitted_at or row.proof_until or row.status == RegistrationStatus.RECEIVED:
        yield Entry(row.created_at, "asked")
    else:
        yield Entry(row.created_at, "signed_up" if had_place else "waited")
    waited = row.confirmed_at is None or row.confirmed_at != row.admitted_at
    if row.admitted_at and row.status in IN_LINE:
        yield Entry(row.admitted_at, "admitted", waited)
    if row.confirmed_at is not None and not had_place and waited:
        yield Entry(row.confirmed_at, "moved_up")


def history(
    row: Any,
    mails: Iterable[Any],
    passages: Iterable[Any],
    presences: Iterable[Any],
    acts: Iterable[Any],
    others: Iterable[Any] = (),
    declines: Iterable[Any] = (),
) -> list[Entry]:
    """Of the registration `row`; what happened at the same moment in the order of the kinds.
    `others` are whom it stands in for, and who comes instead; `declines` are
    answers of the person's calendar."""
    by_id = {each.id: each for each in others}
    successor = by_id.pop(row.replaced_by_id, None)
    entries = list(_began(row, by_id.values()))
    if row.cancelled_at is not None:
        what = "replaced" if successor else "cancelled"
        entries.append(Entry(row.cancelled_at, what, successor))
    entries += [Entry(each.settled_at or each.created_at, "mail", each) for each in mails]
    entries += [Entry(each.scanned_at, "scan", each) for each in passages]
    entries += [Entry(each.recorded_at, "present", each) for each in presences]
    entries += [Entry(each.at, "office", each) for each in acts]
    entries += [Entry(each.declined_at, "declined") for each in declines]
    return sorted(entries, key=lambda entry: entry.at)
