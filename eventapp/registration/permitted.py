"""The door of the organisers' pages about people: which event, and what the account may do."""

from flask import abort

from eventapp.db import reading
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition
from eventapp.networks.access import my_permissions
from eventapp.networks.rules import Permission


def event_for(slug: str, needed: Permission) -> tuple[EventDefinition, frozenset[Permission]]:
    """The event, with all that the account may do there. 404 where there is none, 403 where the
    permission is missing."""
    with reading() as connection:
        event = get_definition(connection, slug)
    may = my_permissions(event)
    if needed not in may:
        abort(403)
    return event, may
