"""What the log says of a change to an event."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventapp.audit.actions import note
from eventapp.audit.rules import changes
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import load_definitions
from eventapp.events.models import Event
from eventapp.tokens import hashed

# Follow from other fields, or change with every save.
_DERIVED = {
    "id",
    "revision",
    "sequence",
    "revised_at",
    "previous_starts",
    "was_in_person",
    "first_day",
    "last_day",
    "controller",
    "sender",
    "organizer",
}
_SECRET = {"join_url", "dial_in"}  # not for whoever reads the log; only that they changed
_ONE_BY_ONE = {"venue", "contact"}
_KEYS = ("id", "uid", "sequence")  # of parts: say nothing to people
_LISTS = {"programme": "slug", "questions": "key", "dates": "id"}


def note_made(session: Session, act: str, slugs: Sequence[str], *, by: int, now: datetime) -> None:
    """Say of each of these new events that it was made; read all at once."""
    ids = session.scalars(select(Event.id).where(Event.slug.in_(slugs)).order_by(Event.id)).all()
    for event in load_definitions(session.connection(), ids):
        _note(session, act, None, event, by=by, now=now)


def note_event(
    session: Session,
    act: str,
    slug: str,
    *,
    before: EventDefinition | None,
    by: int | None,
    now: datetime,
    also: Mapping[str, str] | None = None,
) -> None:
    """Say in the log what became of the event; `before` is None for a new one.

    `also` stands beside it: who acted, where that is no account.
    """
    event_id = session.scalars(select(Event.id).where(Event.slug == slug)).one()
    [after] = load_definitions(session.connection(), [event_id])
    _note(session, act, before, after, by=by, now=now, also=also)


def _note(
    session: Session,
    act: str,
    before: EventDefinition | None,
    after: EventDefinition,
    *,
    by: int | None,
    now: datetime,
    also: Mapping[str, str] | None = None,
) -> None:
    old, new = changes(_shown(before) if before else {}, _shown(after))
    note(
        session,
        act,
        by=by,
        now=now,
        network_id=after.network.id,
        event_id=after.id,
        before=old,
        after={**new, **(also or {})},
    )


def _shown(event: EventDefinition) -> dict[str, Any]:
    return dict(_facts(event))


def _facts(event: EventDefinition) -> Iterator[tuple[str, Any]]:
    """Every field that says something, by its name; of parts and lists each part of its own."""
    for field in fields(event):
        name, value = field.name, getattr(event, field.name)
        if name in _DERIVED or value in (None, "", (), False):
            continue
        if name in _ONE_BY_ONE:
            yield from ((f"{name}.{key}", each) for key, each in asdict(value).items() if each)
        elif name == "hosts":
            yield from ((f"hosts.{host.name}", host.part) for host in value)
        elif name in _LISTS:
            yield from _list(name, map(asdict, value))
        else:
            yield name, f"••• {hashed(value).hex()[:6]}" if name in _SECRET else value


def _list(name: str, parts: Iterable[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    key = _LISTS[name]
    for part in parts:
        yield f"{name}.{part[key]}", {k: v for k, v in part.items() if k not in (*_KEYS, key)}
