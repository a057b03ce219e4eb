"""Moving a network below another: asked on a page that says what follows."""

from flask import request

from eventapp import clock
from eventapp.accounts.access import render_console
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Refused
from eventapp.forms import set_error
from eventapp.languages import gettext as _
from eventapp.networks import tree_actions
from eventapp.networks.access import asks, may_i, my_grants
from eventapp.networks.queries import (
    AtNetwork,
    NetworkNode,
    NetworkTree,
    count_holders,
    list_networks_where,
    load_tree,
)
from eventapp.networks.rules import Permission, is_operator
from eventapp.networks.tree_forms import MoveForm
from eventapp.networks.tree_routes import (
    TOP,
    Answer,
    Places,
    console,
    get_network,
    labels,
    note_network,
    to_network,
)
from eventapp.networks.tree_rules import consequences
from eventapp.numbers import number_in


@console.get("/<slug>/move")
@asks(Permission.NETWORKS_EDIT)
def move(slug: str) -> str:
    """Where it could go; with `?to=` what follows from that, and the button that does it."""
    shown, tree, _mine = get_network(slug, Permission.NETWORKS_EDIT)
    is_sent = "to" in request.args
    form, places = MoveForm(request.args if is_sent else None), _places(shown, tree)
    form.offer(labels(places))
    if is_sent:
        _check(form, places)
    return _show(form, shown, tree, places)


@console.post("/<slug>/move", endpoint="move_post")
@asks(Permission.NETWORKS_EDIT)
def move_post(slug: str) -> Answer:
    """Moves it, if it still is what the page said."""
    shown, tree, _mine = get_network(slug, Permission.NETWORKS_EDIT)
    form, now, places = MoveForm(), clock.now(), _places(shown, tree)
    form.offer(labels(places))
    if not _check(form, places):
        return _show(form, shown, tree, places), 422
    target, _depth = places[str(form.to.data)]
    seen = number_in(request.form.get("revision"), 0)
    before = tree.get(shown.parent_id).name if shown.parent_id else None
    try:
        with transaction() as session:
            target_id = target.id if target else None
            tree_actions.move_network(session, shown.id, target_id, seen=seen, now=now)
            change = {"parent": before}, {"parent": target.name if target else None}
            note_network(session, "network.moved", shown.id, *change, now)
    except Refused as refusal:
        set_error(form.to, sentence(refusal))
        shown, tree, _mine = get_network(slug, Permission.NETWORKS_EDIT)
        return _show(form, shown, tree, places), 422
    return to_network(slug, "moved")


def _places(shown: NetworkNode, tree: NetworkTree) -> Places:
    """Where the network may go. Nowhere where it would take people away from a controller above
    that one does not act for."""
    if shown.parent_id and not shown.has_own_controller:
        above = AtNetwork(tree.get(shown.parent_id))
        if not may_i(Permission.NETWORKS_EDIT, above):
            return {}
    grants, out = my_grants(), {*tree.descendant_ids(shown.id), shown.parent_id}
    mine = list_networks_where(grants, Permission.NETWORKS_EDIT, tree)
    top: Places = {TOP: (None, 0)} if is_operator(grants) and shown.parent_id else {}
    return top | {node.slug: (node, depth) for node, depth in mine if node.id not in out}


def _check(form: MoveForm, places: Places) -> bool:
    if form.validate() and str(form.to.data) not in places:
        set_error(form.to, _("Wählen Sie, wohin das Netzwerk soll."))
    return not form.errors


def _show(form: MoveForm, shown: NetworkNode, tree: NetworkTree, places: Places) -> str:
    """With the consequences where a place was chosen."""
    chosen = str(form.to.data)
    follows = holders = target = None
    if chosen in places and form.to.raw_data:
        target = places[chosen][0]
        with reading() as connection:
            after = load_tree(connection, moved=(shown.id, target.id if target else None))
            follows = consequences(tree, after, shown.id)
            holders = count_holders(connection, [node.id for node in tree.all()])
    return render_console(
        "tree/move.html",
        tab="networks",
        n=shown,
        parent=tree.get(shown.parent_id) if shown.parent_id else None,
        form=form,
        has_places=bool(places),
        follows=follows,
        holders=holders,
        target=target,
        errors=form.problems(),
    )
