"""Recording presence: once per registration, date and source; and what the office writes down."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from eventapp.attendance.ledger_rules import check_has_begun
from eventapp.attendance.models import HandEntry, Presence
from eventapp.base import table_of
from eventapp.events.attendance_rule import AttendanceRule
from eventapp.events.definition import DateDefinition, ItemDefinition
from eventapp.events.models import Event
from eventapp.registration.models import Registration
from eventapp.sitecache import bump

ONLINE_DOOR = "online_door"

_H = table_of(HandEntry).c


@dataclass(frozen=True)
class Written:
    """What somebody of the office says: about a date, or about a programme item during it."""

    date: DateDefinition
    item: ItemDefinition | None
    was_there: bool
    minutes: int | None
    reason: str

    def as_json(self) -> dict[str, Any]:
        """For the log."""
        return {
            "date": self.date.starts_at or self.date.starts_on,
            "item": self.item.title if self.item else None,
            "was_there": self.was_there,
            "minutes": self.minutes,
            "reason": self.reason,
        }


def record_presence(
    session: Session, registration_id: int, event_date_id: int, source: str, *, now: datetime
) -> None:
    """Note that somebody was there; the second time changes nothing."""
    _lock(session, registration_id)
    fact = {"registration_id": registration_id, "event_date_id": event_date_id, "source": source}
    if session.execute(select(Presence.id).filter_by(**fact)).first() is None:
        session.execute(insert(Presence).values(**fact, recorded_at=now))


def write_down(
    session: Session, registration_id: int, said: Written, *, by: int, now: datetime
) -> None:
    """Keep what the office says, in place of what it said of the same before.

    Raises `DateNotBegun`.
    """
    check_has_begun(said.date, now)
    _lock(session, registration_id)
    item_id = said.item.id if said.item else None
    is_same = (
        _H.programme_item_id == item_id
        if item_id
        else (_H.event_date_id == said.date.id) & _H.programme_item_id.is_(None)
    )
    session.execute(delete(HandEntry).where(_H.registration_id == registration_id, is_same))
    session.execute(
        insert(HandEntry).values(
            registration_id=registration_id,
            event_date_id=said.date.id,
            programme_item_id=item_id,
            was_there=said.was_there,
            minutes=said.minutes,
            reason=said.reason,
            account_id=by,
            created_at=now,
        )
    )


def take_back(session: Session, entry_id: int) -> bool:
    """What was written by hand is as if it had not been; False: it was taken back before."""
    gone = delete(HandEntry).where(_H.id == entry_id).returning(_H.id)
    return session.execute(gone).first() is not None


def set_rule(
    session: Session, event_id: int, rule: AttendanceRule | None, *, now: datetime
) -> None:
    """From now on the event asks for this; what is known of people stays as it is."""
    values = {"attendance_rule": rule.as_json() if rule else None}
    session.execute(update(Event).where(Event.id == event_id).values(values))
    bump(session, now)


def _lock(session: Session, registration_id: int) -> None:
    session.execute(
        select(Registration.id)
        .where(Registration.id == registration_id)
        .with_for_update(key_share=True)
    )
