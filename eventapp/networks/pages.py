"""A network's public page, and the legal pages of whoever answers for what is shown."""

from flask import Blueprint, render_template

from eventapp import clock, web
from eventapp.db import reading
from eventapp.events.queries import Filter
from eventapp.networks.queries import get_tree
from eventapp.registration.listing import upcoming_and_past

pages = Blueprint("networks", __name__)
legal = Blueprint("legal", __name__)


@pages.get("/networks/<slug>")
def network(slug: str) -> str:
    """The network, those below it, and their dates."""
    with reading() as connection:
        tree = get_tree(connection)
        shown = tree.get_by_slug(slug)
        upcoming, past = upcoming_and_past(connection, Filter(network=slug), clock.now())
    web.show_network(shown)
    return render_template(
        "networks/network.html",
        network=shown,
        children=tree.children(shown.id),
        upcoming=upcoming,
        past=past,
    )


def _legal_page(template: str, slug: str | None) -> str:
    if slug is not None:
        with reading() as connection:
            web.show_network(get_tree(connection).get_by_slug(slug))
    return render_template(template, controller=web.responsible())


@legal.get("/imprint", defaults={"slug": None})
@legal.get("/networks/<slug>/imprint")
def imprint(slug: str | None) -> str:
    return _legal_page("legal/imprint.html", slug)


@legal.get("/privacy", defaults={"slug": None})
@legal.get("/networks/<slug>/privacy")
def privacy(slug: str | None) -> str:
    return _legal_page("legal/privacy.html", slug)


@legal.get("/accessibility", defaults={"slug": None})
@legal.get("/networks/<slug>/accessibility")
def accessibility(slug: str | None) -> str:
    return _legal_page("legal/accessibility.html", slug)


@legal.get("/help")
def help() -> str:  # noqa: A001  named like its address
    """Questions about signing up, answered."""
    return _legal_page("legal/help.html", None)
