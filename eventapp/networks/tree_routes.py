"""The blueprint that `tree_pages`, `look_pages` and `move_pages` fill, and what they share."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp.accounts.access import me
from eventapp.audit.actions import note
from eventapp.audit.rules import changes
from eventapp.db import reading
from eventapp.errors import NotFound
from eventapp.languages import gettext as _
from eventapp.networks.access import my_permissions
from eventapp.networks.models import Network
from eventapp.networks.queries import AtNetwork, NetworkNode, NetworkTree, get_tree
from eventapp.networks.rules import Permission

console = Blueprint("tree", __name__, url_prefix="/organise/networks")

Answer = str | tuple[str, int] | Response
Places = dict[str, tuple[NetworkNode | None, int]]  # by slug, with the depth
TOP = ""  # in forms: no network above


def get_network(
    slug: str, permission: Permission
) -> tuple[NetworkNode, NetworkTree, frozenset[Permission]]:
    """The network, the tree, and what one may do there. Raises `NotFound` alike for what there is
    not and for what one has nothing to do with; ends with 403 where only the permission lacks."""
    with reading() as connection:
        tree = get_tree(connection)
    shown = tree.get_by_slug(slug)
    mine = my_permissions(AtNetwork(shown))
    if Permission.EVENTS_READ not in mine:
        raise NotFound
    if permission not in mine:
        abort(403)
    return shown, tree, mine


def labels(places: Places) -> list[tuple[str, str]]:
    """The choices of a field, each network below its parent."""
    return [
        (slug, f"{'– ' * depth}{node.name}" if node else _("keinem anderen (ganz oben)"))
        for slug, (node, depth) in places.items()
    ]


def own_values(row: Network) -> dict[str, Any]:
    """What the log shows of a network: what it says of itself."""
    left_out = {"id", "revision", "lead_organisation_id", "parent_id"}
    columns = (each.name for each in Network.__table__.columns if each.name not in left_out)
    return {name: value for name in columns if (value := getattr(row, name)) not in (None, "")}


def note_network(
    session: Session,
    act: str,
    network_id: int,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    now: datetime,
) -> None:
    """Who did what to the network; read by whoever may read its log."""
    old, new = changes(before, after)
    note(
        session,
        act,
        by=me().account_id,
        now=now,
        network_id=network_id,
        subject=("network", network_id),
        before=old,
        after=new,
    )


def to_network(slug: str, done: str) -> Response:
    return redirect(url_for("tree.network", slug=slug, done=done), 303)
