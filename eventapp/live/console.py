"""The live page, and what it asks for every few seconds."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, jsonify, make_response, render_template, request
from sqlalchemy import Connection

from eventapp import clock
from eventapp.accounts.access import render_console
from eventapp.checkin.conflicts import count_open
from eventapp.checkin.rules import date_at
from eventapp.db import reading
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Attendance
from eventapp.events.permitted import get_permitted
from eventapp.formatting import attendance_label, full_date
from eventapp.languages import present_language
from eventapp.live import queries
from eventapp.live.rules import Entrance, Told, points, tell
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission

console = Blueprint("live", __name__, url_prefix="/organise/events/<slug>/live")

CURVE = (1000, 300)  # units of the picture


@dataclass(frozen=True)
class Row:
    """How many have come of those for whom it is; `of` says more of a door."""

    name: str
    arrived: int
    expected: int
    of: str = ""


@console.get("")
@asks(Permission.EVENTS_READ)
def page(slug: str) -> str:
    """Who is in the house, who has come; without script it is read anew by hand."""
    event, mine = get_permitted(slug, Permission.EVENTS_READ)
    with reading() as connection:
        tag = _tag(connection, event, mine)
        told = _tell(connection, event, mine)
    return render_console("live/page.html", tab="events", e=event, tag=tag, **told)


@console.get("/figures")
@asks(Permission.EVENTS_READ)
def figures(slug: str) -> Any:
    """The figures of the page as HTML within JSON; 304 as long as nothing has changed."""
    event, mine = get_permitted(slug, Permission.EVENTS_READ)
    with reading() as connection:
        tag = _tag(connection, event, mine)
        if tag in request.if_none_match:
            answer = make_response("", 304)
        else:
            told = _tell(connection, event, mine)
            answer = jsonify(
                present=told["present"], html=render_template("live/figures.html", e=event, **told)
            )
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _tag(connection: Connection, event: EventDefinition, mine: frozenset[Permission]) -> str:
    """Names the state that the figures tell, in the reader's language, as far as they may act."""
    date = date_at(event, clock.now())
    state = (*queries.find_state(connection, event), event.id, event.revision, date and date.id)
    reader = (present_language(), Permission.REGISTRATIONS_EDIT in mine)
    return hashlib.sha256(repr((state, reader)).encode()).hexdigest()[:24]


def _tell(
    connection: Connection, event: EventDefinition, mine: frozenset[Permission]
) -> dict[str, Any]:
    """What the template shows; each row says what it is of, who has come, who is expected."""
    date = date_at(event, clock.now())
    told = tell(queries.list_scans(connection, event), date.id if date else None)
    expected = queries.count_expected(connection, event)
    everybody = expected.get(Attendance.IN_PERSON, 0)
    due = _due(event, queries.count_places(connection, event), everybody)
    entrances = queries.list_entrances(connection, event, date.id if date else None)
    online_at = [date.id] if date else [each.id for each in event.dates]
    came = {
        Attendance.IN_PERSON: len(told.arrived),
        Attendance.ONLINE: queries.count_online(connection, event, online_at),
    }
    return {
        "date": date,
        "present": len(told.inside),
        "expected": everybody,
        "told": told,
        "walk_ins": queries.count_walk_ins(connection, event),
        "unclear": count_open(connection, event.id),
        "may_decide": Permission.REGISTRATIONS_EDIT in mine,
        "ways": [Row(attendance_label(way), came[way], expected[way]) for way in event.attendances],
        "doors": _doors(event, told, entrances, due),
        "items": _items(event, told, due),
        "dates": _dates(event, told, everybody) if date else [],
        "points": points(told.curve, *CURVE) if told.curve else (),
        "curve": CURVE,
    }


Due = dict[int | None, int]
"""By programme item, and for the house: for how many it is."""


def _due(event: EventDefinition, held: Mapping[int, int], everybody: int) -> Due:
    """Who has chosen an item; to all else may come who is expected in the house."""
    due: Due = {None: everybody}
    for item in event.programme:
        due[item.id] = held.get(item.id, 0) if item.is_choice else everybody
    return due


def _doors(
    event: EventDefinition,
    told: Told,
    entrances: Iterable[Entrance],
    due: Due,
) -> list[Row]:
    """Every door of now, also where nobody has come yet; those of the house first. To each may come
    all that it leads: nobody is told which of two doors to take."""
    titles: dict[int | None, str] = {item.id: item.title for item in event.programme}
    found = {*told.doors, *entrances}
    return [
        Row(name, told.doors.get((name, item_id), 0), due.get(item_id, 0), titles.get(item_id, ""))
        for name, item_id in sorted(found, key=lambda each: (each[1] is not None, each))
    ]


def _items(event: EventDefinition, told: Told, due: Due) -> list[Row]:
    """What is chosen, and whatever else has a door."""
    return [
        Row(item.title, len(told.by_item.get(item.id, ())), due[item.id])
        for item in event.programme
        if item.is_choice or item.id in told.by_item
    ]


def _dates(event: EventDefinition, told: Told, everybody: int) -> list[Row]:
    return [
        Row(full_date(day), len(told.by_date.get(date.id, ())), everybody)
        for date in event.dates
        if (day := date.starts_at or date.starts_on) and not date.is_off
    ]
