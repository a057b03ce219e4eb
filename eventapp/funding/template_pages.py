"""The organisers' pages of a network's templates for funders: list, write, delete."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from eventapp import clock
from eventapp.accounts.access import render_console
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import NotFound
from eventapp.forms import set_error
from eventapp.funding import actions
from eventapp.funding.forms import TemplateForm
from eventapp.funding.queries import list_templates
from eventapp.funding.rules import NEUTRAL, FunderNameTaken, Part, Template
from eventapp.funding.words import part_label
from eventapp.networks.access import asks
from eventapp.networks.queries import NetworkNode, NetworkTree
from eventapp.networks.rules import Permission
from eventapp.networks.tree_routes import get_network, note_network

console = Blueprint("funders", __name__, url_prefix="/organise/networks/<slug>/funders")
ONE = "/<int(max=2147483647):template_id>"
EDIT = Permission.EVENTS_EDIT

Answer = str | tuple[str, int] | Response


@console.get("", endpoint="list")
@asks(EDIT)
def list_(slug: str) -> str:
    """The network's own, and those from above, which are changed there."""
    network, tree, _mine = get_network(slug, EDIT)
    with reading() as connection:
        rows = list_templates(connection, tree.ancestor_ids(network.id))
    return render_console(
        "funding/funders.html",
        tab="networks",
        n=network,
        rows=[(row, _said(row), tree.get(row.network_id or 0)) for row in rows],
        done=request.args.get("done"),
    )


def _said(template: Template) -> str:
    return ", ".join(part_label(part) for part in Part if template.has(part))


@console.get("/new")
@asks(EDIT)
def new(slug: str) -> str:
    """Begins as the neutral one."""
    network, _tree, _mine = get_network(slug, EDIT)
    return _show_form(network, TemplateForm(None), None)


@console.post("/new", endpoint="new_post")
@asks(EDIT)
def new_post(slug: str) -> Answer:
    network, _tree, _mine = get_network(slug, EDIT)
    return _save(network, None)


@console.get(ONE)
@asks(EDIT)
def edit(slug: str, template_id: int) -> str:
    network, tree, _mine = get_network(slug, EDIT)
    row = _own(network, tree, template_id)
    return _show_form(network, TemplateForm(None, row), row)


@console.post(ONE, endpoint="edit_post")
@asks(EDIT)
def edit_post(slug: str, template_id: int) -> Answer:
    network, tree, _mine = get_network(slug, EDIT)
    return _save(network, _own(network, tree, template_id))


@console.post(f"{ONE}/delete")
@asks(EDIT)
def delete(slug: str, template_id: int) -> Answer:
    """Events that chose it are left with the neutral one; what was filled in stays."""
    network, _tree, _mine = get_network(slug, EDIT)
    with transaction() as session:
        name = actions.remove_template(session, network.id, template_id)
        before = {"name": name}
        note_network(session, "funder.deleted", network.id, before, {}, clock.now())
    return _to_list(network, "deleted")


def _own(network: NetworkNode, tree: NetworkTree, template_id: int) -> Template:
    """Raises `NotFound`, also for what is another network's."""
    with reading() as connection:
        rows = list_templates(connection, tree.ancestor_ids(network.id))
    for row in rows:
        if (row.id, row.network_id) == (template_id, network.id):
            return row
    raise NotFound


def _save(network: NetworkNode, row: Template | None) -> Answer:
    """303 to the list, or the filled form with what is wrong."""
    form = TemplateForm(request.form, row or NEUTRAL)
    if not form.validate():
        return _show_form(network, form, row), 422
    values = form.values()
    try:
        with transaction() as session:
            actions.save_template(session, network.id, row.id if row else None, values)
            note_network(session, "funder.saved", network.id, _told(row), values, clock.now())
    except FunderNameTaken as refusal:
        set_error(form.name, sentence(refusal))
        return _show_form(network, form, row), 422
    return _to_list(network, "saved")


def _told(row: Template | None) -> dict[str, Any]:
    if row is None:
        return {}
    lists = {name: [*getattr(row, name)] for name in ("parts", "fields", "columns")}
    return {"name": row.name, "text": row.text, "statement": row.statement, **lists}


def _show_form(network: NetworkNode, form: TemplateForm, row: Template | None) -> str:
    return render_console(
        "funding/funder.html",
        tab="networks",
        n=network,
        form=form,
        row=row,
        errors=form.problems(),
    )


def _to_list(network: NetworkNode, done: str) -> Response:
    return redirect(url_for("funders.list", slug=network.slug, done=done), 303)
