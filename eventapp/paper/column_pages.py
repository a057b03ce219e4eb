"""The organisers' pages of a network's columns for sheets to sign: list, write, delete."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from eventapp import clock
from eventapp.accounts.access import render_console
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import NotFound
from eventapp.forms import set_error
from eventapp.networks.access import asks
from eventapp.networks.queries import NetworkNode, NetworkTree
from eventapp.networks.rules import Permission
from eventapp.networks.tree_routes import get_network, note_network
from eventapp.paper import saved
from eventapp.paper.columns import chosen
from eventapp.paper.forms import ColumnsForm
from eventapp.paper.saved import ColumnsNameTaken, Saved

console = Blueprint("columns", __name__, url_prefix="/organise/networks/<slug>/columns")
ONE = "/<int(max=2147483647):saved_id>"
EDIT = Permission.EVENTS_EDIT

Answer = str | tuple[str, int] | Response


@console.get("", endpoint="list")
@asks(EDIT)
def list_(slug: str) -> str:
    """The network's own, and those from above, which are changed there."""
    network, tree, _mine = get_network(slug, EDIT)
    with reading() as connection:
        rows = saved.list_saved(connection, tree.ancestor_ids(network.id))
    return render_console(
        "paper/columns.html",
        tab="networks",
        n=network,
        rows=[(row, _headings(row), tree.get(row.network_id)) for row in rows],
        done=request.args.get("done"),
    )


def _headings(row: Saved) -> str:
    return ", ".join(column.heading for column in chosen(row.columns, row.free))


@console.get("/new")
@asks(EDIT)
def new(slug: str) -> str:
    network, _tree, _mine = get_network(slug, EDIT)
    return show_form(network, ColumnsForm(None), None)


@console.post("/new", endpoint="new_post")
@asks(EDIT)
def new_post(slug: str) -> Answer:
    network, _tree, _mine = get_network(slug, EDIT)
    return _save(network, None)


@console.get(ONE)
@asks(EDIT)
def edit(slug: str, saved_id: int) -> str:
    network, tree, _mine = get_network(slug, EDIT)
    row = _own(network, tree, saved_id)
    free = ", ".join(row.free)
    form = ColumnsForm(None, data={"name": row.name, "columns": row.columns, "free": free})
    return show_form(network, form, row)


@console.post(ONE, endpoint="edit_post")
@asks(EDIT)
def edit_post(slug: str, saved_id: int) -> Answer:
    network, tree, _mine = get_network(slug, EDIT)
    return _save(network, _own(network, tree, saved_id))


@console.post(f"{ONE}/delete")
@asks(EDIT)
def delete(slug: str, saved_id: int) -> Answer:
    """Files that were made stay as they are."""
    network, _tree, _mine = get_network(slug, EDIT)
    with transaction() as session:
        name = saved.remove(session, network.id, saved_id)
        before = {"name": name}
        note_network(session, "columns.deleted", network.id, before, {}, clock.now())
    return _to_list(network, "deleted")


def _own(network: NetworkNode, tree: NetworkTree, saved_id: int) -> Saved:
    """Raises `NotFound`, also for what is another network's."""
    with reading() as connection:
        rows = saved.list_saved(connection, tree.ancestor_ids(network.id))
    found = [row for row in rows if (row.id, row.network_id) == (saved_id, network.id)]
    if not found:
        raise NotFound
    return found[0]


def _save(network: NetworkNode, row: Saved | None) -> Answer:
    """303 to the list, or the filled form with what is wrong."""
    form = ColumnsForm(request.form)
    if not form.validate():
        return show_form(network, form, row), 422
    after = {"name": form.name.data, **form.wishes}
    try:
        with transaction() as session:
            number = row.id if row else None
            saved.save(session, network.id, number, form.name.data or "", form.wishes)
            note_network(session, "columns.saved", network.id, _told(row), after, clock.now())
    except ColumnsNameTaken as refusal:
        set_error(form.name, sentence(refusal))
        return show_form(network, form, row), 422
    return _to_list(network, "saved")


def _told(row: Saved | None) -> dict[str, Any]:
    return {"name": row.name, "columns": [*row.columns], "free": [*row.free]} if row else {}


def show_form(network: NetworkNode, form: ColumnsForm, row: Saved | None) -> str:
    """The page that asks for a name and columns."""
    return render_console(
        "paper/columns_edit.html",
        tab="networks",
        n=network,
        form=form,
        row=row,
        errors=form.problems(),
    )


def _to_list(network: NetworkNode, done: str) -> Response:
    return redirect(url_for("columns.list", slug=network.slug, done=done), 303)
