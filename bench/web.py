"""Registration, scans and unchanged feeds against a bare page and a bare INSERT."""

import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median

from bench import data, load
from bench.cpu import cpu_ms
from bench.figures import Figure, compare
from bench.load import Plan
from bench.site import Stage
from tests.servers import Site

BATCH = 500


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
        name = "scan, one a request"
        door = self._door("scan", self._seconds, 8000)
        insert, rate, ratio = compare(self._insert, lambda: self._run(name, door), self._rounds)
        floor = self._shown("INSERT", insert)
        yield Figure(name, self._shown(name, rate), floor, 1 / ratio, most=4)

        many = f"scans in batches of {BATCH}"

        def arrive() -> float:
            """Devices come back from the cellar, each with other guests."""
            return self._run(many, self._door("batch", 0, BATCH * 16), BATCH)

        arrive()
        insert, rate, ratio = compare(self._insert, arrive, self._rounds)
        floor = self._shown("INSERT", insert)
        yield Figure(many, self._shown(many, rate), floor, ratio, least=5)

    def _door(self, visit: str, seconds: float, guests: int) -> Plan:
        slug, token, codes = data.add_door(guests)
        return Plan(
            self._ours.port,
            visit,
            f"/api/v1/checkin/{slug}/scans",
            200,
            seconds,
            headers={"Authorization": f"Bearer {token}"},
            codes=codes,
        )

    def _page(self) -> float:
        return self._run("page", Plan(self._bare.port, "page", "/page", 200, self._seconds))

    def _insert(self) -> float:
        form = {"name": "Erika Mustermann", "email": "erika@example.org"}
        plan = Plan(self._bare.port, "post", "/insert", 200, self._seconds, form=form)
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
