"""The public's pages of events: the list, what is past, one event, a series."""

import json
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import Connection

from eventapp import clock, web
from eventapp.clock import berlin_day
from eventapp.db import reading
from eventapp.events.definition import EventDefinition
from eventapp.events.queries import (
    Filter,
    get_public_event,
    get_series,
    list_names,
    list_past,
    list_past_networks,
    list_past_years,
    list_upcoming,
    told_in_lists,
)
from eventapp.events.schema_org import json_ld
from eventapp.forms import new_form_token, one_line
from eventapp.languages import asked_language
from eventapp.materials.queries import list_materials
from eventapp.materials.rules import Reader, shown_materials
from eventapp.names import sort_key
from eventapp.networks.queries import NetworkNode, get_tree
from eventapp.paging import Page, asked_page
from eventapp.registration.listing import Row, upcoming_and_past, with_places
from eventapp.registration.nearby import nearby
from eventapp.registration.place_asked import asked_place
from eventapp.registration.series_form import offers
from eventapp.reminders.openings import can_be_wished
from eventapp.reporting.archive import find_telling, list_kept
from eventapp.reporting.queries import find_public

pages = Blueprint("events", __name__)
ON_PAGE = 50  # of the archive


@pages.get("/", endpoint="list")
def list_() -> str:
    """Upcoming events by month, filtered by GET parameters."""
    wanted, asked, now = replace(_wanted(), year=""), asked_language(), clock.now()
    with reading() as connection:
        if wanted.network:
            web.show_network(get_tree(connection).find_by_slug(wanted.network))
        events = list_upcoming(connection, wanted, berlin_day(now))
        rows = with_places(connection, events, now)
        names = list_names(connection, wanted)
    return render_template(
        "events/list.html",
        months=_by_month(rows),
        filters=_filters(wanted, names),
        kept=[*_others(wanted, "q").items(), *([("lang", asked)] if asked else [])],
        q=wanted.q,
        total=len(rows),
        is_filtered=wanted.is_set,
        past_url=url_for("events.past", **_others(wanted)),
        reset_url=url_for("events.list"),
    )


@pages.get("/past")
def past() -> str:
    """Events that are over, the latest first, so many to a page: by year, by network, and by what
    is kept of them."""
    wanted, asked, now = _wanted(), asked_language(), clock.now()
    today = berlin_day(now)
    with reading() as connection:
        found = _telling(connection, wanted, now)
        page = Page(asked_page(request.args.get("page")), len(found), ON_PAGE)
        events = found[page.offset : page.offset + page.size]
        rows = with_places(connection, events, now)
        names = list_names(connection, wanted)
        years = list_past_years(connection, today)
        networks = list_past_networks(connection, today)
        kept = list_kept(connection, [each.id for each in events], now)
    narrowed = replace(wanted, year="", q="").is_set
    return render_template(
        "events/past.html",
        months=_by_month(rows),
        total=page.total,
        page=page,
        page_url=lambda number: url_for("events.past", **_others(wanted), page=number),
        left=kept,
        filters=[_years(wanted, years), *(_filters(wanted, names) if narrowed else [])],
        networks=networks,
        calendar_url=_calendar_of(wanted, years, networks),
        wanted=wanted,
        kept=[*_others(wanted, "q", "network").items(), *([("lang", asked)] if asked else [])],
        is_filtered=wanted.is_set,
        reset_url=url_for("events.past"),
    )


def _telling(connection: Connection, wanted: Filter, now: datetime) -> list[EventDefinition]:
    """What is over and holds each word sought: in what lists say of it, in its programme, in its
    report or in its materials."""
    words = list(dict.fromkeys(sort_key(wanted.q).split()))
    events = list_past(connection, replace(wanted, q=""), berlin_day(now))
    telling = {word: find_telling(connection, word, now) for word in words}
    if not words:
        return events
    texts = {each.id: f"{told_in_lists(each)} {_programme(each)}" for each in events}
    return [
        each
        for each in events
        if all(word in texts[each.id] or each.id in telling[word] for word in words)
    ]


def _programme(event: EventDefinition) -> str:
    parts = (part for each in event.programme for part in (each.title, *each.speakers))
    return sort_key(" ".join(parts))


def _calendar_of(
    wanted: Filter, years: list[int], networks: list[tuple[NetworkNode, int]]
) -> str | None:
    """Where the dates of the chosen year are as a calendar file, of the network if one is chosen;
    None where none is, or where more is narrowed than a feed can."""
    if wanted.year not in map(str, years) or _others(wanted, "year", "network"):
        return None
    if not wanted.network:
        return url_for("feeds.all_events", year=wanted.year)
    if wanted.network not in [node.slug for node, _depth in networks]:
        return None
    return url_for("feeds.network", slug=wanted.network, year=wanted.year)


def _years(wanted: Filter, years: list[int]) -> dict[str, Any]:
    found = [("", _("Alle")), *((str(year), str(year)) for year in years)]
    return _filter(wanted, _("Jahr"), "year", found)


@pages.get("/events/<slug>")
def event(slug: str) -> str:
    """One event; drafts are nobody's business."""
    now = clock.now()
    with reading() as connection:
        shown = get_public_event(connection, slug)
        [(_event, places, signup)] = with_places(connection, [shown], now)
        materials = list_materials(connection, shown.id)
        report = find_public(connection, shown.id)
    web.show_network(shown.network)
    public_url = current_app.config["SETTINGS"].public_url
    return render_template(
        "events/event.html",
        e=shown,
        places=places,
        signup=signup,
        opening_token=new_form_token(now) if can_be_wished(shown, signup) else None,
        canonical_url=f"{public_url}{url_for('events.event', slug=slug, lang=None)}",
        json_ld=_script_safe(json_ld(shown, signup, public_url, report.title if report else None)),
        report=report,
        preview=False,
        **shown_materials(materials, Reader(), now),
    )


@pages.get("/series/<slug>")
def series(slug: str) -> str | tuple[str, int]:
    """A series with its dates to come and gone."""
    now = clock.now()
    with reading() as connection:
        shown = get_series(connection, slug)
        web.show_network(get_tree(connection).get(shown.network_id))
        upcoming, gone = upcoming_and_past(connection, Filter(series=slug), now)
        left = list_kept(connection, [each.id for each, *_rest in gone], now)
    near = nearby(upcoming, *asked_place())
    page = render_template(
        "events/series.html",
        series=shown,
        near=near,
        upcoming=near.rows,
        past=gone,
        left=left,
        is_joint=offers(near.rows).are_several,
    )
    return (page, 422) if near.is_wrong else page


def _wanted() -> Filter:
    names = Filter.__dataclass_fields__
    return Filter(**{name: (one_line(request.args.get(name)) or "")[:100] for name in names})


def _others(wanted: Filter, *names: str) -> dict[str, Any]:
    """The filters given, but for the named ones."""
    return {other: value for other, value in vars(wanted).items() if value and other not in names}


def _by_month(rows: list[Row]) -> list[tuple[date, list[Row]]]:
    months = groupby(rows, key=lambda row: row[0].first_day.replace(day=1))
    return [(month, list(group)) for month, group in months]


def _filters(wanted: Filter, names: dict[str, str]) -> list[dict[str, Any]]:
    """The two that are always offered, and whichever else the address carries."""
    labels = {
        "network": _("Netzwerk"),
        "series": _("Reihe"),
        "topic": _("Thema"),
        "region": _("Region"),
    }
    narrowed = [
        _filter(wanted, labels[name], name, [("", _("Alle")), (getattr(wanted, name), text)])
        for name, text in names.items()
    ]
    conferences = "network_conference,specialist_conference"
    return [
        _filter(
            wanted,
            _("Teilnahme"),
            "attendance",
            [("", _("Alle")), ("in_person", _("Vor Ort")), ("online", _("Online"))],
        ),
        _filter(
            wanted,
            _("Art"),
            "kind",
            [
                ("", _("Alle")),
                (conferences, _("Konferenzen")),
                ("annual_meeting,network_meeting", _("Treffen")),
                ("online_seminar", _("Online-Seminare")),
            ],
        ),
        *narrowed,
    ]


def _filter(
    wanted: Filter, label: str, name: str, options: list[tuple[str, str]]
) -> dict[str, Any]:
    """A row of links; each keeps the other filters."""
    others, present = _others(wanted, name), getattr(wanted, name)

    def url(value: str) -> str:
        chosen: dict[str, Any] = {name: value} if value else {}
        return url_for(request.endpoint or "events.list", **others, **chosen)

    return {
        "label": label,
        "options": [(text, url(value), value == present) for value, text in options],
    }


def _script_safe(value: dict[str, Any]) -> Markup:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(value, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)
