"""Reads of the register: never more than the account reaches."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select, true

from eventapp.base import table_of
from eventapp.errors import NotFound
from eventapp.folding import folded
from eventapp.names import sort_key
from eventapp.networks.models import Contact, Membership, Organisation, Scope
from eventapp.networks.queries import NetworkTree, list_networks_where
from eventapp.networks.rules import PERMISSIONS, Granted, Permission
from eventapp.organisations.rules import OF_CONTACT, VALUES, ContactRow, Reach, Registered
from eventapp.paging import Page

MOST_WORDS = 8
_O, _M, _C = table_of(Organisation).c, table_of(Membership).c, table_of(Contact).c
_COLUMNS = (_O.id, _O.slug, *(_O[name] for name in VALUES))


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; empty: everything the account reaches."""

    q: str = ""
    network: int | None = None
    type: str | None = None
    district: str | None = None


def reach_of(grants: Sequence[Granted], tree: NetworkTree) -> Reach:
    """How far these grants go in the register; a role at one event goes nowhere in it."""
    read, edit = Permission.ORGANISATIONS_READ, Permission.ORGANISATIONS_EDIT
    edited = list_networks_where(grants, edit, tree)
    return Reach(
        networks=tuple(list_networks_where(grants, read, tree)),
        editable=frozenset(node.id for node, _depth in edited),
        reads_all=_is_everywhere(grants, read),
        edits_all=_is_everywhere(grants, edit),
    )


def _is_everywhere(grants: Iterable[Granted], permission: Permission) -> bool:
    return any(
        each.scope is Scope.INSTALLATION and permission in PERMISSIONS[each.role] for each in grants
    )


def _visible(reach: Reach) -> ColumnElement[bool]:
    return true() if reach.reads_all else _member_of(reach.ids)


def _member_of(network_ids: Iterable[int]) -> ColumnElement[bool]:
    members = select(_M.organisation_id).where(_M.network_id.in_(list(network_ids)))
    return _O.id.in_(members)


def _conditions(reach: Reach, wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    yield _visible(reach)
    if wanted.network is not None:
        yield _member_of([wanted.network])
    if wanted.type is not None:
        yield _O.type == wanted.type
    if wanted.district is not None:
        yield _O.district == wanted.district
    for word in sort_key(wanted.q).split()[:MOST_WORDS]:
        people = select(_C.organisation_id).where(_has(_C.name, word) | _has(_C.email, word))
        yield or_(
            _O.sort_key.contains(word, autoescape=True),
            _has(_O.city, word),
            _O.postal_code.startswith(word, autoescape=True),
            _O.id.in_(people),
        )


def _has(column: Any, word: str) -> ColumnElement[bool]:
    return folded(column).contains(word, autoescape=True)


def count_listed(connection: Connection, reach: Reach, wanted: Wanted) -> int:
    statement = select(func.count()).select_from(table_of(Organisation))
    return connection.execute(statement.where(*_conditions(reach, wanted))).scalar_one()


def list_page(connection: Connection, reach: Reach, wanted: Wanted, page: Page) -> list[Registered]:
    """The entries of one page, by name."""
    return _load(connection, reach, _listing(reach, wanted).limit(page.size).offset(page.offset))


def list_all(connection: Connection, reach: Reach, wanted: Wanted) -> list[Registered]:
    """The entries of all pages, by name."""
    return _load(connection, reach, _listing(reach, wanted))


def list_editable(connection: Connection, reach: Reach) -> list[Registered]:
    """All that the account may change, by name: what an import compares with."""
    listing = _listing(reach, Wanted())
    if not reach.edits_all:
        listing = listing.where(_member_of(reach.editable))
    return _load(connection, reach, listing)


def find(connection: Connection, reach: Reach, organisation_id: int) -> Registered | None:
    """None alike for what there is not and for what the account does not reach."""
    found = _load(connection, reach, _listing(reach, Wanted()).where(_O.id == organisation_id))
    return found[0] if found else None


def get(connection: Connection, reach: Reach, organisation_id: int) -> Registered:
    """As `find`; raises `NotFound`."""
    found = find(connection, reach, organisation_id)
    if found is None:
        raise NotFound
    return found


def _listing(reach: Reach, wanted: Wanted) -> Select[Any]:
    statement = select(*_COLUMNS).where(*_conditions(reach, wanted))
    return statement.order_by(_O.sort_key, _O.id)


def _load(connection: Connection, reach: Reach, listing: Select[Any]) -> list[Registered]:
    """Three statements, however many there are; those of the hangers-on repeat the first, because
    a list of 5,000 numbers is more than some databases take."""
    rows = connection.execute(listing).mappings().all()
    within = listing.with_only_columns(_O.id).subquery()
    ids = select(within.c.id)
    contacts: dict[int, list[ContactRow]] = defaultdict(list)
    of_contact = select(_C.organisation_id, _C.id, *(_C[name] for name in OF_CONTACT))
    of_contact = of_contact.where(_C.organisation_id.in_(ids)).order_by(_C.position, _C.id)
    for organisation_id, *values in connection.execute(of_contact):
        contacts[organisation_id].append(ContactRow(*values))
    networks: dict[int, set[int]] = defaultdict(set)
    of_network = select(_M.organisation_id, _M.network_id).where(_M.organisation_id.in_(ids))
    shown = set(reach.ids)
    for organisation_id, network_id in connection.execute(of_network):
        if network_id in shown:
            networks[organisation_id].add(network_id)
    return [
        Registered(
            **row, contacts=tuple(contacts[row["id"]]), network_ids=frozenset(networks[row["id"]])
        )
        for row in rows
    ]


def list_types(connection: Connection, reach: Reach) -> list[str]:
    """The types in use, by name."""
    return _in_use(connection, reach, _O.type)


def list_districts(connection: Connection, reach: Reach) -> list[str]:
    """The districts in use, by name."""
    return _in_use(connection, reach, _O.district)


def _in_use(connection: Connection, reach: Reach, column: Any) -> list[str]:
    used = select(column).where(_visible(reach), column.is_not(None), column != "").distinct()
    return sorted(connection.execute(used).scalars(), key=sort_key)
