"""Columns of the sheet to sign under a name: a network's own and those of the networks above it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.errors import NotFound, Refused
from eventapp.networks.models import Network
from eventapp.paper.models import SavedColumns

_S, _N = table_of(SavedColumns).c, table_of(Network).c


class ColumnsNameTaken(Refused):
    code = "columns-name-taken"
    field = "name"


@dataclass(frozen=True)
class Saved:
    id: int
    network_id: int
    name: str
    columns: tuple[str, ...]
    free: tuple[str, ...]


def list_saved(connection: Connection, network_ids: Sequence[int]) -> list[Saved]:
    """Those that hold at the first of these networks, by name: the others are above it, nearest
    first, and of one name the nearest counts."""
    rows = connection.execute(select(table_of(SavedColumns)).where(_S.network_id.in_(network_ids)))
    found = [
        Saved(row.id, row.network_id, row.name, tuple(row.columns), tuple(row.free)) for row in rows
    ]
    found.sort(key=lambda each: network_ids.index(each.network_id), reverse=True)
    nearest = {each.name.casefold(): each for each in found}
    return [nearest[name] for name in sorted(nearest)]


def save(
    session: Session, network_id: int, saved_id: int | None, name: str, wishes: dict[str, Any]
) -> None:
    """Under a name that is the network's only one; new without `saved_id`. Raises
    `ColumnsNameTaken`, `NotFound`."""
    lock = select(_N.id).where(_N.id == network_id).with_for_update(key_share=True)
    session.execute(lock)
    mine = _S.network_id == network_id
    named = {
        row.name.casefold(): row.id for row in session.execute(select(_S.id, _S.name).where(mine))
    }
    if named.get(name.casefold(), saved_id) != saved_id:
        raise ColumnsNameTaken
    values = {"name": name, "columns": wishes["columns"], "free": wishes["free"]}
    if saved_id is None:
        session.execute(insert(SavedColumns).values(network_id=network_id, **values))
    elif saved_id in named.values():
        session.execute(update(SavedColumns).where(_S.id == saved_id).values(**values))
    else:
        raise NotFound


def remove(session: Session, network_id: int, saved_id: int) -> str:
    """Its name. Raises `NotFound`."""
    gone = delete(SavedColumns).where(_S.id == saved_id, _S.network_id == network_id)
    name: str | None = session.execute(gone.returning(SavedColumns.name)).scalar_one_or_none()
    if name is None:
        raise NotFound
    return name
