"""Calendar files in mails, or the feed alone: so that nothing stands twice nor stays stale.

Whoever chooses the feed gets one mail that takes back what earlier mails have put into their
calendar; from then on mails carry no files, and tell all the same. Whoever chooses files again gets
all dates to come in one mail. SEQUENCE rises for the taking back, and once more for what stands in
the feed, so that a calendar that knows both never takes the one for the other.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.clock import berlin_day
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import load_definitions
from eventapp.events.models import Event
from eventapp.mail import outbox
from eventapp.registration import own_feed
from eventapp.registration.lock import lock_events
from eventapp.registration.models import PersonalFeed, Registration, RegistrationStatus
from eventapp.registration.standing import revise

KIND = "calendar-choice"

_R, _E = table_of(Registration).c, table_of(Event).c
_F = table_of(PersonalFeed).c
_PERSON_TABLE = table_of(Registration).alias("person")
_PERSON = _PERSON_TABLE.c


def choose_files(session: Session, registration_id: int, *, wanted: bool, now: datetime) -> None:
    """Files in mails again, or none any more; what is so already changes nothing."""
    held = _lock(session, registration_id, now)
    feed = own_feed.get_locked(session, registration_id)
    if feed is None or (feed.no_files_since is None) == wanted:
        return
    for event, row in held:
        revise(session, event, row, now, sequence=row.sequence + (1 if wanted else 2))
    since = None if wanted else now
    session.execute(
        update(table_of(PersonalFeed)).where(_F.id == feed.id).values(no_files_since=since)
    )
    act = f"{KIND}:{registration_id}:{now.isoformat()}"
    outbox.add(session, KIND, act, now, registration_id=registration_id, files=int(wanted))


def end_feed(session: Session, registration_id: int, *, now: datetime) -> None:
    """No feed any more, so mails carry files again."""
    choose_files(session, registration_id, wanted=True, now=now)
    row = own_feed.get_locked(session, registration_id)
    if row is not None:
        own_feed.end(session, row, now=now)


def _lock(
    session: Session, registration_id: int, now: datetime
) -> list[tuple[EventDefinition, Any]]:
    """The places that the person holds in events to come, all events locked in one step."""
    connection = session.connection()
    event_ids = sorted({row.event_id for row in list_to_come(connection, registration_id, now=now)})
    events = lock_events(session, load_definitions(connection, event_ids), now=now)
    by_id = {event.id: event for event in events}
    rows = list_to_come(connection, registration_id, now=now)
    return [
        (by_id[row.event_id], row)
        for row in rows
        if row.status == RegistrationStatus.CONFIRMED and row.event_id in by_id
    ]


def list_to_come(
    connection: Connection, registration_id: int, *, now: datetime
) -> Sequence[Row[Any]]:
    """The person's registrations of whatever state in events not over, by date."""
    statement = (
        select(table_of(Registration))
        .join(table_of(Event), _E.id == _R.event_id)
        .join(
            _PERSON_TABLE,
            and_(_PERSON.email_key == _R.email_key, _PERSON.person_key == _R.person_key),
        )
        .where(_PERSON.id == registration_id, _E.last_day >= berlin_day(now))
        .order_by(_E.first_day, _R.id)
    )
    return connection.execute(statement).all()
