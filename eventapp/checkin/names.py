"""Finding a guest by name at the door, where the organiser allows names there."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from eventapp.events.definition import EventDefinition
from eventapp.names import full_name, sort_key
from eventapp.registration.models import Registration, RegistrationStatus
from eventapp.tokens import keyring

MOST_FOUND = 10
LEAST_LETTERS = 2  # fewer would be leafing through the list

_FOUND = select(
    Registration.title,
    Registration.first_name,
    Registration.last_name,
    Registration.organisation,
    Registration.secrets_sealed,
)


@dataclass(frozen=True)
class Found:
    """A guest, and the short code that lets them in."""

    name: str
    organisation: str | None
    code: str


def find_names(connection: Connection, event: EventDefinition, words: str) -> list[Found]:
    """Guests of the event in whose name or organisation every word occurs, ten at most; whoever
    cancelled comes last."""
    wanted = sort_key(words).split()
    if not event.names_at_door or len("".join(wanted)) < LEAST_LETTERS:
        return []
    statement = (
        _FOUND.where(Registration.event_id == event.id, and_(*map(_has, wanted)))
        .order_by(
            Registration.status == RegistrationStatus.CANCELLED,
            Registration.sort_key,
            Registration.id,
        )
        .limit(MOST_FOUND)
    )
    return [
        Found(
            full_name(row.title, row.first_name, row.last_name),
            row.organisation,
            keyring().open(row.secrets_sealed)["short_code"],
        )
        for row in connection.execute(statement)
    ]


def _has(word: str) -> ColumnElement[bool]:
    return or_(
        Registration.sort_key.contains(word, autoescape=True),
        Registration.organisation_key.contains(word, autoescape=True),
    )
