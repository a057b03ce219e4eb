"""What every page shares: security headers, the context of templates, the language links."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from flask import Flask, Response, current_app, g, request
from markupsafe import Markup

from eventapp.db import LOCK_SECONDS, reading
from eventapp.errors import NotFound
from eventapp.languages import asked_language, present_language, was_negotiated
from eventapp.languages import gettext as _
from eventapp.networks.inherited import Controller
from eventapp.networks.look import look_of
from eventapp.networks.queries import NetworkNode, get_tree
from eventapp.pagecache import slot


@dataclass(frozen=True)
class Site:
    """Whose pages these are: the wordmark in two or three lines."""

    name_lines: tuple[str, ...]

    @property
    def name(self) -> str:
        return " ".join(self.name_lines)


SELF = "'self'"
# How the rules of what is no page end.
FILES = ("<path:filename>", "<digest>", ".css", ".ics", ".png", ".webmanifest", ".zip")
V = TypeVar("V", bound=Callable[..., Any])
KEYS = {"token", "code"}  # as routes name the part of an address that is somebody's key


def init_app(app: Flask) -> None:
    app.before_request(_refuse_nul)
    app.before_request(_allow_upload)
    app.url_defaults(_carry_language)
    app.after_request(_add_headers)
    app.after_request(_add_caching)
    app.context_processor(_page_context)
    app.add_template_global(slot)
    app.add_template_global(typed_lang)
    app.add_template_filter(wordmark)


def show_network(network: NetworkNode | None) -> None:
    """This request's page speaks for this network: its wordmark, its legal pages."""
    g.network = network


def responsible() -> Controller | None:
    """The controller of the page shown."""
    network = speaking()
    return network.controller if network else None


def speaking() -> NetworkNode | None:
    """The network that the page shown speaks for, else the only root there is."""
    network: NetworkNode | None = g.get("network")
    if network is None:
        with reading() as connection:
            roots = get_tree(connection).roots()
        network = roots[0] if len(roots) == 1 else None
    return network


def _page_context() -> dict[str, Any]:
    network: NetworkNode | None = g.get("network")
    whose = speaking()
    return {
        **_OPTIONAL,
        "site": Site(tuple(wordmark(network.name))) if network else _neutral_site(),
        "responsible": whose and whose.controller,
        "legal_slug": {"slug": whose.slug} if whose else {},
        "look": look_of(whose),
        "lang": present_language(),
        "csp_nonce": csp_nonce(),
        "other_language_url": _other_language_url(),
    }


_OPTIONAL = {"canonical_url": None, "section": "events"}  # a page may say otherwise


def _neutral_site() -> Site:
    return Site((_("Veranstaltungen"), _("Engagement und Ehrenamt")))


def wordmark(name: str) -> list[str]:
    """A network's name in at most three lines, the first word or two standing out."""
    words, lines = name.split(), [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + len(word) > 21 and len(lines) < 3:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def typed_lang() -> Markup:
    """The attribute of an element that holds an organiser's German words, on pages in English."""
    return Markup("") if present_language() == "de" else Markup(' lang="de"')


def allow_forms_to_leave() -> None:
    """This page's form is answered by a redirect to another host (the online door's)."""
    g.form_action = "'self' https: http:"


def csp_nonce() -> str:
    """The nonce of this response's scripts."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def _other_language_url() -> str:
    other = "en" if present_language() == "de" else "de"
    values = {**request.args.to_dict(flat=False), "lang": [other]}
    return f"{quote(request.path)}?{urlencode(values, doseq=True)}"


def _carry_language(endpoint: str, values: dict[str, Any]) -> None:
    """Links, forms and redirects to pages keep a language that the address asked for.

    `lang=None` asks for the address without it.
    """
    asked = asked_language()
    if asked and not next(current_app.url_map.iter_rules(endpoint)).rule.endswith(FILES):
        values.setdefault("lang", asked)


def takes_upload(most: int) -> Callable[[V], V]:
    """Declares below a route's check that its form may be so many bytes, files included."""

    def declare(page: V) -> V:
        page.most_uploaded = most  # type: ignore[attr-defined]  # `wraps` carries it outward
        return page

    return declare


def _allow_upload() -> None:
    """Before any check looks into the form."""
    view = current_app.view_functions.get(request.endpoint or "")
    most: int | None = getattr(view, "most_uploaded", None)
    if most is not None:
        request.max_content_length = most


def _refuse_nul() -> None:
    """No address of ours has one, and PostgreSQL takes none in a text."""
    if "\0" in request.path:
        raise NotFound


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
    if response.mimetype == "text/html":
        nonce = f" 'nonce-{g.csp_nonce}'" if "csp_nonce" in g else ""
        headers.setdefault(
            "Content-Security-Policy",
            "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
            f"script-src 'self' 'wasm-unsafe-eval'{nonce}; "
            f"form-action {g.get('form_action', SELF)}; "
            "frame-ancestors 'none'",
        )
    return response


def _add_caching(response: Response) -> Response:
    """What stays out of caches, whom a kept page is for, and when to come back."""
    if KEYS & set(request.view_args or ()):
        response.headers.setdefault("Cache-Control", "private, no-store")
    if was_negotiated():
        response.vary.add("Accept-Language")
    if response.status_code == 503:
        response.headers.setdefault("Retry-After", str(LOCK_SECONDS))
    return response
