"""Writing messages, sending them, taking them back. Whoever may do it has been asked before.

Each act locks the message's row first, so that of two at once one sees what the other did.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.errors import NotFound
from eventapp.events.definition import EventDefinition
from eventapp.mail import batches, outbox
from eventapp.messages.models import Message
from eventapp.messages.queries import batch_of, list_recipient_ids
from eventapp.messages.rules import (
    KEPT,
    UNDO,
    MessageChanged,
    MessageLeaving,
    NobodyToWriteTo,
    TooLateToUndo,
)
from eventapp.participants.selection import Wanted
from eventapp.privacy.declarations import Subject
from eventapp.privacy.erasure import BLANK

KIND = "organiser-message"
_M = table_of(Message).c


@dataclass(frozen=True)
class Content:
    """A draft as its form gives it; `filter` as in the address of the list of people."""

    filter: Mapping[str, str | list[str]]
    subject: str
    text: str
    subject_en: str | None
    text_en: str | None
    reply_to: str | None


def create_draft(session: Session, event_id: int, content: Content, *, now: datetime) -> int:
    """A new message that nobody gets yet; its id."""
    times = {"created_at": now, "changed_at": now}
    made = session.execute(
        insert(table_of(Message))
        .values(event_id=event_id, revision=1, **times, **asdict(content))
        .returning(_M.id)
    )
    return int(made.scalar_one())


def change_draft(
    session: Session,
    event_id: int,
    message_id: int,
    content: Content,
    *,
    seen: int,
    now: datetime,
) -> None:
    """Save what was edited from revision `seen`. Raises `MessageLeaving`, `MessageChanged`."""
    row = _lock_draft(session, event_id, message_id, seen)
    _write(session, row, now, **asdict(content))


def discard(session: Session, event_id: int, message_id: int, *, seen: int) -> None:
    """Delete a draft. Raises `MessageLeaving`, `MessageChanged`."""
    row = _lock_draft(session, event_id, message_id, seen)
    session.execute(delete(Message).where(Message.id == row.id))


def send(
    session: Session,
    event: EventDefinition,
    message_id: int,
    wanted: Wanted,
    *,
    seen: int,
    now: datetime,
) -> int:
    """Owe a mail to everybody whom the filter finds now, due when taking back ends; how many.

    Raises `MessageLeaving` (it was sent already), `MessageChanged`, `NobodyToWriteTo`.
    """
    row = _lock_draft(session, event.id, message_id, seen)
    found = list_recipient_ids(session.connection(), event, wanted)
    if not found:
        raise NobodyToWriteTo
    leaves_at = now + UNDO
    batches.add_many(
        session,
        KIND,
        batch_of(row.id),
        ({"message_id": row.id, "registration_id": each} for each in found),
        due_at=leaves_at,
        now=now,
    )
    _write(session, row, now, leaves_at=leaves_at)
    return len(found)


def undo(session: Session, event_id: int, message_id: int, *, now: datetime) -> None:
    """A draft again, as if it had never been sent. Raises `TooLateToUndo`."""
    row = _lock(session, event_id, message_id)
    if row.leaves_at is None or row.stopped_at is not None or now >= row.leaves_at:
        raise TooLateToUndo
    if not batches.withdraw(session, batch_of(row.id)):
        raise TooLateToUndo  # another machine's clock is ahead of ours
    _write(session, row, now, leaves_at=None)


def stop(session: Session, event_id: int, message_id: int, *, now: datetime) -> int:
    """What has not left stays here; how many."""
    row = _lock(session, event_id, message_id)
    if row.leaves_at is None or row.stopped_at is not None:
        return 0
    stopped = batches.stop(session, batch_of(row.id), now=now)
    if stopped:
        _write(session, row, now, stopped_at=now)
    return stopped


def retry_failed(session: Session, event_id: int, message_id: int, *, now: datetime) -> int:
    """Send once more what was refused; how many. A stopped message stays stopped."""
    row = _lock(session, event_id, message_id)
    if row.leaves_at is None or row.stopped_at is not None:
        return 0
    return batches.retry_failed(session, batch_of(row.id), now=now)


def owe_test(
    session: Session,
    message_id: int,
    account_id: int,
    registration_id: int,
    *,
    in_english: bool,
    now: datetime,
) -> None:
    """One mail to the account, as `registration_id` would get it."""
    outbox.add(
        session,
        KIND,
        f"message-test:{message_id}:{account_id}:{now.isoformat()}",
        now,
        message_id=message_id,
        account_id=account_id,
        sample_id=registration_id,
        in_english=int(in_english),
    )


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete messages older than `rules.KEPT`; their mails stay in the outbox, as numbers."""
    session.execute(delete(Message).where(Message.changed_at < now - KEPT))


def forget_letters(session: Session, subjects: Sequence[Subject], _now: datetime) -> None:
    """Blank what was written to these people alone; of messages to others as well, names and
    addresses are blanked where they stand."""
    gone = {str(subject.registration_id) for subject in subjects}
    events = {subject.event_id for subject in subjects}
    for row in session.execute(select(_M.id, _M.filter).where(_M.event_id.in_(events))).all():
        named = row.filter.get("id", [])
        whom = {named} if isinstance(named, str) else set(named)
        if whom and whom <= gone:
            values = {"subject": BLANK, "text": BLANK, "subject_en": None, "text_en": None}
            session.execute(update(Message).where(_M.id == row.id).values(values))


def _lock_draft(session: Session, event_id: int, message_id: int, seen: int) -> Any:
    row = _lock(session, event_id, message_id)
    if row.leaves_at is not None:
        raise MessageLeaving
    if row.revision != seen:
        raise MessageChanged
    return row


def _lock(session: Session, event_id: int, message_id: int) -> Any:
    row = session.execute(
        select(table_of(Message))
        .where(_M.id == message_id, _M.event_id == event_id)
        .with_for_update()
    ).first()
    if row is None:
        raise NotFound
    return row


def _write(session: Session, row: Any, now: datetime, **values: Any) -> None:
    session.execute(
        update(table_of(Message))
        .where(_M.id == row.id)
        .values(revision=row.revision + 1, changed_at=now, **values)
    )
