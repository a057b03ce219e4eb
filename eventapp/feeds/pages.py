"""The addresses of the feeds, their HTTP manners, and the page that offers them.

A program that asks again for what it has costs one look at one row. On a fault it gets the last
good copy: an error would make some programs switch the calendar off.
"""

from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, render_template, request
from flask_babel import gettext as _
from werkzeug.http import http_date, parse_date

from eventapp.clock import BERLIN, now
from eventapp.db import db, reading
from eventapp.errors import NotFound
from eventapp.events.models import Kind
from eventapp.feeds import kept, rules
from eventapp.feeds.build import Body, get_body
from eventapp.feeds.queries import NAMED, list_named, look
from eventapp.feeds.rules import Feed, Scope
from eventapp.formatting import kind_label
from eventapp.languages import present_language
from eventapp.networks.queries import get_tree

if TYPE_CHECKING:
    from datetime import datetime

    from config import Settings

pages = Blueprint("feeds", __name__)

RETRY_SECONDS = "300"


@pages.get("/calendar")
def calendar() -> str:
    return render_template("calendar/calendar.html", feeds=_offers())


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
    held = request.headers.get("If-None-Match")
    if held and (known := rules.matching_tag(held, tag)):
        return _unchanged(known)
    with reading() as connection:
        body = get_body(connection, feed, today, settings)
    if held == "*" or (held is None and _has_since(body.modified_at)):
        return _unchanged(body.tag)
    return _whole(body)


def _has_since(modified_at: "datetime") -> bool:
    """Whether a reader that knows no tags says it has a copy of this time or later."""
    since = parse_date(request.headers.get("If-Modified-Since"))
    return since is not None and since >= modified_at.replace(microsecond=0)


def _last_good(feed: Feed, settings: "Settings") -> Response:
    copy = kept.find(settings.data_dir, feed.address)
    if copy is None:
        text = "Der Kalender ist gerade nicht erreichbar.\n"
        return Response(text, 503, {"Retry-After": RETRY_SECONDS}, mimetype="text/plain")
    known = rules.matching_tag(request.headers.get("If-None-Match", ""), copy.tag)
    if known:
        return _unchanged(known)
    return _whole(Body(copy.tag, copy.modified_at, copy.body, b""))


def _unchanged(tag: str) -> Response:
    return Response(status=304, headers=_headers(tag), mimetype="text/calendar")


def _whole(body: Body) -> Response:
    is_gzip = bool(body.gzipped) and request.accept_encodings["gzip"] > 0
    tag = rules.gzip_tag(body.tag) if is_gzip else body.tag
    headers = _headers(tag) | {"Last-Modified": http_date(body.modified_at)}
    if is_gzip:
        headers["Content-Encoding"] = "gzip"
    return Response(body.gzipped if is_gzip else body.plain, 200, headers, "text/calendar")


def _headers(tag: str) -> dict[str, str]:
    return {
        "ETag": f'"{tag}"',
        "Cache-Control": "public, max-age=300",
        "Vary": "Accept-Encoding",
    }


def _offers() -> list[tuple[str, str, str, str]]:
    """Every feed as (label, https address, webcal address, anchor), the widest first."""
    with reading() as connection:
        networks = [(each.slug, each.name) for each in get_tree(connection).all()]
        named = [(folder, list_named(connection, folder)) for folder in NAMED]
    offers = [(str(_("Alle Veranstaltungen")), "all")]
    for folder, things in [("networks", networks), *named]:
        offers += [(name, f"{folder}/{slug}") for slug, name in things]
    offers += [(kind_label(each), f"kinds/{each}") for each in Kind]
    site = current_app.config["SETTINGS"].public_url
    return [_offer(site, label, path) for label, path in offers]


def _offer(site: str, label: str, path: str) -> tuple[str, str, str, str]:
    query = "?lang=en" if present_language() == "en" else ""
    address = f"//{site.partition('://')[2]}/calendar/{path}.ics{query}"
    scheme = site.partition("://")[0]
    return label, f"{scheme}:{address}", f"webcal:{address}", path.replace("/", "-")
