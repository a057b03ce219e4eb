"""Reads of networks: the whole tree at once (there are dozens, not thousands), cached."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Protocol

from sqlalchemy import Connection, distinct, func, select, tuple_

from eventapp.accounts.factor_queries import with_second_factor
from eventapp.accounts.models import Account
from eventapp.errors import NotFound
from eventapp.networks.inherited import Controller, Inherited, Sender, resolve
from eventapp.networks.models import Grant, Network, NetworkLogo, Organisation, Role, Scope
from eventapp.networks.rules import Granted, Permission, allows, counting
from eventapp.sitecache import SiteCache


@dataclass(frozen=True)
class NetworkNode:
    """One network as pages and mails see it, with what it inherits already resolved."""

    id: int
    slug: str
    name: str
    description: str
    parent_id: int | None
    lead: str | None  # name of the leading organisation
    lead_id: int | None
    child_ids: tuple[int, ...]
    revision: int
    shows_people_above: bool
    inherited: Inherited

    @property
    def sender(self) -> Sender | None:
        return self.inherited.sender

    @property
    def controller(self) -> Controller | None:
        return self.inherited.controller

    @property
    def land(self) -> str | None:
        return self.inherited.land

    @property
    def has_own_controller(self) -> bool:
        return "controller" in self.inherited.own


class NetworkTree:
    """All networks, by id and by slug."""

    def __init__(self, nodes: list[NetworkNode]) -> None:
        self._by_id = {node.id: node for node in nodes}
        self._by_slug = {node.slug: node for node in nodes}

    def get(self, network_id: int) -> NetworkNode:
        return self._by_id[network_id]

    def get_by_slug(self, slug: str) -> NetworkNode:
        """Raises `NotFound`."""
        try:
            return self._by_slug[slug]
        except KeyError:
            raise NotFound from None

    def has(self, network_id: int) -> bool:
        return network_id in self._by_id

    def find_by_slug(self, slug: str) -> NetworkNode | None:
        return self._by_slug.get(slug)

    def roots(self) -> list[NetworkNode]:
        return [node for node in self._by_id.values() if node.parent_id is None]

    def all(self) -> list[NetworkNode]:
        """Every network, by name."""
        return sorted(self._by_id.values(), key=lambda node: node.name.casefold())

    def in_order(self) -> list[tuple[NetworkNode, int]]:
        """Every network with its depth, each below its parent, siblings by name."""
        found: list[tuple[NetworkNode, int]] = []
        waiting = [(node, 0) for node in reversed(self.all()) if node.parent_id is None]
        while waiting:
            node, depth = waiting.pop()
            found.append((node, depth))
            below = sorted(self.children(node.id), key=lambda child: child.name.casefold())
            waiting.extend((child, depth + 1) for child in reversed(below))
        return found

    def children(self, network_id: int) -> list[NetworkNode]:
        return [self._by_id[child] for child in self._by_id[network_id].child_ids]

    def descendant_ids(self, network_id: int) -> set[int]:
        """The network itself and all below it."""
        found, waiting = set(), [network_id]
        while waiting:
            current = waiting.pop()
            found.add(current)
            waiting.extend(self._by_id[current].child_ids)
        return found

    def find_descendant_ids(self, slug: str) -> set[int]:
        """As `descendant_ids`, empty for an unknown slug."""
        node = self._by_slug.get(slug)
        return self.descendant_ids(node.id) if node else set()

    def ancestor_ids(self, network_id: int) -> list[int]:
        """The network itself and all above it, nearest first."""
        chain = [self._by_id[network_id]]
        while chain[-1].parent_id is not None:
            chain.append(self._by_id[chain[-1].parent_id])
        return [node.id for node in chain]

    def counting_ids(self, network_id: int, permission: Permission) -> Sequence[int]:
        """The networks whose roles give the permission at this one; see `rules.counting`."""
        node, above = self.get(network_id), self.ancestor_ids(network_id)
        answers = self.get_by_slug(node.controller.slug).id if node.controller else None
        return counting(permission, above, answers, node.inherited.reader_ids)

    def origin(self, network_id: int, name: str) -> NetworkNode | None:
        """The network that this one has it from (itself, where it is its own); see `Inherited`."""
        above = map(self.get, self.ancestor_ids(network_id))
        return next((node for node in above if name in node.inherited.own), None)


def get_tree(connection: Connection, revision: int | None = None) -> NetworkTree:
    """All networks; `revision` saves the look to whoever has just looked. Cached by it."""
    return _trees.get(connection, "tree", revision)


def list_names(connection: Connection) -> list[str]:
    """What the networks are called: words that are guessed first in a password here."""
    return [network.name for network in get_tree(connection).all()]


def load_tree(connection: Connection, moved: tuple[int, int | None] | None = None) -> NetworkTree:
    """The tree as it is in this transaction, past the cache; or as it would be with one network
    `moved` below another (its id and that of its new parent)."""
    rows = {row.id: SimpleNamespace(**row) for row in connection.execute(_ALL_NETWORKS).mappings()}
    if moved:
        rows[moved[0]].parent_id = moved[1]
    return NetworkTree([_node(row, rows) for row in rows.values()])


_trees: SiteCache[str, NetworkTree] = SiteCache(lambda connection, _key: load_tree(connection))
_LOGO = ("digest", "alt", "width", "height")
_ALL_NETWORKS = (
    select(
        Network.__table__,
        Organisation.name.label("lead"),
        *(getattr(NetworkLogo, name).label(f"logo_{name}") for name in _LOGO),
    )
    .outerjoin(Organisation, Organisation.id == Network.lead_organisation_id)
    .outerjoin(NetworkLogo, NetworkLogo.network_id == Network.id)
    .order_by(Network.id)
)


def _node(row: Any, rows: Mapping[int, Any]) -> NetworkNode:
    chain = [row]
    while chain[-1].parent_id is not None:
        chain.append(rows[chain[-1].parent_id])
    return NetworkNode(
        id=row.id,
        slug=row.slug,
        name=row.name,
        description=row.description,
        parent_id=row.parent_id,
        lead=row.lead,
        lead_id=row.lead_organisation_id,
        child_ids=tuple(each.id for each in rows.values() if each.parent_id == row.id),
        revision=row.revision,
        shows_people_above=row.shows_people_above,
        inherited=resolve(chain),
    )


class Placed(Protocol):
    """An event, as far as permissions care: itself and the network it belongs to."""

    @property
    def id(self) -> int: ...
    @property
    def network(self) -> NetworkNode: ...


def find_grants(connection: Connection, account_id: int) -> list[Granted]:
    """Every role of the account, wherever it holds."""
    rows = connection.execute(
        select(Grant.role, Grant.scope, Grant.scope_id).where(Grant.account_id == account_id)
    )
    return [Granted(Role(row.role), Scope(row.scope), row.scope_id) for row in rows]


@dataclass(frozen=True)
class AtNetwork:
    """A network itself as the place of a permission, of none of its events."""

    network: NetworkNode
    id: int = 0


def list_networks_where(
    grants: Sequence[Granted], permission: Permission, tree: NetworkTree
) -> list[tuple[NetworkNode, int]]:
    """The networks at which the grants give the permission, with their depth, as the tree goes.

    A grant at one event is none at its network.
    """
    return [
        (node, depth)
        for node, depth in tree.in_order()
        if may(grants, permission, AtNetwork(node), tree)
    ]


def get_own_values(connection: Connection, network_id: int) -> dict[str, Any]:
    """The columns of the network itself, nothing inherited; with the text of its logo as `alt`."""
    logo = NetworkLogo.network_id == Network.id
    found = connection.execute(
        select(Network.__table__, NetworkLogo.alt)
        .outerjoin(NetworkLogo, logo)
        .where(Network.id == network_id)
    )
    return dict(found.mappings().one())


def find_logo(connection: Connection, slug: str, digest: str) -> tuple[str, bytes] | None:
    """Media type and bytes of this network's own logo, if it is still this one."""
    row = connection.execute(
        select(NetworkLogo.media_type, NetworkLogo.data)
        .join(Network, Network.id == NetworkLogo.network_id)
        .where(Network.slug == slug, NetworkLogo.digest == digest)
    ).first()
    return (row.media_type, row.data) if row else None


def count_holders(connection: Connection, network_ids: Collection[int]) -> dict[int, int]:
    """How many accounts have a role at each of these networks itself."""
    rows = connection.execute(
        select(Grant.scope_id, func.count(distinct(Grant.account_id)).label("n"))
        .where(Grant.scope == Scope.NETWORK, Grant.scope_id.in_(list(network_ids)))
        .group_by(Grant.scope_id)
    )
    return {row.scope_id: row.n for row in rows}


@dataclass(frozen=True)
class GrantRow:
    """A role that somebody has, as the list of them shows it."""

    id: int
    account_id: int
    email: str
    has_password: bool
    has_second_factor: bool
    role: Role
    scope: Scope
    scope_id: int


def list_grants(connection: Connection, within: Collection[tuple[Scope, int]]) -> list[GrantRow]:
    """Every role that holds in one of these scopes, by address."""
    rows = connection.execute(
        select(
            Grant.id,
            Grant.account_id,
            Account.email,
            Account.password_hash.is_not(None).label("has_password"),
            with_second_factor().label("has_second_factor"),
            Grant.role,
            Grant.scope,
            Grant.scope_id,
        )
        .join(Account, Account.id == Grant.account_id)
        .where(tuple_(Grant.scope, Grant.scope_id).in_(list(within)))
        .order_by(Account.email_key, Grant.id)
    )
    return [
        GrantRow(**{**row, "role": Role(row["role"]), "scope": Scope(row["scope"])})
        for row in rows.mappings()
    ]


def may(
    grants: Iterable[Granted], permission: Permission, event: Placed, tree: NetworkTree
) -> bool:
    """Whether the grants give the permission at this event; networks above it count, for what is
    known of people up to the controller, and to whom that shows them."""
    controller = event.network.controller
    return allows(
        grants,
        permission,
        event_id=event.id,
        network_ids=tree.ancestor_ids(event.network.id),
        controller_id=tree.get_by_slug(controller.slug).id if controller else None,
        reader_ids=event.network.inherited.reader_ids,
    )
