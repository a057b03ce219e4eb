"""What changes in the tree of networks, and whom that concerns. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

from eventapp.errors import Refused
from eventapp.names import slug_words
from eventapp.networks.queries import NetworkNode, NetworkTree
from eventapp.networks.rules import Permission

SLUG_AT_MOST = 60
_TAKEN_ALWAYS = {"new"}  # /organise/networks/new is the form for a new one


class NetworkChanged(Refused):
    """Somebody else saved the network meanwhile; nothing of theirs is lost."""

    code = "network-changed"


class NobodyLeft(Refused):
    """With a controller of its own nobody could edit the network any more."""

    code = "nobody-left"
    field = "controller_name"


class BelowItself(Refused):
    """A network cannot belong to one that belongs to it."""

    code = "below-itself"
    field = "to"


def new_slug(name: str, taken: Collection[str]) -> str:
    """`engagiertes-land`, then `engagiertes-land-2`."""
    base = slug_words(name, "netzwerk", SLUG_AT_MOST)
    numbered = (f"{base}-{n}" for n in range(2, len(taken) + 4))
    refused = {*taken, *_TAKEN_ALWAYS}
    return next(slug for slug in (base, *numbered) if slug not in refused)


@dataclass(frozen=True)
class Consequences:
    """What moving a network changes: the networks whose roles begin or cease to reach it."""

    plan_gained: tuple[NetworkNode, ...]
    plan_lost: tuple[NetworkNode, ...]
    people_gained: tuple[NetworkNode, ...]
    people_lost: tuple[NetworkNode, ...]
    controller_before: str | None
    controller_after: str | None
    no_longer_shown: tuple[NetworkNode, ...]  # of what was shown upwards


def consequences(before: NetworkTree, after: NetworkTree, network_id: int) -> Consequences:
    """What differs between the trees for this network and those below it."""
    plan = [set(tree.ancestor_ids(network_id)) for tree in (before, after)]
    people = [
        set(tree.counting_ids(network_id, Permission.REGISTRATIONS_READ))
        for tree in (before, after)
    ]
    old, new = (tree.get(network_id).controller for tree in (before, after))

    def nodes(ids: set[int]) -> tuple[NetworkNode, ...]:
        return tuple(node for node, _depth in before.in_order() if node.id in ids)

    return Consequences(
        plan_gained=nodes(plan[1] - plan[0]),
        plan_lost=nodes(plan[0] - plan[1]),
        people_gained=nodes(people[1] - people[0]),
        people_lost=nodes(people[0] - people[1]),
        controller_before=old.name if old else None,
        controller_after=new.name if new else None,
        no_longer_shown=shown_to_others(before, after),
    )


def shown_to_others(before: NetworkTree, after: NetworkTree) -> tuple[NetworkNode, ...]:
    """The networks whose people would be shown to more than they were shown to: whoever said yes
    said it to those above it then."""
    shown = [node for node in after.all() if node.shows_people_above and before.has(node.id)]
    return tuple(
        node
        for node in shown
        if set(node.inherited.reader_ids) - set(before.get(node.id).inherited.reader_ids)
    )
