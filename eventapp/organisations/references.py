"""Whatever refers to a row, found by the foreign keys of all tables: none is forgotten.

Later tables that refer to organisations or contacts take part without being named here.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Table, UniqueConstraint, delete, exists, select, update
from sqlalchemy.orm import Session

from eventapp.base import Base, table_of
from eventapp.networks.models import Contact, Membership, Organisation
from eventapp.organisations.models import OrganisationApart

OWN = {table_of(Contact), table_of(Membership), table_of(OrganisationApart)}  # go with it


def references(target: Table) -> list[Column[Any]]:
    """Every column of any table that refers to a row of this one."""
    return [
        key.parent
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table is target and isinstance(key.parent, Column)
    ]


def is_referred_to(session: Session, organisation_id: int) -> bool:
    """Whether anything but its contacts and memberships hangs on the organisation."""
    return any(
        session.scalar(select(exists().where(column == organisation_id)))
        for column in references(table_of(Organisation))
        if column.table not in OWN
    )


def move(session: Session, target: Table, lost: int, kept: int) -> None:
    """Whatever refers to row `lost` refers to row `kept` from now on.

    Where both are referred to and only one may be (a member twice of one network), that of `kept`
    stays.
    """
    for column in references(target):
        for others in _unique_with(column):
            twin = column.table.alias()
            has_twin = exists().where(
                twin.c[column.name] == kept, *(twin.c[o.name] == o for o in others)
            )
            session.execute(delete(column.table).where(column == lost, has_twin))
        moved = update(column.table).where(column == lost).values({column.name: kept})
        session.execute(moved)


def _unique_with(column: Column[Any]) -> Iterator[list[Column[Any]]]:
    """The other columns of each key that allows a value of this one only once."""
    table = column.table
    keys: list[Any] = [table.primary_key]
    keys += [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    keys += [each for each in table.indexes if each.unique]
    for key in keys:
        columns = list(key.columns)
        if column in columns:
            yield [each for each in columns if each is not column]
