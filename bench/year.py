"""A network's year with 200 events and 40,000 registrations, against one bare count of them."""

from collections.abc import Callable, Iterator
from statistics import median
from time import perf_counter
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import Connection, func, insert, literal, select
from sqlalchemy.orm import Session

from bench.figures import Figure, compare
from bench.people import add_event, add_members, tidy
from bench.site import Stage
from eventapp import clock
from eventapp.accounts import actions as accounts
from eventapp.accounts.access import cookie_name
from eventapp.attendance.models import Presence
from eventapp.base import table_of
from eventapp.checkin.actions import create_device
from eventapp.checkin.models import Device, Scan
from eventapp.checkin.rules import Direction, Finding
from eventapp.db import reading, transaction
from eventapp.events.models import Attendance, Event, EventDate
from eventapp.figures.year import Year
from eventapp.figures.year_reads import read_years
from eventapp.networks.actions import grant
from eventapp.networks.models import Network, Role, Scope
from eventapp.networks.queries import get_tree
from eventapp.registration.models import Registration
from tests.factories import at, in_days
from tests.statements import counted

EVENTS, PEOPLE, FEW = 200, 200, 2
FLOORS = 25  # bare counts, that reading the year may take
_DAY = in_days(-30)

_R = table_of(Registration).c


def measure(stage: Stage, rounds: int) -> Iterator[Figure]:
    """Reading the year, and its page: of a few events and of all."""
    app = stage.app()
    with app.app_context():
        network_id, organisations, _slug = add_members()
        _add_events(network_id, organisations, FEW)
        with app.test_request_context():
            cookie = {"Cookie": f"{cookie_name()}={_organiser()}"}
        client, path = app.test_client(use_cookies=False), _path(network_id)
        _page(client, path, cookie)  # a first visit writes something down
        few, _seconds = _page(client, path, cookie)
        _add_events(network_id, organisations, EVENTS - FEW)
        tidy("ANALYZE")
        yield from _reading(network_id, rounds)
        pages = [_page(client, path, cookie) for _ in range(rounds)]
    many = pages[0][0]
    value = f"{many} statements, {median(seconds for _n, seconds in pages):.2f} s"
    name = f"page of a year of {EVENTS} events"
    yield Figure(name, value, f"of {FEW} events {few} statements", many / few, most=1)


def _reading(network_id: int, rounds: int) -> Iterator[Figure]:
    with reading() as connection:
        bare, ours, ratio = compare(
            lambda: _timed(lambda: _count(connection)),
            lambda: _timed(lambda: _read(connection, network_id)),
            rounds,
        )
    name = f"a year of {EVENTS} events, {EVENTS * PEOPLE:,} registrations"
    shown = f"one bare count {bare * 1000:.0f} ms"
    yield Figure(name, f"{ours * 1000:.0f} ms", shown, ratio, most=FLOORS)


def _timed(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def _count(connection: Connection) -> None:
    groups = _R.event_id, _R.status, _R.attendance, _R.organisation_id
    connection.execute(select(*groups, func.count()).group_by(*groups)).all()


def _read(connection: Connection, network_id: int) -> Year:
    years = [_DAY.year, _DAY.year - 1]
    year, _before = read_years(connection, get_tree(connection), network_id, years, in_days(0))
    if len(year.events) != EVENTS or not year.sums.there:
        raise AssertionError(f"{len(year.events)} events, {year.sums.there} were there")
    return year


def _page(client: FlaskClient, path: str, cookie: dict[str, str]) -> tuple[int, float]:
    """How many statements it takes, and how long."""
    with counted() as statements:
        start = perf_counter()
        answer = client.get(path, headers=cookie)
        seconds = perf_counter() - start
    if answer.status_code != 200:
        raise AssertionError(f"{answer.status_code} {path}")
    return len(statements), seconds


def _path(network_id: int) -> str:
    with transaction() as session:
        slug = session.get_one(Network, network_id).slug
    return f"/organise/networks/{slug}/figures/{_DAY.year}"


def _organiser() -> str:
    with transaction() as session:
        account = accounts.create_account(session, "year@example.org", now=clock.now())
        grant(session, account, Role.ORGANISER, Scope.INSTALLATION, 0, now=clock.now())
        return accounts.open_session(session, account, now=clock.now())


def _add_events(network_id: int, organisations: list[int], count: int) -> None:
    """Over by now; three of four were let in, or entered online."""
    for _ in range(count):
        slug = add_event(
            network_id,
            PEOPLE,
            organisations,
            workshops="",
            dates=[(at(_DAY, 10), at(_DAY, 12))],
        )
        with transaction() as session:
            event_id = session.scalars(select(Event.id).where(Event.slug == slug)).one()
            _come(session, event_id)


def _come(session: Session, event_id: int) -> None:
    now = clock.now()
    create_device(session, event_id, "Eingang", now=now)
    device_id = session.scalars(select(Device.id).where(Device.event_id == event_id)).one()
    here = select(_R.id).where(_R.event_id == event_id, _R.id % 4 > 0)
    on_site = session.scalars(here.where(_R.attendance == Attendance.IN_PERSON)).all()
    scans = [_scan(event_id, device_id, id_) for id_ in on_site]
    session.execute(insert(table_of(Scan)), scans)
    date_id = select(EventDate.id).where(EventDate.event_id == event_id).scalar_subquery()
    online = here.where(_R.attendance == Attendance.ONLINE).add_columns(
        date_id, literal("online_door"), literal(now)
    )
    columns = ["registration_id", "event_date_id", "source", "recorded_at"]
    session.execute(insert(table_of(Presence)).from_select(columns, online))


def _scan(event_id: int, device_id: int, registration_id: int) -> dict[str, Any]:
    return {
        "scan_id": str(uuid4()),
        "event_id": event_id,
        "device_id": device_id,
        "registration_id": registration_id,
        "direction": Direction.IN,
        "finding": Finding.TICKET,
        "scanned_at": at(_DAY, 10),
        "received_at": at(_DAY, 10),
    }
