"""Whom a step reaches, as conditions of statements."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, tuple_

from eventapp.attendance.ledger import was_there
from eventapp.base import table_of
from eventapp.events.models import Attendance
from eventapp.registration.models import Registration, RegistrationStatus
from eventapp.reminders.models import Group
from eventapp.unsubscribing.queries import wanting
from eventapp.unsubscribing.rules import Topic

_R = table_of(Registration).c
_CONFIRMED = _R.status == RegistrationStatus.CONFIRMED
_IN_PERSON = and_(_CONFIRMED, _R.attendance == Attendance.IN_PERSON)
_ONLINE = and_(_CONFIRMED, _R.attendance == Attendance.ONLINE)
_SEEN = table_of(Registration).alias("seen").c

WAS_THERE = was_there()
"""At any date of the event, whatever source of the ledger says so."""

REACHABLE = and_(_R.email != "", wanting(Topic.REMINDERS, _R.event_id, _R.email_key))


def in_group(group: Group, due_at: Any, event_ids: Collection[int]) -> ColumnElement[bool]:
    """What a registration of one of these events has to fulfil; `due_at` an instant or a column.
    Whoever came later than a step was due does not get it."""
    in_time = _R.confirmed_at <= due_at
    if group is Group.IN_PERSON:
        return and_(_IN_PERSON, in_time)
    if group is Group.ONLINE:
        return and_(_ONLINE, in_time)
    if group is Group.WAITING:
        waits_since = func.coalesce(_R.admitted_at, _R.created_at)
        return and_(_R.status == RegistrationStatus.WAITLISTED, waits_since <= due_at)
    if group is Group.PRESENT:
        return and_(_IN_PERSON, WAS_THERE)
    if group is Group.PRESENT_ONLINE:
        return and_(_ONLINE, WAS_THERE)
    return and_(_CONFIRMED, ~WAS_THERE, _has_list(event_ids))


def _has_list(event_ids: Collection[int]) -> ColumnElement[bool]:
    """Where the ledger knows nobody of the event who took part in this way, the office has kept no
    list, and nobody was missing. Asked once for all the events."""
    ways = (
        select(_SEEN.event_id, _SEEN.attendance)
        .where(
            _SEEN.event_id.in_(event_ids),
            _SEEN.status == RegistrationStatus.CONFIRMED,
            was_there(_SEEN),
        )
        .distinct()
    )
    return tuple_(_R.event_id, _R.attendance).in_(ways)


def in_any_group(group: Any, due_at: Any, event_ids: Collection[int]) -> ColumnElement[bool]:
    """The same where the group itself is a column."""
    return or_(false(), *(and_(group == each, in_group(each, due_at, event_ids)) for each in Group))


def counted_in(group: Group, now: datetime, event_id: int) -> ColumnElement[bool]:
    """Who would get it if it were due now."""
    return and_(in_group(group, now, [event_id]), REACHABLE)
