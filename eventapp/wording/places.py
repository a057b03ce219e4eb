"""Where texts are written: at an event, or at a network for all events in it and below."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import Connection, select

from eventapp.db import reading
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition_by_id
from eventapp.events.models import Event
from eventapp.events.permitted import get_permitted
from eventapp.networks.queries import NetworkNode, NetworkTree, get_tree
from eventapp.networks.rules import Permission
from eventapp.networks.tree_routes import get_network
from eventapp.wording.queries import Known
from eventapp.wording.rules import Wordings, nearest


@dataclass(frozen=True)
class Place:
    """An event, or a network; `shown` is the event whose mails the preview shows."""

    network: NetworkNode
    event: EventDefinition | None
    shown: EventDefinition | None
    above: tuple[int, ...]  # networks, nearest first

    @property
    def tab(self) -> str:
        return "events" if self.event else "networks"

    @property
    def name(self) -> str:
        return self.event.title if self.event else self.network.name

    @property
    def scope(self) -> dict[str, int]:
        return {"event_id": self.event.id} if self.event else {"network_id": self.network.id}

    def url(self, endpoint: str, **values: Any) -> str:
        place, slug = ("events", self.event.slug) if self.event else ("networks", self.network.slug)
        return url_for(endpoint, place=place, slug=slug, **values)

    @property
    def home(self) -> str:
        """The page that leads here."""
        if self.event:
            return url_for("organise.event", slug=self.event.slug)
        return url_for("tree.network", slug=self.network.slug)

    def inherited(self, connection: Connection) -> Wordings:
        """What holds here as long as nothing is written here."""
        return nearest(Known(connection, []).above(self.above))


def load(place: str, slug: str) -> Place:
    """Raises `NotFound` alike for what there is not and for what one has nothing to do with; ends
    with 403 where only the permission lacks."""
    if place == "networks":
        return _network(slug)
    event, _may = get_permitted(slug, Permission.MESSAGES_SEND)
    with reading() as connection:
        tree = get_tree(connection)
    network = event.network
    return Place(network, event, event, (network.id, *tree.ancestor_ids(network.id)))


def _network(slug: str) -> Place:
    network, tree, _mine = get_network(slug, Permission.MESSAGES_SEND)
    with reading() as connection:
        shown = _find_shown(connection, tree, network)
    return Place(network, None, shown, tuple(tree.ancestor_ids(network.id)))


def _find_shown(
    connection: Connection, tree: NetworkTree, network: NetworkNode
) -> EventDefinition | None:
    """The latest event of the network, else of one below."""
    ids = tree.descendant_ids(network.id) | {network.id}
    found = connection.execute(
        select(Event.id)
        .where(Event.network_id.in_(ids))
        .order_by(Event.network_id != network.id, Event.first_day.desc(), Event.id)
        .limit(1)
    ).scalar()
    return None if found is None else get_definition_by_id(connection, found)
