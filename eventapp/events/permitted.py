"""Which events an account has business with."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from flask import abort
from sqlalchemy import Connection, select

from eventapp.db import reading
from eventapp.errors import NotFound
from eventapp.events.contingent import Contingent, find_contingent
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition, load_definitions
from eventapp.events.models import Event
from eventapp.networks.access import my_grants, my_permissions
from eventapp.networks.queries import NetworkTree, find_grants, get_tree, may
from eventapp.networks.rules import OF_PEOPLE, Granted, Permission


def list_permitted(
    connection: Connection, grants: Sequence[Granted], permission: Permission, *, since: date
) -> list[EventDefinition]:
    """Events not over before `since` at which the grants give the permission, soonest first."""
    tree = get_tree(connection)
    return [
        event
        for event in _list_since(connection, grants, since)
        if may(grants, permission, event, tree)
    ]


def list_own_and_hosted(
    connection: Connection, grants: Sequence[Granted], *, since: date
) -> tuple[list[EventDefinition], list[EventDefinition]]:
    """Events not over before `since`, soonest first: those that the grants let see, and those of
    which they make one see a contingent."""
    tree = get_tree(connection)
    events = _list_since(connection, grants, since)
    return (
        [event for event in events if may(grants, Permission.EVENTS_READ, event, tree)],
        [event for event in events if people_of(grants, event, tree)[1]],
    )


def _list_since(
    connection: Connection, grants: Sequence[Granted], since: date
) -> list[EventDefinition]:
    if not grants:
        return []
    ids = connection.execute(
        select(Event.id).where(Event.last_day >= since).order_by(Event.first_day, Event.id)
    )
    return load_definitions(connection, list(ids.scalars()))


class WithPeople(NamedTuple):
    """An event whose people the account reads: all of them, or those of its own contingent."""

    event: EventDefinition
    may: frozenset[Permission]
    within: Contingent | None  # None: all


def get_with_people(slug: str) -> WithPeople:
    """The event for whoever reads its people, or as one of its hosts those of its own contingent.

    For all others as `get_permitted`.
    """
    with reading() as connection:
        event, tree = get_definition(connection, slug), get_tree(connection)
    may_there, within = people_of(my_grants(), event, tree)
    if within is None:
        return WithPeople(*get_permitted(slug, Permission.REGISTRATIONS_READ), None)
    return WithPeople(event, may_there, within)


def get_with_figures(slug: str) -> WithPeople:
    """As `get_with_people`, for what is counted only: whoever sees the event sees all figures."""
    with reading() as connection:
        event, tree = get_definition(connection, slug), get_tree(connection)
    mine = my_permissions(event)
    within = None if Permission.EVENTS_READ in mine else find_contingent(my_grants(), event, tree)
    if within is None:
        return WithPeople(*get_permitted(slug, Permission.EVENTS_READ), None)
    return WithPeople(event, frozenset({Permission.REGISTRATIONS_READ}), within)


def people_for(
    connection: Connection, account_id: int, event: EventDefinition
) -> tuple[frozenset[Permission], Contingent | None]:
    """As `people_of`, for an account that is not there to ask."""
    return people_of(find_grants(connection, account_id), event, get_tree(connection))


def people_of(
    grants: Sequence[Granted], event: EventDefinition, tree: NetworkTree
) -> tuple[frozenset[Permission], Contingent | None]:
    """What the grants allow at the event, and whose people they are bounded to, None for all.

    Hosts may do nothing but read their people.
    """
    mine = frozenset(each for each in Permission if may(grants, each, event, tree))
    if Permission.REGISTRATIONS_READ in mine:
        return mine, None
    within = find_contingent(grants, event, tree)
    if within is None:
        return mine, None
    return mine - OF_PEOPLE | {Permission.REGISTRATIONS_READ}, within


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
