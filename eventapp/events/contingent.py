"""Whose people the hosts of an event see: those of their own organisations, and of these only what
the list shows. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from eventapp.events.definition import EventDefinition, Host
from eventapp.events.models import HostPart
from eventapp.networks.queries import NetworkTree, list_networks_where
from eventapp.networks.rules import Granted, Permission

SEES_PEOPLE = (HostPart.ORGANISER, HostPart.COORDINATION)  # who funds or lends a logo sees nobody
_READ = Permission.REGISTRATIONS_READ


@dataclass(frozen=True)
class Contingent:
    """The organisations that are members of these networks, and these by themselves."""

    network_ids: tuple[int, ...]
    organisation_ids: tuple[int, ...]

    @property
    def as_json(self) -> dict[str, list[int]]:
        """As it is kept beside a file that was made of it."""
        return {"networks": [*self.network_ids], "organisations": [*self.organisation_ids]}


def find_contingent(
    grants: Sequence[Granted], event: EventDefinition, tree: NetworkTree
) -> Contingent | None:
    """What the grants make an account see as one of the hosts; None for nothing.

    A network is hosted for by whoever reads people in it, and has the members of all networks below
    whose people they read as well, with the bodies that lead them. An organisation is hosted for
    by whoever reads people in a network that it leads, and has its own people only. Of a draft
    hosts see nothing.
    """
    hosts = [host for host in event.hosts if host.part in SEES_PEOPLE]
    if not hosts or not grants or not event.is_public:
        return None
    read = {node.id for node, _depth in list_networks_where(grants, _READ, tree)}
    networks = {
        below
        for host in hosts
        if host.network and host.network.id in read
        for below in tree.descendant_ids(host.network.id) & read
    }
    leads = {tree.get(each).lead_id for each in networks} - {None}
    alone = {host.organisation_id for host in hosts if _leads(host, read, tree)}
    if not (networks or alone):
        return None
    organisations = sorted(each for each in leads | alone if each is not None)
    return Contingent(tuple(sorted(networks)), tuple(organisations))


def _leads(host: Host, network_ids: set[int], tree: NetworkTree) -> bool:
    """Whether the organisation leads one of these networks."""
    return host.organisation_id is not None and any(
        tree.get(each).lead_id == host.organisation_id for each in network_ids
    )
