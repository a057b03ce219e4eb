"""What somebody sees of their own attendance on their personal page."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from eventapp.attendance.standing import find_standing
from eventapp.attendance.standing_words import missing_words, rule_words
from eventapp.events.models import EventStatus
from eventapp.registration.beside import put_beside
from eventapp.registration.holder import Holder
from eventapp.registration.models import RegistrationStatus


def _for_holder(connection: Connection, holder: Holder, now: datetime) -> dict[str, Any] | None:
    """Nothing for whoever has no place, and before anything has begun that is not asked for."""
    event = holder.event
    is_asked = bool(rule_words(event))
    if holder.status != RegistrationStatus.CONFIRMED or event.status == EventStatus.CANCELLED:
        return None
    if not event.dates_on or (now < event.start and not is_asked):
        return None
    standing = find_standing(connection, event, holder.id, now)
    return {
        "standing": standing,
        "rule": rule_words(event),
        "missing": missing_words(standing),
        "has_ended": all(each.is_over for each in standing.dates),
    }


put_beside("attendance", _for_holder)
