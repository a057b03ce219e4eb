"""The addresses of the feeds, their HTTP manners, and the page that offers them.

A program that asks again for what it has costs one look at one row. On a fault it gets the last
good copy: an error would make some programs switch the calendar off.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, render_template, request
from flask_babel import gettext as _

from eventapp.calendar_files import Body, answer, held_tag, unchanged
from eventapp.clock import BERLIN, now
from eventapp.db import db, reading
from eventapp.errors import NotFound
from eventapp.events.models import Kind
from eventapp.feeds import kept, rules
from eventapp.feeds.build import get_body
from eventapp.feeds.queries import NAMED, list_named, look
from eventapp.feeds.rules import Feed, Scope
from eventapp.formatting import kind_label
from eventapp.languages import present_language
from eventapp.networks.queries import get_tree

if TYPE_CHECKING:
    from config import Settings

pages = Blueprint("feeds", __name__)

RETRY_SECONDS = "300"
CACHE_CONTROL = "public, max-age=300"


@pages.get("/calendar")
def calendar() -> str:
    return render_template("calendar/calendar.html", groups=_offers())


@pages.get("/calendar/all.ics")
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


def _answer(scope: Scope, slug: str = "") -> Response:
    language = "en" if request.args.get("lang") == "en" else "de"
    address = request.path if language == "de" else f"{request.path}?lang={language}"
    feed = Feed(address, scope, slug, language)
    settings: Settings = current_app.config["SETTINGS"]
    try:
        return _present(feed, settings)
    except NotFound:
        kept.forget(settings.data_dir, address)
        raise
    except Exception:
        current_app.logger.exception("fault at %s", address)
        return _last_good(feed, settings)


def _present(feed: Feed, settings: "Settings") -> Response:
    today = now().astimezone(BERLIN).date()
    state = look(db.engine)
    tag = rules.tag(feed, state, today, settings.public_url)
    if known := held_tag(tag):
        return unchanged(known, CACHE_CONTROL)
    with reading() as connection:
        body = get_body(connection, feed, today, settings)
    return answer(body, CACHE_CONTROL)


def _last_good(feed: Feed, settings: "Settings") -> Response:
    copy = kept.find(settings.data_dir, feed.address)
    if copy is None:
        text = "Der Kalender ist gerade nicht erreichbar.\n"
        return Response(text, 503, {"Retry-After": RETRY_SECONDS}, mimetype="text/plain")
    return answer(Body(copy.tag, copy.modified_at, copy.body), CACHE_CONTROL)


Offer = tuple[str, str, str, str]


def _offers() -> list[tuple[str, list[Offer]]]:
    """Every feed as (label, https address, webcal address, anchor), by group, the widest first."""
    with reading() as connection:
        networks = [(each.slug, each.name) for each in get_tree(connection).all()]
        named = {folder: list_named(connection, folder) for folder in NAMED}
    groups = [
        (_("Alle Veranstaltungen"), [(_("Alle Veranstaltungen"), "all")]),
        (_("Nach Netzwerk"), _in_folder("networks", networks)),
        (_("Nach Reihe"), _in_folder("series", named["series"])),
        (_("Nach Thema"), _in_folder("topics", named["topics"])),
        (_("Nach Region"), _in_folder("regions", named["regions"])),
        (_("Nach Art"), _in_folder("kinds", [(kind, kind_label(kind)) for kind in Kind])),
    ]
    site = current_app.config["SETTINGS"].public_url
    return [
        (heading, [_offer(site, label, path) for label, path in feeds])
        for heading, feeds in groups
        if feeds
    ]


def _in_folder(folder: str, things: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """(label, path below `/calendar`) of things given as (slug, name)."""
    return [(name, f"{folder}/{slug}") for slug, name in things]


def _offer(site: str, label: str, path: str) -> Offer:
    query = "?lang=en" if present_language() == "en" else ""
    address = f"//{site.partition('://')[2]}/calendar/{path}.ics{query}"
    scheme = site.partition("://")[0]
    return label, f"{scheme}:{address}", f"webcal:{address}", path.replace("/", "-")
