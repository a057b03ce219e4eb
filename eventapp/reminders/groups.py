"""Whom a step reaches, as conditions of statements."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, or_

from eventapp.attendance.ledger import was_there
from eventapp.base import table_of
from eventapp.checkin.models import Scan
from eventapp.checkin.rules import Direction, Finding
from eventapp.events.models import Attendance
from eventapp.registration.models import Registration, RegistrationStatus
from eventapp.reminders.models import Group
from eventapp.unsubscribing.queries import wanting
from eventapp.unsubscribing.rules import Topic

_R = table_of(Registration).c
_LET_IN = and_(Scan.finding == Finding.TICKET, Scan.direction == Direction.IN)
_CONFIRMED = _R.status == RegistrationStatus.CONFIRMED
_IN_PERSON = and_(_CONFIRMED, _R.attendance == Attendance.IN_PERSON)

WAS_THERE = was_there()
"""Any source of the ledger says so."""

# Where nobody was scanned, nobody was missing: the office has kept no list.
_HAS_LIST = exists().where(Scan.event_id == _R.event_id, _LET_IN)

REACHABLE = and_(_R.email != "", wanting(Topic.REMINDERS, _R.event_id, _R.email_key))


def in_group(group: Group, due_at: Any) -> ColumnElement[bool]:
    """What a registration has to fulfil; `due_at` an instant or a column. Whoever came later than
    a step was due does not get it."""
    in_time = _R.confirmed_at <= due_at
    if group is Group.IN_PERSON:
        return and_(_IN_PERSON, in_time)
    if group is Group.ONLINE:
        return and_(_CONFIRMED, _R.attendance == Attendance.ONLINE, in_time)
    if group is Group.WAITING:
        waits_since = func.coalesce(_R.admitted_at, _R.created_at)
        return and_(_R.status == RegistrationStatus.WAITLISTED, waits_since <= due_at)
    if group is Group.PRESENT:
        return and_(_CONFIRMED, WAS_THERE)
    return and_(_IN_PERSON, ~WAS_THERE, _HAS_LIST)


def in_any_group(group: Any, due_at: Any) -> ColumnElement[bool]:
    """The same where the group itself is a column."""
    return or_(false(), *(and_(group == each, in_group(each, due_at)) for each in Group))


def counted_in(group: Group, now: datetime) -> ColumnElement[bool]:
    """Who would get it if it were due now."""
    return and_(in_group(group, now), REACHABLE)
