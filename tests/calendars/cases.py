"""Events of every shape that calendar programs get wrong, on days that stay ahead of `TODAY`."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from eventapp import clock
from eventapp.db import transaction
from tests.factories import (
    Span,
    at,
    make_event,
    make_item,
    make_network,
    make_organisation,
    make_region,
    make_series,
    make_topic,
)

TODAY = datetime(2026, 12, 1, 9, tzinfo=UTC)
JANUARY, JULY = date(2027, 1, 13), date(2027, 7, 14)
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)  # the nights the clocks are changed

ROOM = "https://raum.example/j/84711?pwd=geheim"
DIAL_IN = "030 8471 1122"
FORGED = "mallory@example.com"

HOSTILE = (
    f'{"🎉" * 60}\r\nATTENDEE:mailto:{FORGED}\nEND:VEVENT\r \u202eמחר בערב\u202c; a, b \\N "c" ^n'
)
LONG = f"{ROOM} {DIAL_IN}\r\nBEGIN:VALARM\n" + "Überlänge; mit, Zeichen \\n und 🎈. " * 280
AWKWARD_NAME = 'Netz "Mitte"; Nord, Süd:West ^n\r\nATTENDEE:x'


def stand_at(instant: datetime) -> None:
    """It is that time now, and time goes on."""
    clock.shift(0)
    clock.shift((instant - clock.now()).total_seconds())


def _hours(day: date, start: int, end: int, minute: int = 0) -> list[Span]:
    return [(at(day, start, minute), at(day, end, minute))]


def _utc(hour: int, minute: int) -> datetime:
    return datetime(2027, 10, 31, hour, minute, tzinfo=UTC)


_ONLINE = {"has_online": True, "join_url": ROOM, "dial_in": DIAL_IN}
_HOSTILE: dict[str, Any] = {
    "title": HOSTILE,
    "summary": "",
    "description": f"{HOSTILE} {ROOM} {DIAL_IN}",
    "venue_name": HOSTILE,
    "venue_city": "رام الله \u2028 12",
    "organizer_name": AWKWARD_NAME,
    **_ONLINE,
}

OPEN: dict[str, dict[str, Any]] = {  # people sign up for these
    "januar": {"dates": _hours(JANUARY, 18, 20)},
    "juli": {"dates": _hours(JULY, 18, 20), **_ONLINE},
    "fruehlingsnacht": {"dates": _hours(SPRING, 1, 3, 30)},
    "herbstnacht": {"dates": _hours(AUTUMN, 1, 3, 30)},
    "doppelte-stunde": {"dates": [(_utc(0, 15), _utc(1, 15))]},
    "erste-halbe": {"dates": [(_utc(0, 15), _utc(0, 45))], **_ONLINE},
    "zweite-halbe": {"dates": [(_utc(1, 15), _utc(1, 45))], **_ONLINE, "has_in_person": False},
    "bis-in-den-sommer": {"dates": [(at(JANUARY, 23, 30), at(date(2027, 7, 1), 0, 30))]},
    "ganztags": {"dates": [(date(2027, 5, 13), date(2027, 5, 13))]},
    "zwei-tage": {"dates": [(SPRING, date(2027, 3, 29))]},
    "online": {"dates": _hours(JULY, 9, 10, 15), **_ONLINE, "has_in_person": False},
    "kurs": {
        "dates": [
            *_hours(JANUARY, 18, 20),
            *_hours(SPRING, 1, 3, 30),
            *_hours(JULY, 18, 20),
            *_hours(AUTUMN, 0, 2),
        ],
        **_ONLINE,
    },
    "kurs-mit-offener-zeit": {"dates": [(SPRING, SPRING), (AUTUMN, AUTUMN)]},
    "boese": {"dates": _hours(JULY, 10, 12), **_HOSTILE, "description": LONG},
    "boeser-kurs": {"dates": [*_hours(JANUARY, 8, 9), *_hours(AUTUMN, 1, 2)], **_HOSTILE},
    "knapp": {"dates": _hours(JULY, 14, 15), "capacity_in_person": 1},
    "knapper-kurs": {
        "dates": [*_hours(SPRING, 8, 9), *_hours(AUTUMN, 8, 9)],
        "capacity_in_person": 1,
        "offer_hours": 24,
    },
    "ein-platz-hier": {"dates": _hours(JULY, 16, 17), "capacity_in_person": 1, **_ONLINE},
    "mit-annahme": {"dates": _hours(JULY, 20, 21), "approval": True},
    "mit-nachweis": {"dates": _hours(JULY, 21, 22), "confirm_email": True},
}
CLOSED: dict[str, dict[str, Any]] = {
    "angekuendigt": {"dates": _hours(JANUARY, 10, 12), "status": "announced"},
    "zeit-offen": {"dates": [(AUTUMN, AUTUMN)], "status": "announced", **_HOSTILE},
    "abgesagt": {"dates": _hours(SPRING, 1, 3, 30), "status": "cancelled", **_HOSTILE},
    "ganztags-abgesagt": {"dates": [(SPRING, SPRING)], "status": "cancelled"},
    "meilenstein": {"dates": [(JULY, JULY)], "kind": "milestone", "has_in_person": False},
}
SERIES = ("reihe-1", "reihe-2", "reihe-3")  # each a date of one series, the second a course


def plan_all() -> None:
    """One house with all of these; its drafts are in no calendar."""
    with transaction() as session:
        roof = make_network(session, "dach", name=AWKWARD_NAME)
        network = make_network(session, "netz", parent=roof)
        guest = make_network(session, "gast")
        for slug, values in (OPEN | CLOSED).items():
            _plan(session, network, slug, co_networks=[guest], **values)
        _plan_series(session, network)
        _plan(session, network, "entwurf", status="draft", organizer_email=None)


def _plan(session: Session, network: Any, slug: str, **values: Any) -> None:
    event = make_event(session, slug, network=network, **{"title": f"Treffen {slug}", **values})
    if slug == "juli":
        make_item(session, event, "werkstatt", title=HOSTILE, capacity=5, room="Raum 1, Süd")


def _plan_series(session: Session, network: Any) -> None:
    series = make_series(session, network, title=HOSTILE)
    region = make_region(session, "land")
    place = make_region(session, "ort", parent_id=region.id)
    topics = [make_topic(session, "ehrenamt", HOSTILE), make_topic(session, "digitales")]
    host = make_organisation(session, "verein", name=AWKWARD_NAME)
    days: Sequence[Sequence[Span]] = (
        _hours(JANUARY, 10, 11),
        [*_hours(SPRING, 10, 11), *_hours(AUTUMN, 1, 3, 30)],
        [(JULY, JULY)],
    )
    for slug, dates in zip(SERIES, days, strict=True):
        belongs = {"series_id": series.id, "region_id": place.id, "kind": "training"}
        _plan(session, network, slug, dates=dates, topics=topics, hosts=[host], **belongs)
