"""The live page, and what it asks for every few seconds."""

import hashlib
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
from eventapp.live.rules import Told, points, tell
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission

console = Blueprint("live", __name__, url_prefix="/organise/events/<slug>/live")

Row = tuple[str, int, int | None]  # name, arrived, expected
CURVE = (1000, 300)  # units of the picture


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
        "ways": [(attendance_label(way), came[way], expected[way]) for way in event.attendances],
        "doors": [(name, n, None) for name, n in told.doors],
        "items": _items(event, told, queries.count_places(connection, event), everybody),
        "dates": _dates(event, told) if date else [],
        "points": points(told.curve, *CURVE) if told.curve else (),
        "curve": CURVE,
    }


def _items(event: EventDefinition, told: Told, held: dict[int, int], everybody: int) -> list[Row]:
    """What is chosen, and whatever else has a door: to that may come who is in the house."""
    return [
        (
            item.title,
            len(told.by_item.get(item.id, ())),
            held.get(item.id, 0) if item.is_choice else everybody,
        )
        for item in event.programme
        if item.is_choice or item.id in told.by_item
    ]


def _dates(event: EventDefinition, told: Told) -> list[Row]:
    return [
        (full_date(day), len(told.by_date.get(date.id, ())), None)
        for date in event.dates
        if (day := date.starts_at or date.starts_on)
    ]
