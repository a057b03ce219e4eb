"""The event's form with the networks and series that the asking account may choose."""

from typing import Any

from flask import abort, request

from eventapp import clock
from eventapp.db import reading
from eventapp.events.definition import EventDefinition
from eventapp.networks.access import my_grants
from eventapp.networks.queries import NetworkNode, get_tree, list_networks_where, may
from eventapp.networks.rules import Permission
from eventapp.planning.following import those_after
from eventapp.planning.forms import EventForm
from eventapp.planning.host_rows import host_choices
from eventapp.planning.queries import list_hosts_for, list_series_for
from eventapp.planning.series_permitted import list_editable
from eventapp.planning.topics import list_topics


def event_form(formdata: Any, event: EventDefinition | None = None) -> EventForm:
    """A new event's form, or that of one that stands; its own network and series stay choices."""
    grants = my_grants()
    with reading() as connection:
        tree = get_tree(connection)
        mine = list_networks_where(grants, Permission.EVENTS_EDIT, tree)
        # Elsewhere its people would be read by whoever may read them there.
        is_fixed = event and not may(grants, Permission.REGISTRATIONS_EDIT, event, tree)
        ids = {node.id for node, _depth in mine}
        series, own = list_series_for(connection, ids, event.id if event else 0)
        members = list_editable(connection, own.id, tree) if own else []
        hosts = list_hosts_for(connection, grants, tree) if event else []
        topics = list_topics(connection)
    asked = "" if event else request.args.get("series", "")
    return EventForm(
        formdata,
        networks=_networks_for(event, [] if is_fixed else mine) if event else mine,
        event=event,
        topics=topics,
        series=series,
        chosen=own.slug if own else asked,
        following=those_after(event, members, clock.now()) if event else [],
        host_choices=host_choices(event.hosts, hosts) if event else None,
    )


def my_networks() -> list[tuple[NetworkNode, int]]:
    """Where the account may plan; ends with 403 where that is nowhere."""
    found = networks_with_edit()
    if not found:
        abort(403)
    return found


def networks_with_edit() -> list[tuple[NetworkNode, int]]:
    grants = my_grants()
    with reading() as connection:
        return list_networks_where(grants, Permission.EVENTS_EDIT, get_tree(connection))


def _networks_for(
    event: EventDefinition, mine: list[tuple[NetworkNode, int]]
) -> list[tuple[NetworkNode, int]]:
    """Where the account may move the event; whoever may edit it alone leaves it where it is."""
    is_own = any(node.id == event.network.id for node, _depth in mine)
    return mine if is_own else [(event.network, 0)]


def network_id(form: EventForm) -> int:
    """Of the network chosen, once the form is valid."""
    if "network" in form:
        return form.networks[str(form.network.data)].id
    [only] = form.networks.values()
    return only.id
