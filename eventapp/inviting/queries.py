"""What letters and the telephone need to know of the organisations invited."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from eventapp.base import table_of
from eventapp.networks.models import Contact, Organisation

_C, _O = table_of(Contact).c, table_of(Organisation).c


@dataclass(frozen=True)
class Person:
    """Whom one writes or speaks to."""

    name: str | None
    phone: str | None
    email: str | None
    salutation: str | None


@dataclass(frozen=True)
class Addressee:
    """An organisation with its address, and the first of its contacts."""

    id: int
    name: str
    street: str | None
    address_addition: str | None
    postal_code: str | None
    city: str | None
    country: str | None
    contact_email: str | None
    contact: Person | None = None
    phones: tuple[tuple[str | None, str], ...] = ()  # of all contacts that have one


_ADDRESS = [name for name in Addressee.__dataclass_fields__ if name in _O]


def list_addressees(
    connection: Connection, organisation_ids: Collection[int]
) -> dict[int, Addressee]:
    """By organisation; two statements."""
    people: dict[int, list[Person]] = {}
    contacts = (
        select(_C.organisation_id, _C.name, _C.phone, _C.email, _C.salutation)
        .where(_C.organisation_id.in_(organisation_ids))
        .order_by(_C.position, _C.id)
    )
    for organisation_id, *values in connection.execute(contacts):
        people.setdefault(organisation_id, []).append(Person(*values))
    found = select(*(_O[name] for name in _ADDRESS)).where(_O.id.in_(organisation_ids))
    return {
        row["id"]: Addressee(
            **row,
            contact=next(iter(people.get(row["id"], ())), None),
            phones=tuple(
                (each.name, each.phone) for each in people.get(row["id"], ()) if each.phone
            ),
        )
        for row in connection.execute(found).mappings()
    }
