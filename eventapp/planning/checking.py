"""Looks a plan up in the calendar of the whole tree, as far as the asking account may read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from eventapp.db import reading
from eventapp.events.definition import EventDefinition
from eventapp.languages import present_language
from eventapp.networks.access import my_grants
from eventapp.networks.lands import LANDS
from eventapp.networks.queries import NetworkNode, NetworkTree, get_tree
from eventapp.planning.collisions import Collision, Plan, Span, collisions, spans_of
from eventapp.planning.free_days import holiday
from eventapp.planning.queries import list_busy


@dataclass(frozen=True)
class Checked:
    """What stands beside a plan: holidays by day, and the other events of each span."""

    network: NetworkNode
    root: NetworkNode
    holidays: Mapping[date, str]
    found: Mapping[Span, Sequence[Collision]]

    @property
    def land(self) -> str:
        """What its holidays are of; empty: of all of Germany."""
        return LANDS.get(self.network.land or "", "")

    @property
    def collisions(self) -> list[Collision]:
        """Those of all spans, each event once."""
        return list(dict.fromkeys(each for found in self.found.values() for each in found))


def check(
    network: NetworkNode,
    spans: Sequence[Span],
    *,
    kind: str = "",
    topics: frozenset[str] = frozenset(),
    but: int | None = None,
) -> Checked:
    """A fixed number of statements, however many spans; `but` is the event itself."""
    with reading() as connection:
        return _check(connection, network, spans, kind=kind, topics=topics, but=but)


def check_event(event: EventDefinition, *, by: timedelta) -> Checked:
    """As the event stands, so many days later; with itself, which would then be there too."""
    topics = frozenset(topic.slug for topic in event.topics)
    spans = [each.later(by) for each in spans_of(event.dates)]
    return check(event.network, spans, kind=event.kind, topics=topics)


def _check(
    connection: Connection,
    network: NetworkNode,
    spans: Sequence[Span],
    *,
    kind: str,
    topics: frozenset[str],
    but: int | None,
) -> Checked:
    tree = get_tree(connection)
    root = tree.get(tree.ancestor_ids(network.id)[-1])
    plan = Plan(kind, topics, _circle(tree, network.id), tuple(spans))
    others = list_busy(connection, my_grants(), tree, root.id, plan.spans, but=but)
    language = present_language()
    named = {
        day: holiday(day, network.land, language=language) for span in spans for day in span.days
    }
    return Checked(
        network=network,
        root=root,
        holidays={day: name for day, name in sorted(named.items()) if name},
        found={span: collisions(plan, span, others) for span in spans},
    )


def _circle(tree: NetworkTree, network_id: int) -> frozenset[int]:
    return frozenset({*tree.ancestor_ids(network_id), *tree.descendant_ids(network_id)})
