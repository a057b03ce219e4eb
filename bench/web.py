"""Registration, scans and unchanged feeds against a bare page and a bare INSERT."""

import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack

from bench import data, load
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
        bench = _Bench(bare, ours, seconds, rounds)
        yield from bench.unchanged_feed()
        yield from bench.registration()
        yield from bench.scans()


class _Bench:
    def __init__(self, bare: Site, ours: Site, seconds: float, rounds: int) -> None:
        self._bare, self._ours = bare, ours
        self._seconds, self._rounds = seconds, rounds
        for warming in (self._page, self._insert):
            warming()

    def unchanged_feed(self) -> Iterator[Figure]:
        path = "/calendar/all.ics"
        with urllib.request.urlopen(self._ours.url + path) as answer:
            headers = {"If-None-Match": answer.headers["ETag"]}
        plan = Plan(self._ours.port, "page", path, 304, self._seconds, headers=headers)
        page, feed, ratio = compare(self._page, lambda: load.run(plan), self._rounds)
        floor = f"page {page:,.0f}/s"
        yield Figure("feed unchanged (304)", f"{feed:,.0f}/s", floor, ratio, least=1 / 5)

    def registration(self) -> Iterator[Figure]:
        def sign_up() -> float:
            """An event of its own each time, so that none is larger than the one before."""
            path = f"/events/{data.add_event()}/register"
            plan = Plan(self._ours.port, "register", path, 303, self._seconds, form=data.FORM)
            return load.run(plan)

        sign_up()
        insert, registration, ratio = compare(self._insert, sign_up, self._rounds)
        yield Figure(
            "registration (GET + POST)",
            f"{registration:,.0f}/s",
            f"INSERT {insert:,.0f}/s",
            1 / ratio,
            most=12,
        )

    def scans(self) -> Iterator[Figure]:
        slug, token, codes = data.add_door(BATCH * 16)
        common = (f"/api/v1/checkin/{slug}/scans", 200, self._seconds)
        headers = {"Authorization": f"Bearer {token}"}
        single = Plan(self._ours.port, "scan", *common, headers=headers, codes=codes)
        batch = Plan(self._ours.port, "batch", *common, headers=headers, codes=codes)
        insert, scan, ratio = compare(self._insert, lambda: load.run(single), self._rounds)
        floor = f"INSERT {insert:,.0f}/s"
        yield Figure("scan, one a request", f"{scan:,.0f}/s", floor, 1 / ratio, most=4)
        insert, scan, ratio = compare(self._insert, lambda: load.run(batch) * BATCH, self._rounds)
        floor = f"INSERT {insert:,.0f}/s"
        yield Figure(f"scans in batches of {BATCH}", f"{scan:,.0f}/s", floor, ratio, least=5)

    def _page(self) -> float:
        return load.run(Plan(self._bare.port, "page", "/page", 200, self._seconds))

    def _insert(self) -> float:
        form = {"name": "Erika Mustermann", "email": "erika@example.org"}
        plan = Plan(self._bare.port, "post", "/insert", 200, self._seconds, form=form)
        return load.run(plan)
