"""What follows from what came back. Each thing is done once, however often its mail arrives: a mail
of ours comes back once, and a calendar entry is declined once as it stands."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert  # its ON CONFLICT is SQLite's, word for word
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.loading import get_definition_by_id
from eventapp.mail import outbox
from eventapp.mail.models import MailState, OutboxMail
from eventapp.mail.outbox import recipient_hash, was_for
from eventapp.names import key
from eventapp.privacy.declarations import Subject
from eventapp.registration.models import Registration
from eventapp.returns import queries
from eventapp.returns.models import CalendarDecline, Undeliverable
from eventapp.returns.replies import Decline
from eventapp.returns.reports import Failure, Report
from eventapp.returns.rules import FORGOTTEN_AFTER, PROVED_AFTER, asks_to_free

KIND = "calendar-declined"

_M = table_of(OutboxMail).c
_U = table_of(Undeliverable).c
_R = table_of(Registration).c


def note_report(session: Session, report: Report, *, now: datetime) -> int:
    """Mark the mails that came back, and their addresses; how many.

    Only a mail that left for an address of the report counts: who invents one harms nobody. Nothing
    stops being sent because of it.
    """
    noted = 0
    for mail in queries.list_mails(session.connection(), report.message_ids):
        failure = _failure_of(mail, report)
        if failure is not None and _note(session, mail, failure, now):
            noted += 1
            _mark_address(session, mail, failure, now)
    return noted


def _failure_of(mail: Any, report: Report) -> Failure | None:
    for failure in report.failures:
        if any(was_for(mail.recipient_hash, address) for address in failure.addresses):
            return failure
    return None


def _note(session: Session, mail: Any, failure: Failure, now: datetime) -> bool:
    """False where it had come back already."""
    noted = session.execute(
        update(table_of(OutboxMail))
        .where(_M.id == mail.id, _M.bounced_at.is_(None))
        .values(bounced_at=now, bounce_status=failure.status, last_answer=failure.answer)
        .returning(_M.id)
    )
    return noted.first() is not None


def _mark_address(session: Session, mail: Any, failure: Failure, now: datetime) -> None:
    """Where it is still the one that is written to."""
    for event_id, email in queries.list_addresses(session.connection(), mail):
        if was_for(mail.recipient_hash, email):
            found = {"status": failure.status, "reported_at": now}
            statement = insert(Undeliverable).values(
                event_id=event_id, email_key=key(email), **found
            )
            session.execute(
                statement.on_conflict_do_update(
                    index_elements=["event_id", "email_key"], set_=found
                )
            )


def note_decline(session: Session, decline: Decline, *, now: datetime) -> bool:
    """Owe the question whether the place may be freed; False where nothing is to be asked.

    It changes nothing by itself. Once for the entry as it stands, in whichever date and however
    often it is declined.
    """
    connection = session.connection()
    row = queries.find_declined(connection, decline.uid)
    if row is None or row.email_key != key(decline.sender):
        return False
    event = get_definition_by_id(connection, row.event_id)
    present = event.sequence + row.sequence
    if not asks_to_free(event, row.status, declined=decline.sequence, present=present, now=now):
        return False
    asked = session.execute(
        insert(CalendarDecline)
        .values(registration_id=row.id, sequence=present, declined_at=now)
        .on_conflict_do_nothing()
        .returning(CalendarDecline.sequence)
    )
    if asked.first() is None:
        return False
    outbox.add(session, KIND, f"{KIND}:{row.id}:{present}", now, registration_id=row.id)
    return True


def forget_old(session: Session, *, now: datetime) -> None:
    """Marks of long ago, and those that a later mail has disproved: it left, and no report of it
    came for days."""
    session.execute(delete(Undeliverable).where(_U.reported_at <= now - FORGOTTEN_AFTER))
    marks = session.execute(select(_U.event_id, _U.email_key, _U.reported_at)).all()
    if not marks:
        return
    hashes = {recipient_hash(mark.email_key): mark for mark in marks}
    last_sent = session.execute(
        select(_M.recipient_hash, func.max(_M.settled_at).label("at"))
        .where(
            _M.recipient_hash.in_(hashes),
            _M.state == MailState.SENT,
            _M.bounced_at.is_(None),
            _M.settled_at <= now - PROVED_AFTER,
        )
        .group_by(_M.recipient_hash)
    )
    sent = {bytes(row.recipient_hash): row.at for row in last_sent}
    reached = [
        and_(_U.event_id == mark.event_id, _U.email_key == mark.email_key)
        for mark in marks
        if (at := sent.get(recipient_hash(mark.email_key))) and at > mark.reported_at
    ]
    if reached:
        session.execute(delete(Undeliverable).where(or_(*reached)))


def forget_address(session: Session, address: str, _now: datetime) -> int:
    """Delete the marks of this normalised address; how many."""
    mine = delete(table_of(Undeliverable)).where(_U.email_key == address)
    return session.connection().execute(mine).rowcount


def forget(session: Session, subjects: Sequence[Subject], _now: datetime) -> None:
    """Delete the marks of these people's addresses at their events."""
    ids = [each.registration_id for each in subjects]
    theirs = exists().where(
        _R.id.in_(ids), _R.event_id == _U.event_id, _R.email_key == _U.email_key
    )
    session.execute(delete(Undeliverable).where(theirs))
