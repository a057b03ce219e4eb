"""Whom one writes to at an organisation about an event: its contacts with an address."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from eventapp.base import table_of
from eventapp.names import key
from eventapp.networks.models import Contact, Organisation

_C, _O = table_of(Contact).c, table_of(Organisation).c


@dataclass(frozen=True)
class Recipient:
    """An address of an organisation; `contact_id` 0 is the organisation's own."""

    contact_id: int
    name: str | None
    email: str
    salutation: str | None


def list_recipients(
    connection: Connection, organisation_ids: Collection[int]
) -> dict[int, list[Recipient]]:
    """By organisation: its contacts in their order, each address once; where none has one, the
    organisation's own. Two statements."""
    found: dict[int, dict[str, Recipient]] = defaultdict(dict)
    rows = connection.execute(
        select(_C.organisation_id, _C.id, _C.name, _C.email, _C.salutation)
        .where(_C.organisation_id.in_(organisation_ids), _C.email.is_not(None), _C.email != "")
        .order_by(_C.position, _C.id)
    )
    for row in rows:
        recipient = Recipient(row.id, row.name, row.email, row.salutation)
        found[row.organisation_id].setdefault(key(row.email), recipient)
    own = select(_O.id, _O.contact_email).where(
        _O.id.in_(organisation_ids), _O.contact_email.is_not(None), _O.contact_email != ""
    )
    for organisation_id, email in connection.execute(own):
        if organisation_id not in found:
            found[organisation_id][key(email)] = Recipient(0, None, email, None)
    return {organisation_id: list(each.values()) for organisation_id, each in found.items()}
