"""What the logged-in account may do, for pages that ask."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, abort, current_app, g

from eventapp.accounts.access import current_account
from eventapp.db import reading
from eventapp.networks.models import Role, Scope
from eventapp.networks.queries import Placed, find_grants, get_tree, may
from eventapp.networks.rules import PERMISSIONS, Granted, Permission

P = ParamSpec("P")
R = TypeVar("R")

_POLICIES: dict[Callable[..., object], frozenset[Permission]] = {}


def asks(*needed: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declares beside a route what its page demands; nothing: only to be logged in.

    Who has the permission nowhere gets 403 here. Whether they have it at the event or network of
    the address is asked by the page, which knows it; `tests/house/test_permissions.py` asks every
    route in every role whether it keeps what is declared.
    """

    def declare(page: Callable[P, R]) -> Callable[P, R]:
        @wraps(page)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if needed and not any(may_somewhere(each) for each in needed):
                abort(403)
            return page(*args, **kwargs)

        _POLICIES[guarded] = frozenset(needed)
        return guarded

    return declare


def policies(app: Flask, endpoints: set[str]) -> dict[str, frozenset[Permission]]:
    """What each of these endpoints declares. Raises `LookupError` naming those that declare
    nothing: an application with an open door does not start."""
    views = {name: app.view_functions[name] for name in sorted(endpoints)}
    missing = [name for name, view in views.items() if view not in _POLICIES]
    if missing:
        raise LookupError(f"no policy declared (networks.access.asks): {', '.join(missing)}")
    return {name: _POLICIES[view] for name, view in views.items()}


def my_grants() -> list[Granted]:
    """The roles of the account of this request; none for the public, nor for an owner who has not
    yet a second factor."""
    return [] if must_set_up() else _granted()


def must_set_up() -> bool:
    """Whether the account of this request is an owner, anywhere, without a second factor. Where
    everybody may read the password, in the demo, none is demanded."""
    account = current_account()
    if account is None or account.has_second_factor or current_app.config["SETTINGS"].is_demo:
        return False
    return any(granted.role is Role.OWNER for granted in _granted())


def _granted() -> list[Granted]:
    account = current_account()
    if account is None:
        return []
    if "grants" not in g:
        with reading() as connection:
            g.grants = find_grants(connection, account.account_id)
    grants: list[Granted] = g.grants
    return grants


def may_somewhere(permission: Permission) -> bool:
    """Whether the account of this request has the permission anywhere."""
    return any(permission in PERMISSIONS[granted.role] for granted in my_grants())


def has_network_role() -> bool:
    """Whether the account of this request has a role that is not for one event only."""
    return any(granted.scope is not Scope.EVENT for granted in my_grants())


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
