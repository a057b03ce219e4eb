"""What of the register the account of this request reaches."""

from flask import abort
from sqlalchemy import Connection

from eventapp.db import reading
from eventapp.networks.access import my_grants
from eventapp.networks.models import Scope
from eventapp.networks.queries import get_tree
from eventapp.networks.rules import PERMISSIONS, Permission
from eventapp.organisations import queries
from eventapp.organisations.rules import Reach, Registered


def has_register() -> bool:
    """Whether the account reaches the register at all; a role at one event does not."""
    return any(
        Permission.ORGANISATIONS_READ in PERMISSIONS[each.role] and each.scope is not Scope.EVENT
        for each in my_grants()
    )


def my_reach(connection: Connection) -> Reach:
    """How far the account's roles go; ends with 403 where that is nowhere."""
    reach = queries.reach_of(my_grants(), get_tree(connection))
    if not (reach.networks or reach.reads_all):
        abort(403)
    return reach


def my_edited(connection: Connection) -> Reach:
    """As `my_reach`, for who may edit somewhere."""
    reach = my_reach(connection)
    if not (reach.editable or reach.edits_all):
        abort(403)
    return reach


def get_readable(organisation_id: int) -> tuple[Registered, Reach]:
    """The entry and how far the account goes. Raises `NotFound`."""
    with reading() as connection:
        reach = my_reach(connection)
        return queries.get(connection, reach, organisation_id), reach


def get_editable(organisation_id: int) -> tuple[Registered, Reach]:
    """As `get_readable`; ends with 403 where the account may only read it."""
    organisation, reach = get_readable(organisation_id)
    if not reach.may_edit(organisation):
        abort(403)
    return organisation, reach
