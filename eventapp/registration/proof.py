"""Proof of the address, where the event wants it: until then a place is only held. What becomes of
whoever stays silent: `silence.py`."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from eventapp.errors import Gone
from eventapp.registration.models import PROVING, RegistrationStatus
from eventapp.registration.promotion import fill_items, promote
from eventapp.registration.proof_rules import decide_proved, first_mail
from eventapp.registration.standing import lock_standing, owe, revise


def confirm_address(session: Session, registration_id: int, *, now: datetime) -> None:
    """The address is proved: the place is theirs, the office decides, or they stand in line.

    Who had confirmed before changes nothing. Raises `AlreadyCancelled`, and `Gone` once the time
    is over.
    """
    event, row = lock_standing(session, registration_id, now=now)
    if row.status not in PROVING:
        return
    if now >= row.proof_until:
        raise Gone
    status = decide_proved(event, row.status)
    revise(session, event, row, now, status=status, **_admitted(row, status, now))
    if status == RegistrationStatus.CONFIRMED:  # some items of theirs may wait
        fill_items(session, event, [row.id], now=now)
    if row.id not in promote(session, event, now=now):
        kind = first_mail(status)
        owe(session, kind, row.id, str(row.id), now)


def _admitted(row: Any, status: RegistrationStatus, now: datetime) -> dict[str, Any]:
    """Who waits takes the position of the sign-up: the number was given then."""
    waits = status == RegistrationStatus.WAITLISTED
    return {
        "proof_until": None,
        "admitted_at": now,
        "confirmed_at": now if status == RegistrationStatus.CONFIRMED else None,
        "waits_for": row.attendance if waits else None,
        "queue_number": row.queue_number if waits else None,
    }
