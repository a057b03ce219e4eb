"""Which events an account has business with."""

from collections.abc import Sequence
from datetime import date

from flask import abort
from sqlalchemy import Connection, select

from eventapp.db import reading
from eventapp.errors import NotFound
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition, load_definitions
from eventapp.events.models import Event
from eventapp.networks.access import my_permissions
from eventapp.networks.queries import get_tree, may
from eventapp.networks.rules import Granted, Permission


def list_permitted(
    connection: Connection, grants: Sequence[Granted], permission: Permission, *, since: date
) -> list[EventDefinition]:
    """Events not over before `since` at which the grants give the permission, soonest first."""
    if not grants:
        return []
    ids = connection.execute(
        select(Event.id).where(Event.last_day >= since).order_by(Event.first_day, Event.id)
    )
    tree = get_tree(connection)
    events = load_definitions(connection, list(ids.scalars()))
    return [event for event in events if may(grants, permission, event, tree)]


def get_permitted(
    slug: str, permission: Permission
) -> tuple[EventDefinition, frozenset[Permission]]:
    """The event, and all that the account of this request may do at it.

    Raises `NotFound` alike for what there is not and for what the account may not read: the name of
    a draft is nobody's business. Ends the request with 403 where only the permission is missing.
    """
    with reading() as connection:
        event = get_definition(connection, slug)
    mine = my_permissions(event)
    if Permission.EVENTS_READ not in mine:
        raise NotFound
    if permission not in mine:
        abort(403)
    return event, mine
