"""Registration, scans and unchanged feeds against a bare page and a bare INSERT."""

import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from statistics import median

from bench import data, load
from bench.cpu import cpu_ms
from bench.figures import Figure, compare
from bench.load import Plan
from bench.site import Stage
from tests.servers import Site

BATCH = 500
DOORS = 8  # devices that scan at once
ROSTER = 10_000  # guests


def measure(stage: Stage, seconds: float, rounds: int) -> Iterator[Figure]:
    """All figures of the web; floors and ours run side by side, one of them busy at a time."""
    with ExitStack() as servers:
        bare = servers.enter_context(stage.serve("bench.floor_app:app"))
        ours = servers.enter_context(stage.serve("wsgi:app"))
        servers.enter_context(stage.app().app_context())
        bench = _Bench(stage, bare, ours, seconds, rounds)
        yield from bench.unchanged_feed()
        yield from bench.registration()
        yield from bench.scans()
        yield from bench.roster()


class _Bench:
    """Visits a second, and beside them the CPU time of web and database for each."""

    def __init__(self, stage: Stage, bare: Site, ours: Site, seconds: float, rounds: int) -> None:
        self._bare, self._ours = bare, ours
        self._servers = (
            bare.pid,
            ours.pid,
            stage.database_pid,
        )
        self._seconds, self._rounds = seconds, rounds
        self._cpu: dict[str, list[float]] = defaultdict(list)
        self._page()
        self._insert()

    def unchanged_feed(self) -> Iterator[Figure]:
        path = "/calendar/all.ics"
        with urllib.request.urlopen(self._ours.url + path) as answer:
            headers = {"If-None-Match": answer.headers["ETag"]}
        plan = Plan(self._ours.port, "page", path, 304, self._seconds, headers=headers)
        name = "feed unchanged (304)"
        page, feed, ratio = compare(self._page, lambda: self._run(name, plan), self._rounds)
        floor = self._shown("page", page)
        yield Figure(name, self._shown(name, feed), floor, ratio, least=1 / 5)

    def registration(self) -> Iterator[Figure]:
        name = "registration (GET + POST)"

        def sign_up() -> float:
            """An event of its own each time, so that none is larger than the one before."""
            path = f"/events/{data.add_event()}/register"
            plan = Plan(self._ours.port, "register", path, 303, self._seconds, form=data.FORM)
            return self._run(name, plan)

        sign_up()
        self._cpu.clear()
        insert, rate, ratio = compare(self._insert, sign_up, self._rounds)
        floor = self._shown("INSERT", insert)
        yield Figure(name, self._shown(name, rate), floor, 1 / ratio, most=12)

    def scans(self) -> Iterator[Figure]:
        name = f"scan, one a request, {DOORS} at once"
        door = self._door("scan", self._seconds, 8000)
        floor_of_doors = partial(self._insert, DOORS)
        insert, rate, ratio = compare(floor_of_doors, lambda: self._run(name, door), self._rounds)
        floor = self._shown("INSERT", insert)
        yield Figure(name, self._shown(name, rate), floor, 1 / ratio, most=3.5)

        many = f"scans in batches of {BATCH}"

        def arrive() -> float:
            """Devices come back from the cellar, each with other guests."""
            return self._run(many, self._door("batch", 0, BATCH * DOORS), BATCH)

        arrive()
        insert, rate, ratio = compare(floor_of_doors, arrive, self._rounds)
        floor = self._shown("INSERT", insert)
        yield Figure(many, self._shown(many, rate), floor, ratio, least=7)

    def roster(self) -> Iterator[Figure]:
        """What a device loads for times without a network, whole and as it is asked for each
        minute."""
        slug, token, _codes = data.add_door(ROSTER)
        path, bearer = f"/api/v1/checkin/{slug}/roster", {"Authorization": f"Bearer {token}"}
        plain, _tag = self._fetch(path, bearer)
        packed, tag = self._fetch(path, {**bearer, "Accept-Encoding": "gzip"})
        for name, status, headers in (
            (f"roster of {ROSTER:,}", 200, {"Accept-Encoding": "gzip"}),
            (f"roster of {ROSTER:,}, unchanged (304)", 304, {"If-None-Match": tag}),
        ):
            plan = Plan(self._ours.port, "page", path, status, self._seconds, 1)
            rate = self._run(name, replace(plan, headers={**bearer, **headers}))
            size = f"{plain:,} bytes, {packed:,} gzip, " if status == 200 else ""
            spent = median(self._cpu[name])
            yield Figure(name, f"{size}{1 / rate:.3f} s, {spent:.1f} ms CPU")

    def _fetch(self, path: str, headers: dict[str, str]) -> tuple[int, str]:
        """The body's length as it travels, and its tag."""
        asked = urllib.request.Request(self._ours.url + path, headers=headers)
        with urllib.request.urlopen(asked) as answer:
            return len(answer.read()), answer.headers["ETag"]

    def _door(self, visit: str, seconds: float, guests: int) -> Plan:
        slug, token, codes = data.add_door(guests)
        return Plan(
            self._ours.port,
            visit,
            f"/api/v1/checkin/{slug}/scans",
            200,
            seconds,
            DOORS,
            headers={"Authorization": f"Bearer {token}"},
            codes=codes,
        )

    def _page(self) -> float:
        return self._run("page", Plan(self._bare.port, "page", "/page", 200, self._seconds))

    def _insert(self, visitors: int = 16) -> float:
        form = {"name": "Erika Mustermann", "email": "erika@example.org"}
        plan = Plan(self._bare.port, "post", "/insert", 200, self._seconds, visitors, form=form)
        return self._run("INSERT", plan)

    def _run(self, name: str, plan: Plan, in_one: int = 1) -> float:
        """What was done a second; `in_one` visit so much is done."""
        before = cpu_ms(*self._servers)
        visits, rate = load.run(plan)
        self._cpu[name].append((cpu_ms(*self._servers) - before) / visits / in_one)
        return rate * in_one

    def _shown(self, name: str, rate: float) -> str:
        prefix = f"{name} " if name in ("page", "INSERT") else ""
        return f"{prefix}{rate:,.0f}/s, {median(self._cpu[name]):.2f} ms CPU"
