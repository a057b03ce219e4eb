"""Writes scans down, each once by its id, whatever the number, in one statement."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    Connection,
    DateTime,
    Insert,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert as insert_once  # SQLite's words are the same

from eventapp.checkin.models import Scan
from eventapp.checkin.rules import Finding

_SHARED = ("event_id", "device_id", "received_at")
_OWN: dict[str, Any] = {
    "scan_id": Text,
    "registration_id": Integer,
    "programme_item_id": Integer,
    "event_date_id": Integer,
    "direction": Text,
    "finding": Text,
    "held_as": Text,
    "undone_at": DateTime(timezone=True),
    "let_in": Boolean,
    "scanned_at": DateTime(timezone=True),
}


def keep_scans(
    connection: Connection, shared: dict[str, Any], scans: Sequence[dict[str, Any]]
) -> None:
    """`shared` is what is the same for all; scans in the order of their ids, so that no two
    batches deadlock."""
    if len(scans) == 1:
        connection.execute(_INSERT_EACH, shared | scans[0])
        return
    has_repeats = len({scan["scan_id"] for scan in scans}) < len(scans)
    if has_repeats or connection.dialect.name != "postgresql":
        connection.execute(_INSERT_EACH, [shared | scan for scan in scans])
        return
    given = json.dumps(scans, default=datetime.isoformat, separators=(",", ":"))
    connection.execute(_INSERT_ALL, {**shared, "scans": given})


def _once(statement: Any) -> Insert:
    """A refused scan that comes again once its guest may enter lets them in, and a mistake that is
    taken back counts no longer, whichever of the two comes first. Of a device that holds no longer
    either waits for the office. That the door let somebody in is kept, however often it is told
    otherwise. All else stays as it was."""
    new = statement.excluded
    finds, holds = _finds(new), _holds(new)
    lets_in = and_(new.let_in.is_(True), Scan.let_in.is_not(True))
    done: Insert = statement.on_conflict_do_update(
        index_elements=["scan_id"],
        set_={
            "finding": case((finds, new.finding), else_=Scan.finding),
            "held_as": case((holds, new.held_as), else_=Scan.held_as),
            "undone_at": func.coalesce(new.undone_at, Scan.undone_at),
            "let_in": case((Scan.let_in.is_(True), True), else_=new.let_in),
        },
        where=and_(
            or_(finds, holds, lets_in),
            Scan.finding != Finding.UNDONE,
            Scan.event_id == new.event_id,
            Scan.registration_id.is_not_distinct_from(new.registration_id),
            Scan.programme_item_id.is_not_distinct_from(new.programme_item_id),
        ),
    )
    return done


def _finds(new: Any) -> ColumnElement[bool]:
    return or_(
        new.finding == Finding.UNDONE,
        and_(
            new.finding == Finding.TICKET,
            Scan.finding != Finding.HELD,
            Scan.finding != Finding.REJECTED,
        ),
    )


def _holds(new: Any) -> ColumnElement[bool]:
    return and_(
        Scan.held_as.is_distinct_from(Finding.UNDONE),
        or_(
            new.held_as == Finding.UNDONE,
            and_(new.held_as == Finding.TICKET, Scan.finding != Finding.TICKET),
        ),
    )


def _from_json() -> Any:
    """All scans as one value: PostgreSQL takes rows so three times as fast as one by one."""
    given = (
        func.json_to_recordset(cast(bindparam("scans", type_=Text), JSON))
        .table_valued(*(column(name, type_) for name, type_ in _OWN.items()), name="given")
        .render_derived(with_types=True)
    )
    shared = [bindparam(name, type_=Scan.__table__.c[name].type) for name in _SHARED]
    rows = select(*shared, *given.c)
    return insert_once(Scan).from_select([*_SHARED, *_OWN], rows)


# Built once: making a statement costs more than sending it.
_INSERT_EACH = _once(insert_once(Scan))
_INSERT_ALL = _once(_from_json())
