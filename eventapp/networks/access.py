"""What the logged-in account may do, for pages that ask."""

from flask import abort

from eventapp.accounts.access import current_account
from eventapp.db import reading
from eventapp.networks.queries import Placed, find_grants, get_tree, may
from eventapp.networks.rules import PERMISSIONS, Granted, Permission


def my_grants() -> list[Granted]:
    """The roles of the account of this request; none for the public."""
    account = current_account()
    if account is None:
        return []
    with reading() as connection:
        return find_grants(connection, account.account_id)


def may_somewhere(permission: Permission) -> bool:
    """Whether the account of this request has the permission anywhere."""
    return any(permission in PERMISSIONS[granted.role] for granted in my_grants())


def may_i(permission: Permission, event: Placed) -> bool:
    """Whether the account of this request has the permission at this event."""
    grants = my_grants()
    if not grants:
        return False
    with reading() as connection:
        return may(grants, permission, event, get_tree(connection))


def my_permissions(event: Placed) -> frozenset[Permission]:
    """All that the account of this request may do at this event, for pages that differ by it."""
    grants = my_grants()
    with reading() as connection:
        tree = get_tree(connection)
    return frozenset(each for each in Permission if may(grants, each, event, tree))


def demand(permission: Permission, event: Placed) -> None:
    """Ends the request with 403 where the permission is missing."""
    if not may_i(permission, event):
        abort(403)
