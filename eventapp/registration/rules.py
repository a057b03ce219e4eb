"""Who gets a place, and when sign-up is possible. Pure: no session, no Flask, no clock."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from eventapp.clock import berlin_day
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Attendance, Audience, EventStatus
from eventapp.registration.models import RegistrationStatus
from eventapp.registration.places import PlaceRequest, Places
from eventapp.registration.refusals import (
    AttendanceClosed,
    EventFull,
    QuotaExhausted,
    RegistrationClosed,
)


class SignupState(StrEnum):
    OPEN = "open"
    FULL = "full"  # with a waiting list
    FULL_CLOSED = "full_closed"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    PAST = "past"
    CANCELLED = "cancelled"
    ANNOUNCED = "announced"
    NO_REGISTRATION = "no_registration"
    NOT_PUBLIC = "not_public"


class Access(StrEnum):
    """How somebody comes to the form."""

    ANYBODY = "anybody"
    INVITED = "invited"  # with an organisation's link
    BY_RIGHT = "by_right"  # with a personal one: past quota and waiting list


@dataclass(frozen=True)
class Signup:
    """Whether one can sign up now, and the times that decide it."""

    state: SignupState
    opens_at: datetime | None
    closes_at: datetime
    closed: frozenset[str] = frozenset()  # ways to take part that are not open any more

    @property
    def is_possible(self) -> bool:
        return self.state in (SignupState.OPEN, SignupState.FULL)


def closes_at(event: EventDefinition, attendance: str) -> datetime:
    """As set; else at the start, online at the end. With the time open, on the evening before."""
    if event.registration_closes_at is not None:
        return event.registration_closes_at
    if event.starts_at is None:
        return event.start - timedelta(minutes=1)
    is_online = attendance == Attendance.ONLINE
    return event.ends_at if is_online and event.ends_at else event.starts_at


def all_closes_at(event: EventDefinition) -> datetime:
    """When the last way to take part closes."""
    return max((closes_at(event, each) for each in event.attendances), default=event.start)


def for_newcomers(event: EventDefinition, places: Places, now: datetime) -> Places:
    """The places as they count for somebody new. From the event's start nobody moves up any more,
    so that no line holds back a place that is free."""
    if now < event.start:
        return places
    counts = {each: replace(count, waiting=0) for each, count in places.by_attendance.items()}
    return replace(places, by_attendance=counts)


def signup_state(
    event: EventDefinition, places: Places, now: datetime, access: Access = Access.ANYBODY
) -> Signup:
    """What the event's page says of sign-up, or its form to whom comes with a link."""
    closed = frozenset(each for each in event.attendances if now >= closes_at(event, each))
    places = for_newcomers(event, places, now)
    state = _closed_state(event, now, access)
    if state is None:
        state = SignupState.OPEN
        left = [each for each in event.attendances if each not in closed]
        if access != Access.BY_RIGHT and not any(places[each].is_open for each in left):
            state = SignupState.FULL if event.waiting_list else SignupState.FULL_CLOSED
    return Signup(state, event.registration_opens_at, all_closes_at(event), closed)


def _closed_state(event: EventDefinition, now: datetime, access: Access) -> SignupState | None:
    opens = event.registration_opens_at
    is_uninvited = event.audience == Audience.INVITED and access == Access.ANYBODY
    for state, holds in (
        (SignupState.CANCELLED, event.status == EventStatus.CANCELLED),
        (SignupState.PAST, is_over(event, now)),
        (SignupState.NO_REGISTRATION, not event.attendances),
        (SignupState.ANNOUNCED, event.status == EventStatus.ANNOUNCED),
        (SignupState.NOT_PUBLIC, is_uninvited),
        (SignupState.NOT_YET, opens is not None and now < opens),
        (SignupState.CLOSED, now >= all_closes_at(event)),
    ):
        if holds:
            return state
    return None


def is_over(event: EventDefinition, now: datetime) -> bool:
    """Whether its last minute or, with the time open, its last day has passed."""
    if event.ends_at is not None:
        return now >= event.ends_at
    return berlin_day(now) > event.last_day


def caps_hold(event: EventDefinition, now: datetime) -> bool:
    """Whether organisations may send only so many; from `release_unused_on` on they may not."""
    released = event.release_unused_on
    return event.has_caps and (released is None or berlin_day(now) < released)


def capped(event: EventDefinition, now: datetime, *organisation_ids: int | None) -> list[int]:
    """Of these organisations those whose delegates have to be counted."""
    if not caps_hold(event, now):
        return []
    return sorted({each for each in organisation_ids if each is not None})


def decide_status(
    event: EventDefinition, places: Places, asked: PlaceRequest
) -> RegistrationStatus:
    """Confirmed, or waiting where there is a list; raises `QuotaExhausted`, `EventFull`."""
    quota = places.quota(asked.organisation_id)
    has_quota = quota is None or quota.is_free
    if asked.by_right or (has_quota and places[asked.attendance].is_open):
        return RegistrationStatus.CONFIRMED
    if event.waiting_list:
        return RegistrationStatus.WAITLISTED
    if quota is not None and not has_quota:
        raise QuotaExhausted(n=quota.capacity)
    raise EventFull


def decide_signup(
    event: EventDefinition,
    places: Places,
    asked: PlaceRequest,
    now: datetime,
    access: Access = Access.ANYBODY,
) -> RegistrationStatus:
    """As `decide_place` for a guest's own sign-up now.

    Raises `EventFull`, `QuotaExhausted`, `RegistrationClosed`, `AttendanceClosed`.
    """
    check_open(event, places, asked.attendance, now, access)
    return decide_place(event, for_newcomers(event, places, now), asked)


def check_open(
    event: EventDefinition, places: Places, attendance: str, now: datetime, access: Access
) -> None:
    """Raises `EventFull`, `RegistrationClosed`, `AttendanceClosed`."""
    signup = signup_state(event, places, now, access)
    if not signup.is_possible:
        raise EventFull if signup.state == SignupState.FULL_CLOSED else RegistrationClosed
    if attendance in signup.closed:
        raise AttendanceClosed


def decide_place(event: EventDefinition, places: Places, asked: PlaceRequest) -> RegistrationStatus:
    """As `decide_status`, where the event may want proof of the address or decide on each person.

    Proof comes first, where there is none yet, then the decision; only who would have a place at
    once holds it meanwhile.
    Whoever was invited by name has a place past all of it.
    """
    status = decide_status(event, places, asked)
    if asked.by_right:
        return status
    if event.confirm_email and not asked.is_proved:
        holds = status == RegistrationStatus.CONFIRMED and not event.approval
        return RegistrationStatus.PENDING if holds else RegistrationStatus.UNPROVED
    return RegistrationStatus.RECEIVED if event.approval else status


def decide_entry(
    event: EventDefinition, places: Places, asked: PlaceRequest, *, beyond: bool
) -> RegistrationStatus:
    """As `decide_status` for whom the office enters; `beyond` gives a place that is not there."""
    return RegistrationStatus.CONFIRMED if beyond else decide_status(event, places, asked)


def next_revised_at(now: datetime, *earlier: datetime) -> datetime:
    """The DTSTAMP of a new state: whole seconds, strictly later than every earlier one."""
    return max(now.replace(microsecond=0), *(each + timedelta(seconds=1) for each in earlier))


def door_opens_at(event: EventDefinition, starts_at: datetime) -> datetime:
    """When the online door of a date of the event opens."""
    return starts_at - timedelta(minutes=event.door_opens_before)


def is_door_open(event: EventDefinition, now: datetime) -> bool:
    """Whether one of its dates is under way, or about to begin."""
    date = event.next_date(now)
    if date is None or date.starts_at is None:
        return False
    return now >= door_opens_at(event, date.starts_at)
