"""Reads of the people that stand on paper, with the codes of their tickets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from eventapp.events.definition import EventDefinition
from eventapp.participants import queries
from eventapp.participants.queries import Chosen
from eventapp.participants.selection import Wanted
from eventapp.registration.assistants import borrowed_name
from eventapp.registration.models import PlaceStatus
from eventapp.tokens import keyring, shown_short_code


@dataclass(frozen=True)
class Printed:
    """One person as paper shows them; no need, no address, no note."""

    id: int
    title: str
    first_name: str
    last_name: str
    organisation: str
    role: str
    email: str
    items: tuple[str, ...]  # the programme items that are held, by title
    ticket: str
    short_code: str
    wants_no_photo: bool
    is_nameless: bool  # an assistant whose own name is not known yet


def list_people(
    connection: Connection, event: EventDefinition, wanted: Wanted
) -> Sequence[Printed]:
    """Everybody wanted in the order asked; a fixed number of statements."""
    rows = queries.list_all(connection, event, wanted)
    items = queries.list_items(connection, event, None)
    asks_photo = "photo_consent" in event.fields
    return [_printed(row, items.get(row.id, ()), asks_photo=asks_photo) for row in rows]


def _printed(row: Any, items: Chosen, *, asks_photo: bool) -> Printed:
    secrets = keyring().open(row.secrets_sealed)
    is_borrowed = row.main_id is not None and row.first_name.startswith(borrowed_name(""))
    return Printed(
        id=row.id,
        title=row.title or "",
        first_name=row.first_name,
        last_name=row.last_name,
        organisation=row.organisation or "",
        role=row.role or "",
        email=row.email,
        items=tuple(item.title for item, status in items if status == PlaceStatus.CONFIRMED),
        ticket=secrets["ticket"],
        short_code=shown_short_code(secrets["short_code"]),
        wants_no_photo=asks_photo and not row.photo_consent,
        is_nameless=is_borrowed,
    )
