"""A day before, where the organiser wishes: "do you still come?". A no frees the place at once."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from eventapp.base import table_of
from eventapp.clock import BERLIN, berlin_day
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import load_definitions
from eventapp.events.models import AskComing, Attendance, Event, EventStatus
from eventapp.mail import outbox
from eventapp.registration.models import Registration, RegistrationStatus
from eventapp.unsubscribing.queries import wanting
from eventapp.unsubscribing.rules import Topic

KIND = "still-coming"
BEFORE = timedelta(hours=24)
MORNING = time(9)  # where the hour is open, the day before at nine

_E = table_of(Event).c
_R = table_of(Registration).c


def asks_at(event: EventDefinition) -> datetime:
    """When the question leaves: a day before the event begins, wherever it has been moved to."""
    return moment(event.starts_at, event.first_day)


def moment(starts_at: datetime | None, first_day: date) -> datetime:
    """The same, of the columns alone."""
    if starts_at is not None:
        return starts_at - BEFORE
    return datetime.combine(first_day - timedelta(days=1), MORNING, BERLIN)


def is_time_to_ask(event: EventDefinition, now: datetime) -> bool:
    if event.ask_coming is None or event.dates[0].is_off:
        return False
    return asks_at(event) <= now < event.start


def ask(session: Session, *, now: datetime) -> int:
    """Owe the question to all whom it is time to ask; how many.

    Each row is claimed by its update, so two workers at once ask once. Who got their place within
    the last day is not asked; who was asked for another day is asked anew.
    """
    events = [each for each in _near(session, now) if is_time_to_ask(each, now)]
    return sum(_ask(session, event, now) for event in events)


def _near(session: Session, now: datetime) -> Sequence[EventDefinition]:
    today = berlin_day(now)
    ids = session.execute(
        select(_E.id).where(
            _E.ask_coming.is_not(None),
            _E.status == EventStatus.PUBLISHED,
            _E.first_day.between(today, today + timedelta(days=2)),
        )
    ).scalars()
    return load_definitions(session.connection(), list(ids))


def _ask(session: Session, event: EventDefinition, now: datetime) -> int:
    day = event.first_day
    statement = update(Registration).where(
        _R.event_id == event.id,
        _R.status == RegistrationStatus.CONFIRMED,
        _R.confirmed_at <= asks_at(event),
        wanting(Topic.REMINDERS, _R.event_id, _R.email_key),
        or_(_R.coming_asked_on.is_(None), _R.coming_asked_on != day),
    )
    if event.ask_coming == AskComing.IN_PERSON:
        statement = statement.where(_R.attendance == Attendance.IN_PERSON)
    asked = session.execute(
        statement.values(coming_asked_on=day, coming_at=None).returning(_R.id)
    ).scalars()
    mails = [(f"{KIND}:{id_}:{day}", {"registration_id": id_}) for id_ in sorted(asked)]
    outbox.add_all(session, KIND, mails, now)
    return len(mails)


def say_yes(session: Session, registration_id: int, *, now: datetime) -> None:
    """Recorded while the place is held; the first time counts."""
    session.execute(
        update(Registration)
        .where(
            _R.id == registration_id,
            _R.status == RegistrationStatus.CONFIRMED,
            _R.coming_at.is_(None),
        )
        .values(coming_at=now)
    )
