"""Which series, and which of their events, the account of this request has business with."""

from typing import Any

from flask import abort
from sqlalchemy import Connection

from eventapp.db import reading
from eventapp.errors import NotFound
from eventapp.events.models import EventStatus
from eventapp.networks.access import my_grants, my_permissions
from eventapp.networks.queries import AtNetwork, NetworkNode, NetworkTree, get_tree, may
from eventapp.networks.rules import Permission
from eventapp.planning.queries import EventPlace, SeriesRow, find_series, list_series_members


def get_series_permitted(
    slug: str, permission: Permission
) -> tuple[SeriesRow, NetworkNode, frozenset[Permission]]:
    """The series, its network, and all that the account may do there.

    Raises `NotFound` alike for what there is not and for a network in which it may read nothing;
    ends with 403 where only the permission is missing.
    """
    with reading() as connection:
        row = find_series(connection, slug)
        if row is None:
            raise NotFound
        network = get_tree(connection).get(row.network_id)
    mine = my_permissions(AtNetwork(network))
    if Permission.EVENTS_READ not in mine:
        raise NotFound
    if permission not in mine:
        abort(403)
    return row, network, mine


def list_readable_ids(connection: Connection, series_id: int) -> list[int]:
    """The events of the series in order; other networks' drafts only where they may be read."""
    tree = get_tree(connection)
    rows = _members(connection, series_id, tree, Permission.EVENTS_READ, public_too=True)
    return [row.id for row in rows]


def list_editable(connection: Connection, series_id: int, tree: NetworkTree) -> list[Any]:
    """As above, the rows of those that may be changed; see `list_series_members`."""
    return _members(connection, series_id, tree, Permission.EVENTS_EDIT, public_too=False)


def _members(
    connection: Connection,
    series_id: int,
    tree: NetworkTree,
    permission: Permission,
    *,
    public_too: bool,
) -> list[Any]:
    grants = my_grants()
    return [
        row
        for row in list_series_members(connection, series_id)
        if (public_too and row.status != EventStatus.DRAFT)
        or may(grants, permission, EventPlace(row.id, tree.get(row.network_id)), tree)
    ]
