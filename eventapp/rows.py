"""Rows found by their slug: make or change one, and say whether that changed anything. And the one
row that there must be."""

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, select
from sqlalchemy.orm import Session

from eventapp.base import Base
from eventapp.errors import NotFound

R = TypeVar("R", bound=Base)


def assign(row: Base, values: Mapping[str, Any]) -> set[str]:
    """Set the attributes that differ; their names."""
    changed = {name for name, value in values.items() if getattr(row, name) != value}
    for name in changed:
        setattr(row, name, values[name])
    return changed


def put(session: Session, model: type[R], slug: str, values: Mapping[str, Any]) -> tuple[int, bool]:
    """The id of the row with this slug, made or changed as named; and whether anything changed."""
    columns: Any = model
    row: Any = session.scalar(select(model).where(columns.slug == slug))
    is_new = row is None
    if is_new:
        row = columns(slug=slug, **values)
        session.add(row)
    changed = is_new or bool(assign(row, values))
    session.flush()
    return row.id, changed


def get_row(connection: Connection, statement: Select[*tuple[Any, ...]]) -> Row[*tuple[Any, ...]]:
    """The one that is asked for. Raises `NotFound`."""
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return row
