"""What comes after an event: the dates of its series that are open, else those of its kind in its
network; and which of them somebody may sign up for by the link that they hold."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from eventapp.base import table_of
from eventapp.clock import berlin_day
from eventapp.errors import NotFound
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Audience
from eventapp.events.queries import Filter, get_public_event, list_upcoming
from eventapp.names import person_key
from eventapp.networks.queries import NetworkTree, get_tree
from eventapp.registration import queries
from eventapp.registration.holder import Holder
from eventapp.registration.listing import Row, with_places
from eventapp.registration.models import Registration, is_standing

MOST = 3  # dates in one list

Fits = Callable[[EventDefinition], bool]

_R = table_of(Registration).c


def list_next(connection: Connection, event: EventDefinition, now: datetime) -> Sequence[Row]:
    """For anybody: open to all, soonest first."""
    return _list(connection, event, now, _is_for_all)[:MOST]


def count_next(
    connection: Connection, events: Sequence[EventDefinition], now: datetime
) -> dict[int, int]:
    """By event, how many dates `list_next` names; two queries beside the lists, which are kept."""
    upcoming = _Upcoming(connection, now)
    counts = dict.fromkeys((each.id for each in events), 0)
    for wanted in ("series", "network"):
        without = [each for each in events if not counts[each.id]]
        found = {each.id: upcoming.after(each, wanted, _is_for_all) for each in without}
        every = {other.id: other for found_of in found.values() for other in found_of}
        rows = with_places(connection, list(every.values()), now) if every else []
        is_open = {event.id for event, _places, signup in rows if signup.is_possible}
        counts |= {key: min(MOST, sum(e.id in is_open for e in of)) for key, of in found.items()}
    return counts


def list_next_of(connection: Connection, holder: Holder, now: datetime) -> Sequence[Row]:
    """For this person, without what they are signed up for; nothing for who has no address, as an
    assistant."""
    if not holder.email:
        return []
    rows = _list(connection, holder.event, now, lambda event: _may_try(event, holder))
    taken = _list_taken(connection, holder, [row[0].id for row in rows])
    return [row for row in rows if row[0].id not in taken][:MOST]


def get_next(connection: Connection, holder: Holder, slug: str) -> EventDefinition:
    """The event of this address that this person's link leads to. Raises `NotFound`: what they
    told one network is sent to no other by a click."""
    found = get_public_event(connection, slug)
    if not holder.email or not _belongs(get_tree(connection), holder.event, found):
        raise NotFound
    return found


def find_own(connection: Connection, holder: Holder, event: EventDefinition) -> Holder | None:
    """The registration that this person has for the event."""
    mine = select(_R.id).where(
        _R.event_id == event.id, _R.person_key == key_of(holder), is_standing(_R)
    )
    found = connection.execute(mine).scalar()
    return None if found is None else queries.get_holder(connection, found)


def key_of(holder: Holder) -> str:
    """Who it is, whatever the event."""
    return person_key(holder.email, holder.first_name, holder.last_name)


def _list(connection: Connection, event: EventDefinition, now: datetime, fits: Fits) -> list[Row]:
    upcoming = _Upcoming(connection, now)
    for wanted in ("series", "network"):
        found = upcoming.after(event, wanted, fits)
        rows = [row for row in with_places(connection, found, now) if row[2].is_possible]
        if rows:
            return rows
    return []


class _Upcoming:
    """What is ahead, each list and the tree of networks asked for once."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._today = connection, berlin_day(now)
        self._tree = get_tree(connection)
        self._lists: dict[Filter, list[EventDefinition]] = {}

    def after(self, event: EventDefinition, wanted: str, fits: Fits) -> list[EventDefinition]:
        """Of its series, or of its kind in its network; whether it is open is not asked yet."""
        if wanted == "network":
            by = Filter(network=event.network.slug, kind=event.kind)
        elif event.series:
            by = Filter(series=event.series.slug)
        else:
            return []
        return [
            each
            for each in self._list(by)
            if each.id != event.id and fits(each) and _belongs(self._tree, event, each)
        ]

    def _list(self, wanted: Filter) -> list[EventDefinition]:
        if wanted not in self._lists:
            self._lists[wanted] = list_upcoming(self._connection, wanted, self._today)
        return self._lists[wanted]


def _belongs(tree: NetworkTree, event: EventDefinition, other: EventDefinition) -> bool:
    """Whether it is of the same series, or of the network or one below it."""
    if event.series and other.series and event.series.slug == other.series.slug:
        return True
    return event.network.id in tree.ancestor_ids(other.network.id)


def _list_taken(connection: Connection, holder: Holder, ids: Collection[int]) -> set[int]:
    mine = select(_R.event_id).where(
        _R.person_key == key_of(holder), _R.event_id.in_(ids), is_standing(_R)
    )
    return set(connection.execute(mine).scalars())


def _is_for_all(event: EventDefinition) -> bool:
    return event.audience == Audience.PUBLIC


def _may_try(event: EventDefinition, holder: Holder) -> bool:
    """Members are those who named an organisation of the register before."""
    is_member = event.audience == Audience.MEMBERS and holder.organisation_id is not None
    return _is_for_all(event) or is_member
