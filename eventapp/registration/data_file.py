"""Everything stored about one registration, for the person themselves (Art. 15, 20 GDPR).

What there is follows from the tables: each with a `registration_id` is in it, whichever feature it
belongs to. Left out are keys that only find or unlock rows; what is sealed is opened.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlalchemy import Connection, LargeBinary, Table, select

from eventapp.base import Base, table_of
from eventapp.clock import BERLIN
from eventapp.mail import outbox
from eventapp.registration.holder import Holder
from eventapp.registration.models import Registration, Signup
from eventapp.tokens import keyring

_SECRET = ("secrets_sealed", "token_sealed")
_OF_THE_TEAM = {"note_sealed", "changed_by"}  # how others work, not about the person
_WHOSE = "registration_id"


def write_zip(holder: Holder, data: Mapping[str, Any], ics: bytes | None, now: datetime) -> bytes:
    """`anmeldung.json` and, where there is a place, `termin.ics`."""
    files = {"anmeldung.json": json.dumps(data, ensure_ascii=False, indent=2).encode()}
    if ics is not None:
        files["termin.ics"] = ics
    out = BytesIO()
    moment = now.astimezone(BERLIN).timetuple()[:6]
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = ZipInfo(f"anmeldung-{holder.event.slug}/{name}", moment)
            entry.external_attr, entry.compress_type = 0o600 << 16, ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()


def collect(connection: Connection, holder: Holder, *, now: datetime) -> dict[str, Any]:
    """What is stored, as plain values: first in words, then table by table."""
    event = holder.event
    questions = {each.id: each.label for each in event.questions}
    tables = {name: _rows(connection, name, holder.id) for name in tables_with_people()}
    for row in tables["answer"]:
        row["question"] = questions.get(row["question_id"])
    mails = outbox.list_about(connection, registration_id=holder.id, signup_id=holder.signup_id)
    return {
        "created_at": _plain(now),
        "event": {"title": event.title, "address": event.slug},
        "person": holder.full_name,
        "workshops": [{"title": each.item.title, "status": each.status} for each in holder.items],
        "stored": {name: rows for name, rows in tables.items() if rows},
        "mails": [
            {"kind": each.kind, "state": each.state, "at": _plain(each.settled_at)}
            for each in mails
        ],
    }


def tables_with_people() -> list[str]:
    """The tables that hold something of one registration."""
    about = [table.name for table in Base.metadata.tables.values() if _WHOSE in table.c]
    return ["registration", "signup", *sorted(about)]


def _rows(connection: Connection, name: str, registration_id: int) -> list[dict[str, Any]]:
    table = Base.metadata.tables[name]
    rows = connection.execute(select(table).where(_whose(table, registration_id))).mappings()
    return [_readable(table, row) for row in rows]


def _whose(table: Table, registration_id: int) -> Any:
    registration = table_of(Registration).c
    if table is table_of(Registration):
        return table.c.id == registration_id
    if table is table_of(Signup):
        signup = select(registration.signup_id).where(registration.id == registration_id)
        return table.c.id == signup.scalar_subquery()
    return table.c[_WHOSE] == registration_id


def _readable(table: Table, row: Mapping[Any, Any]) -> dict[str, Any]:
    found = {}
    for column in table.c:
        value = row[column.name]
        if value is None or column.name in _SECRET or column.name in _OF_THE_TEAM:
            continue
        if isinstance(column.type, LargeBinary):
            if not column.name.endswith("_sealed"):
                continue  # a hash: finds the row, tells nothing
            found[column.name.removesuffix("_sealed")] = keyring().open(value)
        else:
            found[column.name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
