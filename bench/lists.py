"""Lists and figures with 100,000 registrations in the database, against a bare page."""

from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median

from flask.testing import FlaskClient

from bench import load
from bench.cpu import cpu_ms
from bench.figures import Figure, compare
from bench.load import Plan
from bench.people import ALL, LARGE, SMALL, Crowd
from bench.site import Stage
from eventapp.accounts.access import cookie_name
from tests.statements import counted

BARE_PAGES, TIMES = 60, 2  # targets of lists: in bare pages, and of the large beside the small
FIGURES = 300  # bare pages; they count everybody, so the large event may cost more
PATHS = {
    "list": "participants",
    "list by name": "participants?sort=name",
    "list searched": "participants?q=muster+verein",
    "list filtered": "participants?status=confirmed&workshop=werkstatt-a&answer_anreise=Bahn",
    "list, last page": "participants?page=120",
    "figures": "figures",
}


def measure(stage: Stage, crowd: Crowd, seconds: float, rounds: int) -> Iterator[Figure]:
    """Each page of the event with 10 and of that with 3,000."""
    with ExitStack() as servers:
        bare = servers.enter_context(stage.serve("bench.floor_app:app"))
        ours = servers.enter_context(stage.serve("wsgi:app"))
        app = stage.app()
        servers.enter_context(app.app_context())
        with app.test_request_context():
            cookie = {"Cookie": f"{cookie_name()}={crowd.session}"}
        client = app.test_client(use_cookies=False)
        meter = _Meter(bare.pid, ours.pid, stage.database_pid)
        floor = Plan(bare.port, "page", "/page", 200, seconds)
        for name, page in PATHS.items():
            small, large = (
                Plan(ours.port, "page", _path(slug, page), 200, seconds, headers=cookie)
                for slug in (crowd.small, crowd.large)
            )
            yield from _times(name, meter, floor, small, large, rounds)
            yield _statements(name, client, small, large)


class _Meter:
    """Visits a second, and beside them the CPU time of web and database for each."""

    def __init__(self, *servers: int) -> None:
        self._servers = servers
        self._spent: dict[str, list[float]] = {}

    def rate(self, plan: Plan) -> float:
        before = cpu_ms(*self._servers)
        visits, rate = load.run(plan)
        spent = (cpu_ms(*self._servers) - before) / visits
        self._spent.setdefault(plan.path, []).append(spent)
        return rate

    def shown(self, plan: Plan, rate: float) -> str:
        return f"{rate:,.0f}/s, {median(self._spent[plan.path]):.2f} ms CPU"


def _path(slug: str, page: str) -> str:
    return f"/organise/events/{slug}/{page}"


def _times(
    name: str, meter: _Meter, floor: Plan, small: Plan, large: Plan, rounds: int
) -> Iterator[Figure]:
    meter.rate(small)  # what is compiled once a process
    page, listed, ratio = compare(lambda: meter.rate(floor), lambda: meter.rate(large), rounds)
    shown = f"page {meter.shown(floor, page)}"
    value = meter.shown(large, listed)
    most = FIGURES if name == "figures" else BARE_PAGES
    yield Figure(f"{name} of {LARGE:,}", value, shown, 1 / ratio, most=most)
    least, listed, ratio = compare(lambda: meter.rate(small), lambda: meter.rate(large), rounds)
    shown = f"of {SMALL} {meter.shown(small, least)}"
    value = meter.shown(large, listed)
    times = None if name == "figures" else TIMES
    yield Figure(f"{name} of {LARGE:,}", value, shown, 1 / ratio, most=times)


def _statements(name: str, client: FlaskClient, small: Plan, large: Plan) -> Figure:
    numbers = []
    for plan in (small, large):
        with counted() as statements:
            answer = client.get(plan.path, headers=plan.headers)
        if answer.status_code != 200:
            raise AssertionError(f"{answer.status_code} {plan.path}")
        numbers.append(len(statements))
    few, many = numbers
    shown = f"of {SMALL} {few} statements"
    return Figure(f"{name}, {ALL:,} stored", f"{many} statements", shown, many / few, most=1)
