"""Recording presence: once per registration, date and source."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from eventapp.attendance.models import Presence
from eventapp.registration.models import Registration

ONLINE_DOOR = "online_door"


def record_presence(
    session: Session, registration_id: int, event_date_id: int, source: str, *, now: datetime
) -> None:
    """Note that somebody was there; the second time changes nothing."""
    session.execute(
        select(Registration.id)
        .where(Registration.id == registration_id)
        .with_for_update(key_share=True)
    )
    fact = {"registration_id": registration_id, "event_date_id": event_date_id, "source": source}
    if session.execute(select(Presence.id).filter_by(**fact)).first() is None:
        session.execute(insert(Presence).values(**fact, recorded_at=now))
