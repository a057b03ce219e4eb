"""Reads of templates, of what events say to funders, and of scans."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from eventapp.base import table_of
from eventapp.errors import NotFound
from eventapp.events.definition import EventDefinition
from eventapp.funding.models import (
    EventFunding,
    FunderTemplate,
    PeopleDeleted,
    SignedSheet,
    SignedSheetPart,
)
from eventapp.funding.rules import NEUTRAL, Choice, Sheet, Template
from eventapp.networks.queries import get_tree
from eventapp.tokens import keyring

_T, _E = table_of(FunderTemplate).c, table_of(EventFunding).c
_S, _P = table_of(SignedSheet).c, table_of(SignedSheetPart).c
_D = table_of(PeopleDeleted).c
_SHEET = tuple(_S[name] for name in Sheet.__dataclass_fields__)


def list_templates(connection: Connection, network_ids: Sequence[int]) -> list[Template]:
    """Those that hold at the first of these networks, by name: the others are above it, nearest
    first, and of one name the nearest counts."""
    rows = connection.execute(
        select(table_of(FunderTemplate)).where(_T.network_id.in_(network_ids))
    )
    found = sorted(
        map(_template, rows), key=lambda each: network_ids.index(each.network_id or 0), reverse=True
    )
    nearest = {each.name.casefold(): each for each in found}
    return [nearest[name] for name in sorted(nearest)]


def list_offered(connection: Connection, event: EventDefinition) -> list[Template]:
    """The neutral one, then those of the event's networks."""
    above = get_tree(connection).ancestor_ids(event.network.id)
    return [NEUTRAL, *list_templates(connection, above)]


def find_choice(connection: Connection, event_id: int) -> Choice:
    """What is kept of the event's; the neutral one with nothing filled in where that is nothing."""
    row = connection.execute(
        select(_E["values"].label("filled"), *table_of(FunderTemplate).c)
        .outerjoin_from(table_of(EventFunding), table_of(FunderTemplate))
        .where(_E.event_id == event_id)
    ).first()
    if row is None:
        return Choice()
    return Choice(NEUTRAL if row.id is None else _template(row), row.filled)


def list_sheets(connection: Connection, event_id: int) -> list[Sheet]:
    """In the order in which they came."""
    ordered = select(*_SHEET).where(_S.event_id == event_id).order_by(_S.id)
    return [Sheet(*row) for row in connection.execute(ordered)]


def get_sheet(connection: Connection, event_id: int, sheet_id: int) -> Sheet:
    """One of the event's. Raises `NotFound`."""
    for each in list_sheets(connection, event_id):
        if each.id == sheet_id:
            return each
    raise NotFound


def get_bytes(connection: Connection, sheet: Sheet) -> bytes:
    """Raises `NotFound` where it was deleted meanwhile."""
    pieces = select(_P.sealed).where(_P.sheet_id == sheet.id).order_by(_P.number)
    sealed = connection.execute(pieces).scalars()
    data = b"".join(keyring().open_bytes(each) for each in sealed)
    if len(data) != sheet.size:
        raise NotFound
    return data


def find_deleted_on(connection: Connection, event_id: int) -> date | None:
    """When people of the event were deleted last."""
    statement = select(_D.last_on).where(_D.event_id == event_id)
    return connection.execute(statement).scalar()


def _template(row: Any) -> Template:
    return Template(
        name=row.name,
        text=row.text,
        statement=row.statement,
        parts=tuple(row.parts),
        fields=tuple(row.fields),
        columns=tuple(row.columns or ()),
        id=row.id,
        network_id=row.network_id,
    )
