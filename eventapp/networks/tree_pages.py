"""The tree of networks: each one's page, a new one, editing, and who above may see its people."""

from dataclasses import dataclass
from typing import Any

from flask import abort, request

from eventapp import clock
from eventapp.accounts.access import render_console
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Refused
from eventapp.forms import set_error
from eventapp.networks import tree_actions
from eventapp.networks.access import asks, my_grants
from eventapp.networks.lands import LANDS
from eventapp.networks.models import Network
from eventapp.networks.queries import (
    AtNetwork,
    NetworkNode,
    NetworkTree,
    get_own_values,
    get_tree,
    list_networks_where,
    may,
)
from eventapp.networks.rules import Permission, is_operator
from eventapp.networks.tree_forms import NetworkForm, NewNetworkForm
from eventapp.networks.tree_routes import (
    TOP,
    Answer,
    Places,
    console,
    get_network,
    labels,
    note_network,
    own_values,
    to_network,
)
from eventapp.networks.tree_rules import NetworkChanged


@dataclass(frozen=True)
class Branch:
    """A network of the list, and those below it that the account may see."""

    network: NetworkNode
    below: list["Branch"]


@console.get("/")
@asks(Permission.EVENTS_READ)
def list_() -> str:
    """The networks at which one has any role, each below its parent."""
    grants = my_grants()
    with reading() as connection:
        tree = get_tree(connection)
        mine = list_networks_where(grants, Permission.EVENTS_READ, tree)
        may_create = is_operator(grants) or bool(
            list_networks_where(grants, Permission.NETWORKS_EDIT, tree)
        )
    return render_console(
        "tree/list.html",
        tab="networks",
        branches=_branches([node for node, _depth in mine]),
        is_empty=not tree.all(),
        may_create=may_create,
    )


def _branches(nodes: list[NetworkNode]) -> list[Branch]:
    """Parents come first in `nodes`; who sees no parent stands at the top."""
    branches = {node.id: Branch(node, []) for node in nodes}
    top: list[Branch] = []
    for node in nodes:
        above = branches.get(node.parent_id or 0)
        (above.below if above else top).append(branches[node.id])
    return top


@console.get("/new")
@asks(Permission.NETWORKS_EDIT)
def new() -> str:
    """The form of a new network; `?parent=` chooses what it belongs to."""
    form = NewNetworkForm(None, data={"parent": request.args.get("parent", TOP)})
    return _show_new(form, _parents())


@console.post("/new", endpoint="new_post")
@asks(Permission.NETWORKS_EDIT)
def new_post() -> Answer:
    """A network with a name; all else it inherits."""
    form, parents = NewNetworkForm(), _parents()
    form.offer(labels(parents))
    if not form.validate():
        return _show_new(form, parents), 422
    (parent, _depth), now = parents[str(form.parent.data)], clock.now()
    with transaction() as session:
        made = tree_actions.create_network(
            session,
            name=str(form.name.data),
            description=form.description.data or "",
            parent_id=parent.id if parent else None,
            now=now,
        )
        note_network(session, "network.created", made.id, {}, own_values(made), now)
        slug = made.slug
    return to_network(slug, "created")


@console.get("/<slug>")
@asks(Permission.EVENTS_READ)
def network(slug: str) -> str:
    """What the network has of its own, and what it inherits from where; `?done=` what was done."""
    shown, tree, mine = get_network(slug, Permission.EVENTS_READ)
    grants = my_grants()
    below = [
        node
        for node in tree.children(shown.id)
        if may(grants, Permission.EVENTS_READ, AtNetwork(node), tree)
    ]
    return render_console(
        "tree/network.html",
        tab="networks",
        n=shown,
        parent=tree.get(shown.parent_id) if shown.parent_id else None,
        below=sorted(below, key=lambda node: node.name.casefold()),
        parts={name: tree.origin(shown.id, name) for name in _PARTS},
        lands=LANDS,
        readers=[tree.get(each) for each in shown.inherited.reader_ids],
        may_plan=Permission.EVENTS_EDIT in mine,
        may_write=Permission.MESSAGES_SEND in mine,
        may_edit=Permission.NETWORKS_EDIT in mine,
        may_invite=Permission.ROLES_GRANT in mine,
        done=request.args.get("done", ""),
    )


_PARTS = (
    "sender",
    "controller",
    "imprint",
    "accessibility",
    "logo",
    "assistance_days",
    "closes_days",
    "door_minutes",
    "land",
    "brand",
    "copper",
    "copper_line",
)


@console.get("/<slug>/edit")
@asks(Permission.NETWORKS_EDIT)
def edit(slug: str) -> str:
    """The form as the network stands."""
    shown, tree, _mine = get_network(slug, Permission.NETWORKS_EDIT)
    return _show_edit(NetworkForm(None, data=_stored(shown.id)), shown, tree)


@console.post("/<slug>/edit", endpoint="edit_post")
@asks(Permission.NETWORKS_EDIT)
def edit_post(slug: str) -> Answer:
    """Save, unless somebody else did since the form was opened: then both are shown."""
    shown, tree, _mine = get_network(slug, Permission.NETWORKS_EDIT)
    form, now = NetworkForm(), clock.now()
    if form.seen != shown.revision:
        form.validate()
        return _show_changed(form, slug)
    if not form.validate():
        return _show_edit(form, shown, tree), 422
    try:
        with transaction() as session:
            before = own_values(session.get_one(Network, shown.id))
            tree_actions.change_network(
                session,
                shown.id,
                form.values(),
                seen=form.seen,
                may_leave_alone=is_operator(my_grants()),
                now=now,
            )
            after = own_values(session.get_one(Network, shown.id))
            note_network(session, "network.edited", shown.id, before, after, now)
    except NetworkChanged:
        return _show_changed(form, slug)
    except Refused as refusal:
        set_error(form[refusal.field or "name"], sentence(refusal))
        return _show_edit(form, shown, tree), 422
    return to_network(slug, "saved")


@console.post("/<slug>/people", endpoint="people")
@asks(Permission.NETWORKS_EDIT)
def people(slug: str) -> Answer:
    """Lets the network above read this one's people (`shown=y`), or ends that."""
    shown, _tree, _mine = get_network(slug, Permission.NETWORKS_EDIT)
    is_shown, now = request.form.get("shown") == "y", clock.now()
    act = "network.people_shown" if is_shown else "network.people_hidden"
    with transaction() as session:
        is_done = tree_actions.show_people(session, shown.id, is_shown=is_shown, now=now)
        if is_done:
            before, after = ({"shows_people_above": each} for each in (not is_shown, is_shown))
            note_network(session, act, shown.id, before, after, now)
    return to_network(slug, ("shown" if is_shown else "hidden") if is_done else "kept")


def _parents() -> Places:
    """Below which one may make networks; ends with 403 where that is nowhere."""
    grants = my_grants()
    with reading() as connection:
        mine = list_networks_where(grants, Permission.NETWORKS_EDIT, get_tree(connection))
    top: Places = {TOP: (None, 0)} if is_operator(grants) else {}
    found: Places = top | {node.slug: (node, depth) for node, depth in mine}
    if not found:
        abort(403)
    return found


def _show_new(form: NewNetworkForm, parents: Places) -> str:
    form.offer(labels(parents))
    return render_console(
        "tree/new.html",
        tab="networks",
        form=form,
        is_first=list(parents) == [TOP],
        errors=form.problems(),
    )


def _stored(network_id: int) -> dict[str, Any]:
    with reading() as connection:
        return get_own_values(connection, network_id)


def _show_edit(
    form: NetworkForm, shown: NetworkNode, tree: NetworkTree, differs: list[str] | None = None
) -> str:
    above = tree.get(shown.parent_id) if shown.parent_id else None
    return render_console(
        "tree/edit.html",
        tab="networks",
        n=shown,
        form=form,
        errors=form.problems(),
        above={name: tree.origin(above.id, name) if above else None for name in _PARTS},
        from_above=above.inherited if above else None,
        lands=LANDS,
        differs=differs or [],
    )


def _show_changed(form: NetworkForm, slug: str) -> Answer:
    """What was typed, ready to be saved over what somebody else saved; and where both differ."""
    shown, tree, _mine = get_network(slug, Permission.NETWORKS_EDIT)
    present = _stored(shown.id)
    differs = [
        str(field.label.text)
        for field in form
        if field.name != "revision" and (field.data or None) != (present[field.name] or None)
    ]
    form.revision.data, form.revision.raw_data = str(shown.revision), None
    set_error(form.name, sentence(NetworkChanged()))
    return _show_edit(form, shown, tree, differs), 422
