"""Which events an account has business with."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, select

from eventapp.events.definition import EventDefinition
from eventapp.events.loading import load_definitions
from eventapp.events.models import Event
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
