"""Making and changing events as organisers do: registrations follow in the same transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from eventapp.clock import berlin_day
from eventapp.evaluation import actions as evaluation
from eventapp.events import actions as events
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import load_definitions
from eventapp.events.models import Attendance, EventStatus
from eventapp.events.rules import ChangedMeanwhile
from eventapp.events.values import EventValues, ItemValues, Origin
from eventapp.networks.queries import load_tree
from eventapp.notices.actions import collect, take_back_cancelling
from eventapp.notices.rules import NO_WORDS, Words
from eventapp.planning import copying
from eventapp.planning.queries import count_standing, list_slugs_like
from eventapp.planning.reorder import moved
from eventapp.planning.rules import (
    AttendanceInUse,
    Step,
    check_call_off,
    deadline_again,
    is_course_open,
    new_slug,
    open_steps,
    proposed_ends,
)
from eventapp.planning.topics import with_topic_ids
from eventapp.planning.values import Planned
from eventapp.registration.following import follow
from eventapp.registration.queries import places
from eventapp.registration.rules import signup_state
from eventapp.reminders.plans import copy_plan
from eventapp.sitecache import bump


def create(
    session: Session,
    *,
    origin: Origin,
    now: datetime,
    title: str,
    values: Planned,
    status: EventStatus = EventStatus.DRAFT,
) -> str:
    """A new draft, or published at once, under a slug made of its title, with its network's
    deadlines where it names none; the slug."""
    bump(session, now)  # holds the row that every maker of events changes: one slug at a time
    first_day = _first_day(values)
    year = first_day.year
    taken = list_slugs_like(session.connection(), new_slug(title, year, ()))
    slug = new_slug(title, year, taken)
    known = with_topic_ids(session, values, now)
    ends = _ends(session, known, first_day, now)
    named: EventValues = {**known, **ends, "title": title, "status": status.value}
    events.create_event(session, slug, origin=origin, now=now, **named)
    return slug


def _ends(session: Session, values: EventValues, first_day: date, now: datetime) -> EventValues:
    """What the values leave open and the network proposes; nobody signs up for a milestone."""
    if not (values.get("has_in_person") or values.get("has_online")):
        return {}
    network = load_tree(session.connection()).get(values["network_id"])
    proposed = proposed_ends(first_day, network.inherited.deadlines, now)
    ends: EventValues = {}
    if not values.get("assistance_deadline"):
        ends["assistance_deadline"] = proposed.assistance_deadline
    if not values.get("registration_closes_at"):
        ends["registration_closes_at"] = proposed.registration_closes_at
    return ends


def _first_day(values: EventValues) -> date:
    starts_at, starts_on = values.get("starts_at"), values.get("starts_on")
    day = berlin_day(starts_at) if starts_at else starts_on
    if day is None:
        raise ValueError("an event has either both instants or both days")
    return day


def change_event(
    session: Session, slug: str, *, seen: int, origin: Origin, now: datetime, values: Planned
) -> None:
    """Save what was edited from revision `seen`.

    Raises `ChangedMeanwhile`, and `AttendanceInUse` where people would be left without their way
    to take part.
    """
    event = events.lock_events(session, [slug])[slug]
    if event.revision != seen:
        raise ChangedMeanwhile
    standing = count_standing(session.connection(), event.id)
    kept = _offered(values)
    for way, n in standing.items():
        if way not in kept:
            raise AttendanceInUse(n=n)
    known = with_topic_ids(session, values, now)
    [before] = load_definitions(session.connection(), [event.id])
    _change(session, before, known, origin=origin, now=now)


@dataclass(frozen=True)
class Edit:
    """What becomes of one event, edited from revision `seen`."""

    slug: str
    seen: int
    values: Planned


def change_events(
    session: Session, edits: Sequence[Edit], *, origin: Origin, now: datetime
) -> None:
    """As `change_event`, all of them or none; their rows are held before the first is changed."""
    events.lock_events(session, [each.slug for each in edits])
    for each in edits:
        change_event(session, each.slug, seen=each.seen, origin=origin, now=now, values=each.values)


def move_item(
    session: Session, slug: str, item: str, *, steps: int, seen: int, origin: Origin, now: datetime
) -> bool:
    """Move it among the items of its day, see `reorder`; whether it went. Raises
    `ChangedMeanwhile`."""
    event = _locked(session, slug)
    if event.revision != seen:
        raise ChangedMeanwhile
    goes = moved(event.programme, item, steps)
    programme = copying.programme(event)
    for each in programme:
        by = goes.get(each["slug"], timedelta())
        each["starts_at"] += by
        each["ends_at"] += by
    _change(session, event, {"programme": programme}, origin=origin, now=now)
    return bool(goes)


def _offered(values: EventValues) -> Sequence[str]:
    offered = {
        Attendance.IN_PERSON: values.get("has_in_person", True),
        Attendance.ONLINE: values.get("has_online", True),
    }
    return [way for way, holds in offered.items() if holds]


def _change(
    session: Session,
    before: EventDefinition,
    values: EventValues,
    *,
    origin: Origin,
    now: datetime,
    words: Words = NO_WORDS,
) -> None:
    """Registrations follow, and whoever is concerned will be told; `words` go to them where the
    event is called off."""
    if events.update_event(session, before.slug, origin=origin, now=now, **values):
        follow(session, before.id, now=now)
        collect(session, before, now=now, words=words)


def publish(session: Session, slug: str, *, origin: Origin, now: datetime) -> bool:
    """Let the public see it; whether that step was open, as with the three below."""
    published: EventValues = {"status": EventStatus.PUBLISHED.value}
    return _take(session, slug, Step.PUBLISH, lambda _event: published, origin=origin, now=now)


def close_signup(session: Session, slug: str, *, origin: Origin, now: datetime) -> bool:
    """Nobody new from this moment; who is registered or waits stays so, the deadline for later."""

    def closed(event: EventDefinition) -> EventValues:
        earlier = event.registration_closes_at
        return {"registration_closes_at": now, "earlier_closes_at": earlier}

    return _take(session, slug, Step.CLOSE, closed, origin=origin, now=now)


def reopen_signup(session: Session, slug: str, *, origin: Origin, now: datetime) -> bool:
    """Open until the deadline that closing put aside; where none lies ahead, until the start."""

    def reopened(event: EventDefinition) -> EventValues:
        return {"registration_closes_at": deadline_again(event, now), "earlier_closes_at": None}

    return _take(session, slug, Step.REOPEN, reopened, origin=origin, now=now)


def cancel_event(
    session: Session, slug: str, *, origin: Origin, now: datetime, words: Words = NO_WORDS
) -> bool:
    """It does not take place; pages and calendar entries say so from now on, mails in a while, with
    these words of the office."""
    cancelled: EventValues = {"status": EventStatus.CANCELLED.value}
    return _take(
        session, slug, Step.CANCEL, lambda _event: cancelled, origin=origin, now=now, words=words
    )


def set_date(
    session: Session, slug: str, date_id: int, *, is_off: bool, origin: Origin, now: datetime
) -> bool:
    """Call one date of a course off, or bring it back; whether that was open. Whoever has it in
    their calendar will be told as of any change. Raises `LastDate`."""
    event = _locked(session, slug)
    date_ = next((each for each in event.dates if each.id == date_id), None)
    if date_ is None or date_.is_off == is_off or date_.is_over(now):
        return False
    if not is_course_open(event, now):
        return False
    if is_off:
        check_call_off(event, date_)
    dates = copying.dates(event, off={each.id for each in event.dates if each.is_off} ^ {date_id})
    _change(session, event, {"dates": dates}, origin=origin, now=now)
    return True


def restore_event(session: Session, slug: str, *, origin: Origin, now: datetime) -> None:
    """It takes place after all, and nobody is told of either. Raises `TooLateToRestore`."""
    event = events.lock_events(session, [slug])[slug]
    status = take_back_cancelling(session, event.id, now=now)
    events.update_event(session, slug, origin=origin, now=now, status=status)
    follow(session, event.id, now=now)


def _take(
    session: Session,
    slug: str,
    step: Step,
    values: Callable[[EventDefinition], EventValues],
    *,
    origin: Origin,
    now: datetime,
    words: Words = NO_WORDS,
) -> bool:
    """The rule is asked again under the lock: two may press at once."""
    event = _locked(session, slug)
    signup = signup_state(event, places(session.connection(), event), now)
    if step not in open_steps(event, signup, now):
        return False
    _change(session, event, values(event), origin=origin, now=now, words=words)
    return True


def copy_event(
    session: Session,
    event: EventDefinition,
    *,
    title: str,
    by: timedelta,
    origin: Origin,
    now: datetime,
) -> str:
    """A new draft like this event so many days later, without its registrations; its slug."""
    values = copying.values_of(session, event, by)
    slug = create(session, origin=origin, now=now, title=title, values=values)
    copying.copy_wordings(session, event, [slug], now=now)
    copy_plan(session, event.id, [slug], now=now)
    evaluation.copy(session, event.id, [slug])
    return slug


def add_item(
    session: Session, slug: str, item: ItemValues, *, origin: Origin, now: datetime
) -> str:
    """One more programme item, under a slug that no other has; the slug."""
    event = _locked(session, slug)
    taken = [each.slug for each in event.programme]
    added: ItemValues = {**item, "slug": new_slug(item["title"], event.first_day.year, taken)}
    programme = [*copying.programme(event), added]
    _change(session, event, {"programme": programme}, origin=origin, now=now)
    return added["slug"]


def put_item(
    session: Session, slug: str, item: ItemValues, *, origin: Origin, now: datetime
) -> None:
    """Change the programme item of this slug; who waits for it moves up."""
    event = _locked(session, slug)
    others = [each for each in copying.programme(event) if each["slug"] != item["slug"]]
    _change(session, event, {"programme": [*others, item]}, origin=origin, now=now)


def remove_item(session: Session, slug: str, item: str, *, origin: Origin, now: datetime) -> bool:
    """Take it out of the programme; one that somebody has chosen stays. Whether it has gone."""
    event = _locked(session, slug)
    others = [each for each in copying.programme(event) if each["slug"] != item]
    _change(session, event, {"programme": others}, origin=origin, now=now)
    return all(each.slug != item for each in _locked(session, slug).programme)


def _locked(session: Session, slug: str) -> EventDefinition:
    """The event as it is now that nobody else can change it."""
    row = events.lock_events(session, [slug])[slug]
    [event] = load_definitions(session.connection(), [row.id])
    return event
