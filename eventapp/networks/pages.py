"""A network's public page, and the legal pages of whoever answers for what is shown."""

from flask import Blueprint, Response, render_template

from eventapp import clock, web
from eventapp.db import reading
from eventapp.errors import NotFound
from eventapp.events.queries import Filter
from eventapp.languages import gettext as _
from eventapp.networks.look import look_of
from eventapp.networks.queries import find_logo, get_tree
from eventapp.registration.listing import upcoming_and_past
from eventapp.registration.nearby import nearby
from eventapp.registration.place_asked import asked_place
from eventapp.reporting.archive import list_kept

pages = Blueprint("networks", __name__)
legal = Blueprint("legal", __name__)


@pages.get("/networks/<slug>")
def network(slug: str) -> str | tuple[str, int]:
    """The network, those below it, and their dates."""
    now = clock.now()
    with reading() as connection:
        tree = get_tree(connection)
        shown = tree.get_by_slug(slug)
        upcoming, past = upcoming_and_past(connection, Filter(network=slug), now)
        left = list_kept(connection, [event.id for event, *_rest in past], now)
    web.show_network(shown)
    near = nearby(upcoming, *asked_place())
    page = render_template(
        "networks/network.html",
        network=shown,
        children=tree.children(shown.id),
        near=near,
        upcoming=near.rows,
        past=past,
        left=left,
    )
    return (page, 422) if near.is_wrong else page


@pages.get("/networks/<slug>/look-<digest>.css")
def look(slug: str, digest: str) -> Response:
    """The style sheet with the network's colours, which its address changes with."""
    with reading() as connection:
        found = look_of(get_tree(connection).get_by_slug(slug))
    if not found.digest or found.digest != digest:
        raise NotFound
    return _kept_long(Response(found.css, mimetype="text/css"))


@pages.get("/networks/<slug>/logo-<digest>")
def logo(slug: str, digest: str) -> Response:
    """The network's own logo; another picture has another address."""
    with reading() as connection:
        found = find_logo(connection, slug, digest)
    if found is None:
        raise NotFound
    media_type, data = found
    return _kept_long(Response(data, mimetype=media_type))


def _kept_long(response: Response) -> Response:
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _legal_page(page: str, heading: str, slug: str | None) -> str:
    """The page of the controller responsible; where several are, whose page is wanted."""
    with reading() as connection:
        tree = get_tree(connection)
        if slug is not None:
            web.show_network(tree.get_by_slug(slug))
    roots = tree.roots()
    if slug is None and len(roots) > 1:
        return render_template("legal/choose.html", page=page, heading=heading, networks=roots)
    whose = web.speaking()
    return render_template(
        f"legal/{page}.html",
        controller=whose and whose.controller,
        statement=whose and whose.inherited.accessibility,
    )


@legal.get("/imprint", defaults={"slug": None})
@legal.get("/networks/<slug>/imprint")
def imprint(slug: str | None) -> str:
    return _legal_page("imprint", _("Impressum"), slug)


@legal.get("/privacy", defaults={"slug": None})
@legal.get("/networks/<slug>/privacy")
def privacy(slug: str | None) -> str:
    return _legal_page("privacy", _("Datenschutz"), slug)


@legal.get("/accessibility", defaults={"slug": None})
@legal.get("/networks/<slug>/accessibility")
def accessibility(slug: str | None) -> str:
    return _legal_page("accessibility", _("Erklärung zur Barrierefreiheit"), slug)


@legal.get("/help")
def help() -> str:  # noqa: A001  named like its address
    """Questions about signing up, answered."""
    return render_template("legal/help.html")
