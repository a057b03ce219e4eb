"""400 name badges as the worker makes them: read, opened, coded, set, sealed and kept."""

from collections.abc import Iterator
from statistics import median
from time import perf_counter, process_time

from bench.figures import Figure
from bench.people import add_event, add_members
from bench.site import Stage
from eventapp import clock
from eventapp.accounts import actions as accounts
from eventapp.db import reading, transaction
from eventapp.events.loading import get_definition
from eventapp.exports import actions, making
from eventapp.exports.models import ExportJob, ExportState
from eventapp.exports.rules import Format, Order
from eventapp.networks.actions import grant
from eventapp.networks.models import Role, Scope
from eventapp.paper.rules import Paper

BADGES, SECONDS = 400, 3.0
_PEOPLE = BADGES * 10 // 6  # six of ten have a place on site


def measure(stage: Stage, rounds: int) -> Iterator[Figure]:
    """From claiming the job to its file, in one process, beside the seconds that it may take."""
    with stage.app().app_context():
        network, organisations, _slug = add_members()
        slug = add_event(network, _PEOPLE, organisations)
        with transaction() as session:
            account = accounts.create_account(session, "paper@example.org", now=clock.now())
            grant(session, account, Role.ORGANISER, Scope.INSTALLATION, 0, now=clock.now())
        with reading() as connection:
            event_id = get_definition(connection, slug).id
        spent = [_make(event_id, account) for _ in range(rounds)]
    seconds, busy = (median(each) for each in zip(*spent, strict=True))
    value = f"{seconds:.2f} s, {busy:.2f} s CPU"
    yield Figure(f"{BADGES} name badges", value, f"{SECONDS:.0f} s", seconds / SECONDS, most=1)


def _make(event_id: int, account_id: int) -> tuple[float, float]:
    """Seconds by the clock, and of this process's CPUs."""
    wish = Order(
        Format.PDF,
        (),
        {},
        "de",
        is_sensitive=False,
        kind=Paper.BADGES.value,
        options={"format": "90x55"},
    )
    with transaction() as session:
        job_id = actions.order(
            session, wish, account_id=account_id, event_id=event_id, rows=0, now=clock.now()
        )
    start, busy = perf_counter(), process_time()
    making.make_next()
    spent = perf_counter() - start, process_time() - busy
    with transaction() as session:
        job = session.get_one(ExportJob, job_id)
        if job.state != ExportState.DONE or job.rows_done < BADGES:
            raise AssertionError(f"{job.state}, {job.rows_done} badges: {job.problem}")
    return spent
