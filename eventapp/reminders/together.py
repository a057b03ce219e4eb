"""One person, two dates on one day: one mail that names both. Only within one network, whose office
may read what it has sent."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert  # its ON CONFLICT is SQLite's, word for word
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.events.models import Attendance
from eventapp.registration.models import Registration, RegistrationStatus
from eventapp.reminders.models import Group, ReminderClaim, Side
from eventapp.reminders.rules import Due, goes_along
from eventapp.unsubscribing.queries import wanting
from eventapp.unsubscribing.rules import Topic

_IN_ONE = 5_000  # ids in one statement

_C = table_of(ReminderClaim).c
_R = table_of(Registration).c
_O = table_of(Registration).alias("other").c

Place = tuple[int, date]


@dataclass(frozen=True)
class Claim:
    """A fresh one, and the step it is of."""

    id: int
    registration_id: int
    due: Due

    @property
    def place(self) -> Place:
        """Where several are one: the network and the day."""
        return (self.due.network_id, self.due.day)


def join(
    session: Session, claims: Sequence[Claim], planned: Sequence[Due], now: datetime
) -> frozenset[int]:
    """Let one mail tell of all dates of a person on a day; the claims whose mail is another's.

    What of them is due later today is claimed ahead.
    """
    crowded = _crowded(planned)
    first = [each for each in claims if each.due.step.side is Side.BEFORE and each.place in crowded]
    people = _list_people(session, first, crowded)
    mails: dict[tuple[Place, str], list[Claim]] = defaultdict(list)
    for claim in first:
        mails[claim.place, people[claim.id][0]].append(claim)
    led = {claim.id: lead.id for lead, *others in mails.values() for claim in others}
    _follow(session, led)
    ahead = [each for each in planned if now < each.due_at]
    rows = [
        _ahead_row(together[0], other.id, due, now)
        for together in mails.values()
        for other in people[together[0].id][1]
        for due in ahead
        if due.event_id == other.event_id
        and any(goes_along(claim.due, due, now) for claim in together)
        and _is_in(other, due.step.group)
    ]
    if rows:
        once = insert(table_of(ReminderClaim)).on_conflict_do_nothing()
        session.connection().execute(once, rows)
    return frozenset(led)


def _crowded(planned: Sequence[Due]) -> dict[Place, set[int]]:
    """The days on which a network has several dates, with their events."""
    dates: dict[Place, dict[str, int]] = defaultdict(dict)
    for each in planned:
        dates[each.network_id, each.day][each.date_uid] = each.event_id
    return {place: set(found.values()) for place, found in dates.items() if len(found) > 1}


def _list_people(
    session: Session, claims: Sequence[Claim], crowded: dict[Place, set[int]]
) -> dict[int, tuple[str, list[Any]]]:
    """By claim: who it is, and their registrations on such days, the claim's own among them."""
    events = {event for each in claims for event in crowded[each.place]}
    found: dict[int, tuple[str, list[Any]]] = {}
    for start in range(0, len(claims), _IN_ONE):
        ids = [each.id for each in claims[start : start + _IN_ONE]]
        rows = session.execute(
            select(_C.id.label("claim_id"), _R.person_key, *_OTHER)
            .select_from(
                table_of(ReminderClaim)
                .join(table_of(Registration), _R.id == _C.registration_id)
                .join(_O.id.table, _O.person_key == _R.person_key)
            )
            .where(
                _C.id.in_(ids),
                _O.event_id.in_(events),
                _O.status.in_(_STANDING),
                wanting(Topic.REMINDERS, _O.event_id, _O.email_key),
            )
            .order_by(_C.id, _O.id)
        )
        for row in rows:
            found.setdefault(row.claim_id, (row.person_key, []))[1].append(row)
    return found


_OTHER = (_O.id, _O.event_id, _O.status, _O.attendance)
_STANDING = (RegistrationStatus.CONFIRMED, RegistrationStatus.WAITLISTED)


def _is_in(row: Any, group: Group) -> bool:
    if row.status == RegistrationStatus.WAITLISTED:
        return group is Group.WAITING
    ways = {Group.IN_PERSON: Attendance.IN_PERSON, Group.ONLINE: Attendance.ONLINE}
    return bool(ways.get(group) == row.attendance)


def _follow(session: Session, led: dict[int, int]) -> None:
    if not led:
        return
    statement = (
        update(table_of(ReminderClaim))
        .where(_C.id == bindparam("claim"))
        .values(lead_id=bindparam("lead"))
    )
    pairs = [{"claim": claim, "lead": lead} for claim, lead in led.items()]
    session.connection().execute(statement, pairs)


def _ahead_row(lead: Claim, registration_id: int, due: Due, now: datetime) -> dict[str, Any]:
    return {
        "registration_id": registration_id,
        "date_uid": due.date_uid,
        "step": due.step.key,
        "day": due.day,
        "due_at": due.due_at,
        "claimed_at": now,
        "lead_id": lead.id,
    }
