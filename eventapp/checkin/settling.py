"""What the office does about a conflict: be done with it, count a scan, take one back."""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from eventapp.checkin.conflict_rules import Kind
from eventapp.checkin.conflicts import NO_REFUSAL, Conflict
from eventapp.checkin.models import Scan
from eventapp.checkin.rules import Finding
from eventapp.errors import Refused


class NotToBeAdmitted(Refused):
    """The guest may still not enter."""

    code = "not-to-be-admitted"


class NotToBeTakenBack(Refused):
    """The scan counts for nothing anyway."""

    code = "not-to-be-taken-back"


def settle(session: Session, conflict: Conflict, *, now: datetime) -> bool:
    """Nothing is left to do; the scan counts as before. Whether that is new."""
    return _set(session, conflict, Scan.settled_at.is_(None), settled_at=now)


def reopen(session: Session, conflict: Conflict) -> bool:
    """As if it had not been settled. Whether it was."""
    return _set(session, conflict, Scan.settled_at.is_not(None), settled_at=None)


def admit(session: Session, conflict: Conflict) -> bool:
    """The scan counts as the admission that the door believed it to be. Whether that is new.

    Raises `NotToBeAdmitted`.
    """
    if not conflict.may_be_admitted:
        raise NotToBeAdmitted
    refused = Scan.finding.not_in(NO_REFUSAL)
    return _set(session, conflict, refused, finding=Finding.TICKET)


def take_back(session: Session, conflict: Conflict, *, now: datetime) -> bool:
    """The second scan was a mistake and counts no longer. Whether that is new.

    Raises `NotToBeTakenBack`.
    """
    if conflict.kind is not Kind.DOUBLE:
        raise NotToBeTakenBack
    is_ticket = Scan.finding == Finding.TICKET
    return _set(session, conflict, is_ticket, finding=Finding.UNDONE, undone_at=now)


def _set(session: Session, conflict: Conflict, still: Any, **values: Any) -> bool:
    mine = (Scan.id == conflict.scan.id, still)
    done: Any = session.execute(update(Scan).where(*mine).values(**values))
    return bool(done.rowcount)
