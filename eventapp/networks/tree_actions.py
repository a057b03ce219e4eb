"""Making, changing and moving networks; what is shown of people never reaches further by itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from eventapp.networks.logo import Picture
from eventapp.networks.models import Grant, Network, NetworkLogo, Role, Scope
from eventapp.networks.queries import NetworkTree, load_tree
from eventapp.networks.tree_rules import (
    BelowItself,
    NetworkChanged,
    NobodyLeft,
    new_slug,
    shown_to_others,
)
from eventapp.rows import assign
from eventapp.sitecache import bump


def create_network(
    session: Session, *, name: str, description: str, parent_id: int | None, now: datetime
) -> Network:
    """A new network under a slug made of its name."""
    bump(session, now)  # holds the row that every change of the tree changes: one at a time
    taken = set(session.scalars(select(Network.slug)))
    made = Network(
        slug=new_slug(name, taken), name=name, description=description, parent_id=parent_id
    )
    session.add(made)
    session.flush()
    return made


def change_network(
    session: Session,
    network_id: int,
    values: Mapping[str, Any],
    *,
    seen: int,
    may_leave_alone: bool,
    now: datetime,
) -> None:
    """Save what was edited from revision `seen`. Raises `NetworkChanged`; and `NobodyLeft` where
    the network gets a controller of its own without having an owner of its own, unless
    `may_leave_alone`: who owns the installation can still edit it."""
    row = _held(session, network_id, seen, now)
    answers = bool(values["controller_name"])
    if answers and not row.controller_name and not (may_leave_alone or _has_owner(session, row)):
        raise NobodyLeft
    more = {} if answers else {"shows_people_above": False}
    _apply(session, row, {**values, **more})


def change_look(
    session: Session,
    network_id: int,
    colours: Mapping[str, str | None],
    *,
    logo: Picture | None,
    alt: str,
    drop_logo: bool,
    seen: int,
    now: datetime,
) -> None:
    """Save colours and logo; without a new picture the present one stays, with this text."""
    row = _held(session, network_id, seen, now)
    mine = NetworkLogo.network_id == network_id
    if drop_logo or logo:
        session.execute(delete(NetworkLogo).where(mine))
    if logo:
        session.add(
            NetworkLogo(
                network_id=network_id,
                digest=logo.digest,
                alt=alt,
                media_type=logo.media_type,
                width=logo.width,
                height=logo.height,
                data=logo.data,
            )
        )
    elif not drop_logo:
        session.execute(update(NetworkLogo).where(mine).values(alt=alt))
    assign(row, colours)
    row.revision += 1
    session.flush()


def move_network(
    session: Session, network_id: int, parent_id: int | None, *, seen: int, now: datetime
) -> None:
    """Put it below another, or at the top. Raises `NetworkChanged` and `BelowItself`."""
    row = _held(session, network_id, seen, now)
    below = load_tree(session.connection()).descendant_ids(network_id)
    if parent_id in below:
        raise BelowItself
    _apply(session, row, {"parent_id": parent_id})


def show_people(session: Session, network_id: int, *, is_shown: bool, now: datetime) -> bool:
    """Let the network above read this one's people, or end that; whether it was open to do."""
    row = _held(session, network_id, None, now)
    if row.shows_people_above == is_shown or not (row.controller_name and row.parent_id):
        return False
    row.shows_people_above = is_shown
    row.revision += 1
    session.flush()
    return True


def stop_showing(session: Session, before: NetworkTree) -> None:
    """After a change of the tree: end what would now be shown to more than before."""
    ended = shown_to_others(before, load_tree(session.connection()))
    if ended:
        ids = [node.id for node in ended]
        session.execute(update(Network).where(Network.id.in_(ids)).values(shows_people_above=False))


def _held(session: Session, network_id: int, seen: int | None, now: datetime) -> Network:
    """The row as it is now that nobody else can change the tree."""
    bump(session, now)
    row = session.get_one(Network, network_id, populate_existing=True)
    if seen is not None and row.revision != seen:
        raise NetworkChanged
    return row


def _apply(session: Session, row: Network, values: Mapping[str, Any]) -> None:
    before = load_tree(session.connection())
    assign(row, values)
    row.revision += 1
    session.flush()
    stop_showing(session, before)


def _has_owner(session: Session, row: Network) -> bool:
    owns = select(Grant.id).filter_by(role=Role.OWNER, scope=Scope.NETWORK, scope_id=row.id)
    return session.scalar(owns.limit(1)) is not None
