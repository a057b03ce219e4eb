"""What a follow-up brings: rooms above put there what they keep of an event, each says itself what
of it is for whom. The dates to come are found here."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from eventapp.events.definition import EventDefinition
from eventapp.registration.holder import Holder
from eventapp.registration.next_dates import count_next

MATERIALS, CERTIFICATE, EVALUATION = "materials", "certificate", "evaluation"


@dataclass(frozen=True)
class Gift:
    """One line: a name, where it is, and a hint beside it."""

    title: str
    path: str  # below the personal page; empty: the page itself
    hint: str = ""


# What somebody gets; the flag says whether they were there, None that it is not known here.
ListFor = Callable[[Connection, Holder, bool | None, datetime], Sequence[Gift]]
CountOf = Callable[[Connection, Collection[int], datetime], Mapping[int, int]]  # by event


@dataclass(frozen=True)
class Giver:
    """A room that gives."""

    list_for: ListFor
    count_of: CountOf


_GIVERS: dict[str, Giver] = {}


def give(name: str, list_for: ListFor, count_of: CountOf) -> None:
    """From now on follow-ups bring this."""
    _GIVERS[name] = Giver(list_for, count_of)


def list_gifts(
    connection: Connection, holder: Holder, is_there: bool | None, now: datetime
) -> dict[str, Sequence[Gift]]:
    """By giver, what this person gets."""
    return {
        name: each.list_for(connection, holder, is_there, now) for name, each in _GIVERS.items()
    }


@dataclass(frozen=True)
class Had:
    """How much an event has for whoever was signed up."""

    gifts: Mapping[str, int]
    next_dates: int

    @property
    def has_materials(self) -> bool:
        return bool(self.gifts.get(MATERIALS))

    @property
    def is_something(self) -> bool:
        return bool(self.next_dates or any(self.gifts.values()))


def count_had(
    connection: Connection, events: Sequence[EventDefinition], now: datetime
) -> dict[int, Had]:
    """By event; a fixed number of statements."""
    if not events:
        return {}
    ids = [each.id for each in events]
    given = {name: each.count_of(connection, ids, now) for name, each in _GIVERS.items()}
    dates = count_next(connection, events, now)
    return {
        each: Had({name: counts.get(each, 0) for name, counts in given.items()}, dates[each])
        for each in ids
    }
