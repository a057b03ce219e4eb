"""The addresses of the feeds, their HTTP manners, and the page that offers them.

A program that asks again for what it has costs one look at one row. On a fault it gets the last
good copy: an error would make some programs switch the calendar off.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Response, current_app, render_template, request
from flask_babel import gettext as _

from eventapp import kept_copies
from eventapp.calendar_files import Body, answer, held_tag, unchanged
from eventapp.clock import BERLIN, now
from eventapp.db import db, reading
from eventapp.errors import Gone, NotFound
from eventapp.events.models import Kind
from eventapp.events.queries import list_past_years
from eventapp.feeds import rules
from eventapp.feeds.addresses import FeedAddress, feed_address
from eventapp.feeds.build import get_body
from eventapp.feeds.own import get_body as get_own_body
from eventapp.feeds.own import get_state
from eventapp.feeds.queries import NAMED, list_named, look
from eventapp.feeds.routes import pages
from eventapp.feeds.rules import Feed, Scope
from eventapp.formatting import kind_label
from eventapp.networks.queries import get_tree

if TYPE_CHECKING:
    from config import Settings

RETRY_SECONDS = "300"
ALL = "/calendar/all.ics"
CACHE_CONTROL = "public, max-age=300"
PRIVATE = "private, no-cache"


@pages.get("/calendar")
def calendar() -> str:
    """All feeds, and what to do with one of them, `feed`, on one's own device."""
    groups, wanted = _offers(), request.args.get("feed", "")
    feeds = [feed for _heading, some in groups for feed in some]
    chosen = next((feed for feed in feeds if feed.anchor == wanted), feeds[0])
    return render_template("calendar/calendar.html", groups=groups, chosen=chosen)


@pages.get(ALL)
def all_events() -> Response:
    return _answer(Scope.ALL)


@pages.get("/calendar/networks/<slug>.ics")
def network(slug: str) -> Response:
    return _answer(Scope.NETWORK, slug)


@pages.get("/calendar/series/<slug>.ics")
def series(slug: str) -> Response:
    return _answer(Scope.SERIES, slug)


@pages.get("/calendar/topics/<slug>.ics")
def topic(slug: str) -> Response:
    return _answer(Scope.TOPIC, slug)


@pages.get("/calendar/regions/<slug>.ics")
def region(slug: str) -> Response:
    return _answer(Scope.REGION, slug)


@pages.get("/calendar/kinds/<kind>.ics")
def kind(kind: str) -> Response:
    return _answer(Scope.KIND, kind)


@pages.get("/events/<slug>.ics")
def event(slug: str) -> Response:
    return _answer(Scope.EVENT, slug)


@pages.get("/calendar/my/<token>.ics")
def own(token: str) -> Response:
    """One person's: whoever knows the address sees it."""
    language, address = _asked()
    try:
        return _present_own(token, language, address)
    except (NotFound, Gone):
        kept_copies.forget(address)
        raise
    except Exception:
        current_app.logger.exception("fault at a personal feed")
        return _last_good(kept_copies.find(address, token), PRIVATE)


def _present_own(token: str, language: str, address: str) -> Response:
    settings: Settings = current_app.config["SETTINGS"]
    today = now().astimezone(BERLIN).date()
    state = get_state(db.engine, token)
    tag = rules.own_tag(address, state, today, settings.public_url)
    if known := held_tag(tag):
        return unchanged(known, PRIVATE)
    return answer(
        get_own_body(db.engine, token, state, today, settings, address=address, language=language),
        PRIVATE,
    )


def _asked() -> tuple[str, str]:
    """The language asked for, and the address that stands for it."""
    language = "en" if request.args.get("lang") == "en" else "de"
    return language, request.path if language == "de" else f"{request.path}?lang={language}"


def _answer(scope: Scope, slug: str = "") -> Response:
    language, address = _asked()
    year = None if scope is Scope.EVENT else _asked_year()
    if year:
        address = f"{address}{'&' if '?' in address else '?'}year={year}"
    feed = Feed(address, scope, slug, language, year)
    settings: Settings = current_app.config["SETTINGS"]
    try:
        return _present(feed, settings)
    except NotFound:
        kept_copies.forget(address)
        raise
    except Exception:
        current_app.logger.exception("fault at %s", address)
        return _last_good(kept_copies.find(address), CACHE_CONTROL)


def _asked_year() -> int | None:
    """Of the archive. Raises `NotFound`."""
    text = request.args.get("year", "")
    if text and not re.fullmatch("[1-9][0-9]{3}", text):
        raise NotFound
    return int(text) if text else None


def _present(feed: Feed, settings: "Settings") -> Response:
    today = now().astimezone(BERLIN).date()
    state = look(db.engine)
    tag = rules.tag(feed, state, today, settings.public_url)
    if known := held_tag(tag):
        return unchanged(known, CACHE_CONTROL)
    with reading() as connection:
        if feed.year and feed.year not in list_past_years(connection, today):
            raise NotFound
        body = get_body(connection, feed, state, today, settings)
    return answer(body, CACHE_CONTROL)


def _last_good(copy: kept_copies.Copy | None, cache_control: str) -> Response:
    if copy is None:
        text = "Der Kalender ist gerade nicht erreichbar.\n"
        return Response(text, 503, {"Retry-After": RETRY_SECONDS}, mimetype="text/plain")
    return answer(Body(copy.tag, copy.modified_at, copy.body), cache_control)


def _offers() -> list[tuple[str, list[FeedAddress]]]:
    """Every feed by group, the widest first."""
    with reading() as connection:
        networks = [(each.slug, each.name) for each in get_tree(connection).all()]
        named = {folder: list_named(connection, folder) for folder in NAMED}
    groups = [
        (_("Alle Veranstaltungen"), [feed_address(_("Alle Veranstaltungen"), ALL, "all")]),
        (_("Nach Netzwerk"), _in_folder("networks", networks)),
        (_("Nach Reihe"), _in_folder("series", named["series"])),
        (_("Nach Thema"), _in_folder("topics", named["topics"])),
        (_("Nach Region"), _in_folder("regions", named["regions"])),
        (_("Nach Art"), _in_folder("kinds", [(kind, kind_label(kind)) for kind in Kind])),
    ]
    return [(heading, feeds) for heading, feeds in groups if feeds]


def _in_folder(folder: str, things: Iterable[tuple[str, str]]) -> list[FeedAddress]:
    """Of things given as (slug, name)."""
    return [
        feed_address(name, f"/calendar/{folder}/{slug}.ics", f"{folder}-{slug}")
        for slug, name in things
    ]
