"""Announcing a date, taking it back within five minutes, keeping back what has not left.

The event's row is held, so that two clicks follow each other and the second finds nothing to do.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from eventapp.announcing.models import Announcement, Told
from eventapp.announcing.queries import Outgoing, plan
from eventapp.announcing.rules import KIND, NotAnnounced, batch_of, can_announce
from eventapp.base import table_of
from eventapp.clock import berlin_day
from eventapp.errors import NotFound
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Event
from eventapp.invitations.rules import NothingToSend
from eventapp.mail import batches, outbox
from eventapp.messages.rules import UNDO, TooLateToUndo
from eventapp.names import key
from eventapp.registration.lock import lock_event
from eventapp.tokens import hashed

KEPT = timedelta(days=365)  # after the event
_A, _T = table_of(Announcement).c, table_of(Told).c


def announce(
    session: Session,
    event: EventDefinition,
    organisation_ids: Collection[int],
    *,
    again: bool,
    now: datetime,
) -> int:
    """Owe a mail to every contact, due when taking back ends; how many. Raises `NotAnnounced`,
    `NothingToSend`."""
    event = lock_event(session, event, now=now)
    if not can_announce(event, now):
        raise NotAnnounced
    planned = plan(session.connection(), event, organisation_ids, again=again)
    if not planned.mails:
        raise NothingToSend
    number = session.execute(
        insert(table_of(Announcement))
        .values(event_id=event.id, created_at=now, leaves_at=now + UNDO)
        .returning(_A.id)
    ).scalar_one()
    _owe(session, event.id, number, planned, now)
    return len(planned.mails)


def _owe(session: Session, event_id: int, number: int, planned: Outgoing, now: datetime) -> None:
    hashes = [hashed(key(to.email)) for _organisation_id, to in planned.mails]
    rows = [{"announcement_id": number, "email_hash": each} for each in hashes]
    made = session.execute(insert(table_of(Told)).returning(_T.id, _T.email_hash), rows)
    told = {bytes(row.email_hash): row.id for row in made}
    ids = (
        {
            "event_id": event_id,
            "announcement_id": number,
            "told_id": told[hash_],
            "organisation_id": organisation_id,
            "contact_id": to.contact_id,
        }
        for hash_, (organisation_id, to) in zip(hashes, planned.mails, strict=True)
    )
    batches.add_many(session, KIND, batch_of(number), ids, due_at=now + UNDO, now=now)


def undo(session: Session, event_id: int, announcement_id: int, *, now: datetime) -> None:
    """As if it had never been sent. Raises `TooLateToUndo`."""
    row = _lock(session, event_id, announcement_id)
    if now >= row.leaves_at or not batches.withdraw(session, batch_of(row.id)):
        raise TooLateToUndo
    session.execute(delete(Told).where(_T.announcement_id == row.id))
    session.execute(delete(Announcement).where(_A.id == row.id))


def stop(session: Session, event_id: int, announcement_id: int, *, now: datetime) -> int:
    """What has not left stays here, and may go another time; how many."""
    row = _lock(session, event_id, announcement_id)
    if row.stopped_at is not None:
        return 0
    kept_back = batches.list_open(session.connection(), batch_of(row.id))
    stopped = batches.stop(session, batch_of(row.id), now=now)
    if stopped:
        session.execute(delete(Told).where(_T.id.in_([ids["told_id"] for ids in kept_back])))
        session.execute(update(Announcement).where(_A.id == row.id).values(stopped_at=now))
    return stopped


def owe_test(session: Session, event_id: int, account_id: int, *, now: datetime) -> None:
    """One mail to the account, as a contact would get it."""
    outbox.add(
        session,
        KIND,
        f"{KIND}-test:{event_id}:{account_id}:{now.isoformat()}",
        now,
        event_id=event_id,
        account_id=account_id,
    )


def forget_old(session: Session, *, now: datetime) -> None:
    """A year after the event nobody needs to know which addresses heard of it."""
    over = select(Event.id).where(Event.last_day < berlin_day(now) - KEPT)
    old = select(_A.id).where(_A.event_id.in_(over))
    session.execute(delete(Told).where(_T.announcement_id.in_(old)))


def forget_address(session: Session, address: str, _now: datetime) -> int:
    """That this normalised address heard of any date; how often."""
    gone = session.execute(delete(Told).where(_T.email_hash == hashed(address)).returning(_T.id))
    return len(gone.all())


def _lock(session: Session, event_id: int, announcement_id: int) -> Any:
    row = session.execute(
        select(table_of(Announcement))
        .where(_A.id == announcement_id, _A.event_id == event_id)
        .with_for_update()
    ).first()
    if row is None:
        raise NotFound
    return row
