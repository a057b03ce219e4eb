"""Reads of a year: a fixed number of statements, however many events and people."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, or_, select

from eventapp.clock import berlin_day
from eventapp.events.models import Attendance, Event, EventCoNetwork, EventStatus, HostPart
from eventapp.figures.counting import count_people, of_people, of_rounds
from eventapp.figures.models import KeptFigures, KeptOrganisation
from eventapp.figures.rules import Figures, from_json
from eventapp.figures.year import Year, YearEvent
from eventapp.invitations.queries import count_rounds
from eventapp.networks.queries import NetworkTree

_COUNTED = (EventStatus.PUBLISHED, EventStatus.CANCELLED)
_HOSTING = (HostPart.ORGANISER, HostPart.COORDINATION)


def read_years(
    connection: Connection, tree: NetworkTree, network_id: int, years: Collection[int], today: date
) -> list[Year]:
    """Each of these years: events of the network, of those below it, and what any of them
    co-hosts, each once. Five statements in all."""
    networks = tree.descendant_ids(network_id)
    rows = _list_events(connection, networks, years)
    read = _Read(connection, [row.id for row in rows])
    found: dict[int, list[YearEvent]] = defaultdict(list)
    for row in rows:
        found[row.first_day.year].append(_event(row, tree, networks, read, today))
    return [Year(year, tuple(found[year])) for year in years]


def find_span(connection: Connection, tree: NetworkTree, network_id: int) -> tuple[int, int] | None:
    """The first and the last year in which there is anything to count."""
    networks = tree.descendant_ids(network_id)
    days = func.min(Event.first_day), func.max(Event.first_day)
    row: Any = connection.execute(select(*days).where(*_belongs(networks))).one()
    return None if row[0] is None else (row[0].year, row[1].year)


def _belongs(networks: Collection[int]) -> list[Any]:
    hosted = select(EventCoNetwork.event_id).where(
        EventCoNetwork.network_id.in_(networks), EventCoNetwork.part.in_(_HOSTING)
    )
    return [
        Event.status.in_(_COUNTED),
        or_(Event.network_id.in_(networks), Event.id.in_(hosted)),
    ]


def _list_events(
    connection: Connection, networks: Collection[int], years: Collection[int]
) -> list[Any]:
    columns = (
        *(Event.id, Event.slug, Event.title, Event.kind, Event.status, Event.network_id),
        *(Event.first_day, Event.last_day, Event.has_in_person, Event.has_online),
        *(Event.capacity_in_person, Event.capacity_online),
    )
    spans = [Event.first_day.between(date(year, 1, 1), date(year, 12, 31)) for year in years]
    statement = select(*columns).where(*_belongs(networks), or_(*spans))
    return list(connection.execute(statement.order_by(Event.first_day, Event.id)))


class _Read:
    """What is known of these events, counted or kept."""

    def __init__(self, connection: Connection, event_ids: Collection[int]) -> None:
        self._people = _by_event(count_people(connection, event_ids))
        self._rounds = _by_event(count_rounds(connection, event_ids))
        kept = select(KeptFigures.event_id, KeptFigures.data, KeptFigures.kept_at)
        self._kept = {
            row.event_id: (from_json(row.data), berlin_day(row.kept_at))
            for row in connection.execute(kept.where(KeptFigures.event_id.in_(event_ids)))
        }
        there = select(KeptOrganisation.event_id, KeptOrganisation.organisation_id)
        self._organisations = _by_event(
            connection.execute(there.where(KeptOrganisation.event_id.in_(event_ids)))
        )

    def figures(self, event_id: int) -> tuple[Figures, frozenset[int], date | None]:
        """With small cells hidden; the organisations of which somebody was there; and the day of
        what was kept."""
        people, (kept, day) = self._people[event_id], self._kept.get(event_id, (None, None))
        rounds = self._rounds[event_id]
        counted = of_people(people, invitations=_round(rounds), rounds=of_rounds(rounds))
        if kept and kept.total > counted.total:
            there = frozenset(row.organisation_id for row in self._organisations[event_id])
            return kept, there, day
        came = frozenset(row.organisation_id for row in people if row.there and row.organisation_id)
        return counted.without_small_cells(), came, None


def _by_event(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.event_id].append(row)
    return found


def _round(rows: Iterable[Any]) -> dict[str, int | None]:
    """As `count_round` says of organisations."""
    names = ("invited", "answered", "represented")
    return {name: sum(getattr(row, name) for row in rows) for name in names}


def _event(
    row: Any, tree: NetworkTree, networks: Collection[int], read: _Read, today: date
) -> YearEvent:
    offered = (
        (Attendance.IN_PERSON, row.has_in_person, row.capacity_in_person),
        (Attendance.ONLINE, row.has_online, row.capacity_online),
    )
    capacities = [capacity for _way, is_offered, capacity in offered if is_offered]
    figures, organisations, as_of = read.figures(row.id)
    return YearEvent(
        id=row.id,
        slug=row.slug,
        title=row.title,
        kind=row.kind,
        first_day=row.first_day,
        network=tree.get(row.network_id),
        is_ours=row.network_id in networks,
        is_off=row.status == EventStatus.CANCELLED,
        is_over=row.last_day < today,
        ways=tuple(way for way, is_offered, _capacity in offered if is_offered),
        places=None if None in capacities else sum(capacities),
        figures=figures,
        organisations=organisations,
        as_of=as_of,
    )
