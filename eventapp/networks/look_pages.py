"""How a network looks: logo and colours, with a preview, for the organisers."""

from flask import request

from eventapp import clock
from eventapp.accounts.access import render_console
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Refused
from eventapp.forms import set_error
from eventapp.networks import tree_actions
from eventapp.networks.access import asks
from eventapp.networks.inherited import Colours
from eventapp.networks.look import DEMANDS, full, in_the_dark
from eventapp.networks.look_form import LookForm
from eventapp.networks.models import Network
from eventapp.networks.queries import NetworkNode, NetworkTree, get_own_values
from eventapp.networks.rules import Permission
from eventapp.networks.tree_routes import (
    Answer,
    console,
    get_network,
    note_network,
    own_values,
    to_network,
)


@console.get("/<slug>/look")
@asks(Permission.NETWORKS_EDIT)
def look(slug: str) -> str:
    """The form and how it looks at present."""
    shown, tree, _mine = get_network(slug, Permission.NETWORKS_EDIT)
    with reading() as connection:
        own = get_own_values(connection, shown.id)
    form = LookForm(None, data=own, has_logo="logo" in shown.inherited.own)
    return _show(form, shown, tree)


@console.post("/<slug>/look", endpoint="look_post")
@asks(Permission.NETWORKS_EDIT)
def look_post(slug: str) -> Answer:
    """Saves it; with the button `preview` only shows it."""
    shown, tree, _mine = get_network(slug, Permission.NETWORKS_EDIT)
    form, now = LookForm(has_logo="logo" in shown.inherited.own), clock.now()
    if not form.validate():
        return _show(form, shown, tree), 422
    if "preview" in request.form:
        return _show(form, shown, tree)
    try:
        with transaction() as session:
            row = session.get_one(Network, shown.id)
            before = own_values(row) | _logo_of(shown)
            tree_actions.change_look(
                session,
                shown.id,
                form.colours(),
                logo=form.picture,
                alt=form.alt.data or "",
                drop_logo=form.drops_logo,
                seen=form.seen,
                now=now,
            )
            after = own_values(row) | _logo_after(form, shown)
            note_network(session, "network.look_changed", shown.id, before, after, now)
    except Refused as refusal:
        shown, tree, _mine = get_network(slug, Permission.NETWORKS_EDIT)
        form.revision.data, form.revision.raw_data = str(shown.revision), None
        set_error(form.brand, sentence(refusal))
        return _show(form, shown, tree), 422
    return to_network(slug, "look")


def _logo_of(shown: NetworkNode) -> dict[str, str]:
    logo = shown.inherited.logo
    return {"logo": logo.alt} if logo and "logo" in shown.inherited.own else {}


def _logo_after(form: LookForm, shown: NetworkNode) -> dict[str, str]:
    """A new picture shows in the log even where its words stayed."""
    if form.picture:
        return {"logo": f"{form.alt.data} ({form.picture.digest})"}
    return {} if form.drops_logo or not _logo_of(shown) else {"logo": str(form.alt.data)}


def _show(form: LookForm, shown: NetworkNode, tree: NetworkTree) -> str:
    """Colours left empty look as they are inherited from above."""
    above = tree.get(shown.parent_id).inherited.colours if shown.parent_id else Colours()
    typed = form.valid_colours()
    colours = Colours(**{name: typed[name] or getattr(above, name) for name in DEMANDS})
    return render_console(
        "tree/look.html",
        tab="networks",
        n=shown,
        form=form,
        light=full(colours),
        dark=in_the_dark(colours),
        errors=form.problems(),
    )
