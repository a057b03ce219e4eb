"""Reads of the people that stand on paper, with the codes of their tickets, and of whose badge was
made."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, exists, select

from eventapp.base import table_of
from eventapp.events.definition import EventDefinition
from eventapp.paper.models import PrintedBadge
from eventapp.paper.rules import Badge
from eventapp.participants import queries
from eventapp.participants.queries import Chosen
from eventapp.participants.selection import Wanted
from eventapp.registration.assistants import borrowed_name
from eventapp.registration.models import PlaceStatus, Registration
from eventapp.tokens import hashed, keyring, shown_short_code

_B, _R = table_of(PrintedBadge).c, table_of(Registration).c


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
    item_ids: tuple[int, ...]
    ticket: str
    short_code: str
    wants_no_photo: bool
    is_nameless: bool  # an assistant whose own name is not known yet

    @property
    def badge_look(self) -> bytes:
        """Another one where another badge is due."""
        shown = (self.title, self.first_name, self.last_name, self.organisation, self.ticket)
        return hashed("\0".join((*shown, str(self.wants_no_photo))))


def list_people(
    connection: Connection, event: EventDefinition, wanted: Wanted
) -> Sequence[Printed]:
    """Everybody wanted in the order asked; a fixed number of statements."""
    rows = queries.list_all(connection, event, wanted)
    items = queries.list_items(connection, event, None)
    asks_photo = "photo_consent" in event.fields
    return [_printed(row, items.get(row.id, ()), asks_photo=asks_photo) for row in rows]


def list_badges(connection: Connection, event_id: int) -> dict[int, Badge]:
    """The badges of the event that were made, by registration."""
    statement = select(_B.registration_id, _B.look, _B.printed_at).join(
        Registration, _R.id == _B.registration_id
    )
    rows = connection.execute(statement.where(_R.event_id == event_id))
    return {row.registration_id: Badge(row.look, row.printed_at) for row in rows}


def has_badges(connection: Connection, event_id: int) -> bool:
    """Whether any were made."""
    of_event = _R.id == _B.registration_id
    statement = select(exists().where(of_event, _R.event_id == event_id))
    return bool(connection.execute(statement).scalar())


def _printed(row: Any, items: Chosen, *, asks_photo: bool) -> Printed:
    secrets = keyring().open(row.secrets_sealed)
    is_borrowed = row.main_id is not None and row.first_name.startswith(borrowed_name(""))
    held = [item for item, status in items if status == PlaceStatus.CONFIRMED]
    return Printed(
        id=row.id,
        title=row.title or "",
        first_name=row.first_name,
        last_name=row.last_name,
        organisation=row.organisation or "",
        role=row.role or "",
        email=row.email,
        items=tuple(item.title for item in held),
        item_ids=tuple(item.id for item in held),
        ticket=secrets["ticket"],
        short_code=shown_short_code(secrets["short_code"]),
        wants_no_photo=asks_photo and not row.photo_consent,
        is_nameless=is_borrowed,
    )
