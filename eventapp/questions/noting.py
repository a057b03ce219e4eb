"""What the log says of an event's questions and usual fields."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from eventapp.audit.actions import note
from eventapp.audit.rules import changes
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import load_definitions
from eventapp.questions.rules import as_values

_FIELDS = ("fields", "assistance_deadline", "assistance_contact")


def note_questions(
    session: Session, act: str, before: EventDefinition, *, by: int, now: datetime, **more: Any
) -> None:
    """Say what became of what `before` asked; `more` stands beside it."""
    [after] = load_definitions(session.connection(), [before.id])
    old, new = changes(dict(_asked(before)), {**dict(_asked(after)), **more})
    note(
        session,
        act,
        by=by,
        now=now,
        network_id=before.network.id,
        event_id=before.id,
        before=old,
        after=new,
    )


def _asked(event: EventDefinition) -> Iterator[tuple[str, Any]]:
    for name in _FIELDS:
        yield name, getattr(event, name)
    yield "questions", [each.key for each in event.questions]
    for question in event.questions:
        yield f"questions.{question.key}", as_values(question)
