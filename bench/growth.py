"""What one sign-up costs as the database and the event grow, and when all want the same event."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from bench import load
from bench.data import FORM
from bench.figures import Figure, compare
from bench.load import Plan
from bench.people import ALL, LARGE, SMALL, add_event, add_members, tidy
from bench.site import Stage
from tests.servers import Site

MOST = 15  # INSERTs, with everything switched on
GROWTH = 1.3  # between the smallest and the largest
SHARED = 0.75  # of the rate of many events, when all want one
CLIENTS = 16
PLAIN: dict[str, Any] = {
    "workshops": "",
    "fields": [],
    "has_online": False,
    "capacity_in_person": 1_000_000,
}
FULL: dict[str, Any] = {
    "capacity_in_person": 1_000_000,
    "capacity_online": 1_000_000,
    "audience": "members",
    "delegates_per_organisation": 1_000_000,
}
KINDS = {"plain": PLAIN, "workshops and quota": FULL}


class Growth:
    """First `before`, with nothing stored, then `after`, with 100,000; figures compare the two."""

    def __init__(self, stage: Stage, seconds: float, rounds: int) -> None:
        self._stage, self._seconds, self._rounds = stage, seconds, rounds
        self._costs: dict[str, list[float]] = {kind: [] for kind in KINDS}

    def before(self) -> Iterator[Figure]:
        with self._running() as (bare, ours):
            for kind in KINDS:
                yield self._cost(bare, ours, kind, SMALL, "0")

    def after(self) -> Iterator[Figure]:
        with self._running() as (bare, ours):
            for kind in KINDS:
                for count in (SMALL, LARGE):
                    yield self._cost(bare, ours, kind, count, f"{ALL:,}")
                costs = self._costs[kind]
                value, floor = f"{max(costs):.3g} INSERTs", f"{min(costs):.3g} INSERTs"
                growth = max(costs) / min(costs)
                yield Figure(f"growth, {kind}", value, floor, growth, most=GROWTH)
            yield self._contention(ours)

    @contextmanager
    def _running(self) -> Iterator[tuple[Site, Site]]:
        with ExitStack() as servers:
            bare = servers.enter_context(self._stage.serve("bench.floor_app:app"))
            ours = servers.enter_context(self._stage.serve("wsgi:app"))
            servers.enter_context(self._stage.app().app_context())
            self._network, self._organisations, self._member = add_members()
            yield bare, ours

    def _cost(self, bare: Site, ours: Site, kind: str, count: int, stored: str) -> Figure:
        """In INSERTs; an event of its own for each round, so that none outgrows its number."""
        insert = partial(load.run, self._insert(bare))
        self._sign_up(ours, [self._event(kind, count)])
        floor, rate, ratio = compare(
            lambda: insert()[1],
            lambda: self._sign_up(ours, [self._event(kind, count)]),
            self._rounds,
        )
        self._costs[kind].append(1 / ratio)
        name = f"sign-up, {kind}, {count:,} in the event, {stored} stored"
        return Figure(name, f"{rate:,.0f}/s", f"INSERT {floor:,.0f}/s", 1 / ratio, most=MOST)

    def _contention(self, ours: Site) -> Figure:
        """All clients want one event, against as many events as clients."""
        kind = "plain"
        many, one, ratio = compare(
            lambda: self._sign_up(ours, [self._event(kind, SMALL) for _ in range(CLIENTS)]),
            lambda: self._sign_up(ours, [self._event(kind, SMALL)]),
            self._rounds,
        )
        name = f"{CLIENTS} clients, one event"
        return Figure(name, f"{one:,.0f}/s", f"{CLIENTS} events {many:,.0f}/s", ratio, least=SHARED)

    def _event(self, kind: str, count: int) -> str:
        slug = add_event(self._network, count, self._organisations, **KINDS[kind])
        tidy()
        return slug

    def _sign_up(self, ours: Site, slugs: Sequence[str]) -> float:
        form = FORM | {"organisation_slug": self._member, "question_anreise": "Bahn"}
        paths = [f"/events/{slug}/register" for slug in slugs]
        plan = Plan(ours.port, "register", "", 303, self._seconds, form=form, paths=paths)
        return load.run(plan)[1]

    def _insert(self, bare: Site) -> Plan:
        form = {"name": "Erika Mustermann", "email": "erika@example.org"}
        return Plan(bare.port, "post", "/insert", 200, self._seconds, form=form)
