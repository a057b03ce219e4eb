"""Feeds of 1,000 and 10,000 events against the bare icalendar library building the same bytes; what
an unchanged one costs, public or personal."""

import gzip
import time
from collections.abc import Callable, Iterator
from datetime import UTC
from statistics import median
from typing import Any

from flask.testing import FlaskClient
from icalendar import Calendar, Event, vCalAddress
from sqlalchemy import select

from bench import data
from bench.figures import Figure
from bench.site import Stage
from eventapp import sitecache
from eventapp.clock import BERLIN, now
from eventapp.db import reading, transaction
from eventapp.events import models
from eventapp.events.ical import CalendarEntry, entry_for
from eventapp.events.loading import load_definitions
from eventapp.feeds import build, packing

SIZES = (1000, 10_000)
EDITS = 5  # in each round: short, so easily disturbed
ASKED = 200  # times in a row, for what is over in a moment
PATH = "/calendar/networks/verbund.ics"


def measure(stage: Stage, rounds: int) -> Iterator[Figure]:
    app = stage.app()
    client = app.test_client(use_cookies=False)
    with app.app_context():
        unchanged = []
        for before, size in zip((0, *SIZES), SIZES, strict=False):
            data.add_events(size - before, first=before)
            client.get(PATH)  # what is compiled and connected once a process is not its cost
            yield from _changed(client, size, rounds)
            yield from _warm(client, size)
            unchanged.append(_asking(client, PATH))
        yield _flat(f"feed unchanged (304), {SIZES[-1]} events", f"{SIZES[0]} events", *unchanged)
        yield from _own(client)


def _changed(client: FlaskClient, size: int, rounds: int) -> Iterator[Figure]:
    """Cold against the library building as much, and one edited against cold."""
    entries = _entries()
    times = [
        (
            _seconds(size, lambda: _by_library(entries)),
            _seconds(size, lambda: _fetch(client), before=_forget),
            median(_seconds(size, lambda: _fetch(client), before=_edit) for _ in range(EDITS)),
        )
        for _ in range(rounds)
    ]
    library, cold, edited = (median(each) for each in zip(*times, strict=True))
    floor, name = f"library {library * 1000:.0f} ms", f"feed of {size} events, cold"
    yield Figure(name, f"{cold * 1000:.0f} ms", floor, cold / library, most=1.1)
    floor, name = f"cold {cold * 1000:.0f} ms", f"feed of {size} events, one edited"
    yield Figure(name, f"{edited * 1000:.1f} ms", floor, edited / cold, most=1 / 20)


def _warm(client: FlaskClient, size: int) -> Iterator[Figure]:
    packed = _fetch(client)
    seconds = median(_seconds(size, lambda: _fetch(client)) for _ in range(EDITS * 4))
    plain = len(gzip.decompress(packed))
    yield Figure(f"feed of {size} events, warm", f"{seconds * 1000:.2f} ms")
    name, floor = f"feed of {size} events, gzip", f"plain {plain / 1000:.0f} kB"
    yield Figure(name, f"{len(packed) / 1000:.0f} kB", floor, len(packed) / plain)


def _own(client: FlaskClient) -> Iterator[Figure]:
    """A personal feed in a database of so many events, with one registration and with a hundred."""
    times = [_asking(client, data.add_own_feed(f"gast-{count}", count)) for count in (1, 100)]
    name = "own feed unchanged (304), 100 registrations"
    yield _flat(name, "1 registration", times[0], times[1], most=2)


def _flat(name: str, other: str, before: float, after: float, most: float = 1.25) -> Figure:
    """What must not grow."""
    floor = f"{other} {before * 1000:.2f} ms"
    return Figure(name, f"{after * 1000:.2f} ms", floor, after / before, most=most)


def _asking(client: FlaskClient, path: str) -> float:
    """Seconds of one request for what its reader has: the fastest, for what else the machine does
    only adds."""
    tag = {"If-None-Match": client.get(path).headers["ETag"]}
    times = []
    for _ in range(ASKED):
        start = time.perf_counter()
        status = client.get(path, headers=tag).status_code
        times.append(time.perf_counter() - start)
        if status != 304:
            raise AssertionError(f"{path}: {status}")
    return min(times)


def _seconds(
    size: int, work: Callable[[], bytes], *, before: Callable[[], None] = lambda: None
) -> float:
    before()
    start = time.perf_counter()
    body = work()
    spent = time.perf_counter() - start
    plain = gzip.decompress(body) if body.startswith(b"\x1f") else body
    if plain.count(b"BEGIN:VEVENT") != size:
        raise AssertionError(f"not {size} events: {plain[:300]!r}")
    return spent


def _fetch(client: FlaskClient) -> bytes:
    return bytes(client.get(PATH, headers={"Accept-Encoding": "gzip"}).data)


def _forget() -> None:
    sitecache.clear_all()
    build._fragments.clear()  # noqa: SLF001  as a new process begins
    packing._deflated.cache_clear()  # noqa: SLF001


def _edit() -> None:
    with transaction() as session:
        one = session.query(models.Event).filter_by(slug="treffen-7").one()
        one.title, one.revision, one.revised_at = f"{one.title}!", one.revision + 1, now()
        sitecache.bump(session, now())


def _entries() -> list[CalendarEntry]:
    with reading() as connection:
        ids = connection.execute(
            select(models.Event.id).where(models.Event.slug.startswith("treffen-"))
        )
        events = load_definitions(connection, ids.scalars().all())
    return [
        entry_for(event, date, public_url="https://events.example")
        for event in events
        for date in event.dates
    ]


def _by_library(entries: list[CalendarEntry]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//bench//")
    calendar.add("version", "2.0")
    for entry in entries:
        calendar.add_component(library_event(entry))
    return bytes(calendar.to_ical())


def library_event(entry: CalendarEntry) -> Event:
    event = Event()
    starts_at, ends_at = entry.starts_at, entry.ends_at
    assert starts_at
    assert ends_at
    organizer = vCalAddress(f"mailto:{entry.organizer_email}")
    organizer.params["CN"] = entry.organizer_name
    values: dict[str, Any] = {
        "uid": entry.uid,
        "sequence": entry.sequence,
        "dtstamp": entry.revised_at.astimezone(UTC),
        "last-modified": entry.revised_at.astimezone(UTC),
        "dtstart": starts_at.astimezone(BERLIN),
        "dtend": ends_at.astimezone(BERLIN),
        "summary": entry.title,
        "description": entry.description,
        "location": entry.location,
        "url": entry.url,
        "status": entry.status,
        "transp": "OPAQUE",
        "categories": list(entry.categories),
        "organizer": organizer,
    }
    for name, value in values.items():
        event.add(name, value)
    return event
