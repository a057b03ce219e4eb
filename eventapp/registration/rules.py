"""Who gets a place, and when sign-up is possible. Pure: no session, no Flask, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations

from eventapp.clock import berlin_day
from eventapp.errors import Refused
from eventapp.events.definition import EventDefinition, ItemDefinition
from eventapp.events.models import Attendance, Audience, EventStatus
from eventapp.registration.models import IN_ITEMS, PlaceStatus, RegistrationStatus

OFFER_HOURS = 24
SCARCE = 10  # so few free places, or so few per cent, are named as a number


class EventFull(Refused):
    code = "event-full"
    field = "attendance"


class QuotaExhausted(Refused):
    """The organisation has sent as many as it may."""

    code = "quota-exhausted"
    field = "organisation"


class RegistrationClosed(Refused):
    code = "registration-closed"


class AttendanceClosed(RegistrationClosed):
    """In person one can sign up until the start, online until the end."""

    field = "attendance"


class EventChanged(Refused):
    """Somebody changed the event while the form was being read; what was chosen may be gone."""

    code = "event-changed"


class ProgrammeItemFull(Refused):
    code = "programme-item-full"


class Overlap(Refused):
    code = "overlap"


class AlreadyCancelled(Refused):
    code = "already-cancelled"


class NotWaiting(Refused):
    """Who holds a place already cannot be given one."""

    code = "not-waiting"


class SwitchClosed(RegistrationClosed):
    """The other way to take part is not offered, or not open any more."""

    code = "switch-closed"
    field = "attendance"


class NotOffered(Refused):
    """There is no offer, or its time is over."""

    code = "not-offered"


class NotConfirmedYet(Refused):
    """Whoever has not confirmed their address has nothing yet that could be moved."""

    code = "not-confirmed-yet"


class NotDecidedYet(Refused):
    """Whoever waits for a decision has no place yet that could be given or moved."""

    code = "not-decided-yet"


class AlreadyDecided(Refused):
    """The office has accepted this person, or the event never asked for a decision."""

    code = "already-decided"


class Unchanged(Refused):
    """It is so already."""

    code = "unchanged"
    field = "attendance"


class AlreadyRegistered(Refused):
    """The office meets the other entry; a guest who signs up twice only gets a link."""

    code = "already-registered"
    field = "email"


class NoDateLeft(Refused):
    """None of several events that were ticked can be had."""

    code = "no-date-left"
    field = "events"


@dataclass(frozen=True)
class Count:
    """Places of one attendance or programme item; `capacity` None is unlimited."""

    capacity: int | None
    taken: int = 0
    waiting: int = 0
    has_caps: bool = False  # see `EventDefinition.has_caps`

    @property
    def free(self) -> int | None:
        """None: unlimited. May be negative, after lowering the capacity."""
        return None if self.capacity is None else self.capacity - self.taken

    @property
    def is_free(self) -> bool:
        return self.capacity is None or self.taken < self.capacity

    @property
    def is_open(self) -> bool:
        """Whether somebody new gets a place: nobody overtakes those who wait for it. Where caps
        hold, whoever waits beside a free place waits for one of their organisation's."""
        return self.is_free and (self.has_caps or not self.waiting)

    @property
    def is_scarce(self) -> bool:
        if self.capacity is None or not self.is_free:
            return False
        free = self.capacity - self.taken
        return free <= SCARCE or free * 10 <= self.capacity


@dataclass(frozen=True)
class Places:
    """All places of one event at one moment; answers `places["in_person"]`."""

    by_attendance: Mapping[str, Count]
    items: Mapping[str, Count] = field(default_factory=dict)
    delegates: Mapping[int, Count] = field(default_factory=dict)  # of organisations with a cap

    def __getitem__(self, attendance: str) -> Count:
        return self.by_attendance[attendance]

    def __contains__(self, attendance: str) -> bool:
        return attendance in self.by_attendance

    def quota(self, organisation_id: int | None) -> Count | None:
        """What this organisation may send; None where no cap holds."""
        return None if organisation_id is None else self.delegates.get(organisation_id)


@dataclass(frozen=True)
class PlaceRequest:
    """What somebody asks for, and what they ask it as."""

    attendance: str
    organisation_id: int | None = None
    by_right: bool = False  # skips quota and waiting list; counted all the same


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

    Proof comes first, then the decision; only who would have a place at once holds it meanwhile.
    Whoever was invited by name has a place past all of it.
    """
    status = decide_status(event, places, asked)
    if asked.by_right:
        return status
    if event.confirm_email:
        holds = status == RegistrationStatus.CONFIRMED and not event.approval
        return RegistrationStatus.PENDING if holds else RegistrationStatus.UNPROVED
    return RegistrationStatus.RECEIVED if event.approval else status


def decide_entry(
    event: EventDefinition, places: Places, asked: PlaceRequest, *, beyond: bool
) -> RegistrationStatus:
    """As `decide_status` for whom the office enters; `beyond` gives a place that is not there."""
    return RegistrationStatus.CONFIRMED if beyond else decide_status(event, places, asked)


def offer_ends_at(event: EventDefinition, now: datetime) -> datetime:
    """Until when a place that is offered now is held; never longer than the event's start."""
    return min(now + timedelta(hours=event.offer_hours or OFFER_HOURS), event.start)


def moves_up_to(event: EventDefinition, *, has_place: bool) -> RegistrationStatus:
    """What becomes of the next in line. Whoever only changes their way to take part has a place
    already, and gets the other one at once."""
    if event.offer_hours is None or has_place:
        return RegistrationStatus.CONFIRMED
    return RegistrationStatus.OFFERED


@dataclass(frozen=True)
class Waiting:
    """Somebody in the line for `waits_for`; who has a place already only wants the other way."""

    id: int
    waits_for: str
    organisation_id: int | None = None
    has_place: bool = False


def next_in_line(places: Places, line: Sequence[Waiting]) -> list[Waiting]:
    """Who of the line, which is in order, takes the places that are free. Whoever cannot take one
    is passed over and keeps their position."""
    free = {each: places[each].free for each in places.by_attendance}
    quotas: dict[int | None, int | None] = {
        id_: count.free for id_, count in places.delegates.items()
    }
    chosen = []
    for one in line:
        left = free.get(one.waits_for, 0)
        quota = None if one.has_place else quotas.get(one.organisation_id)
        if (left is not None and left <= 0) or (quota is not None and quota <= 0):
            continue
        chosen.append(one)
        if left is not None:
            free[one.waits_for] = left - 1
        if quota is not None:
            quotas[one.organisation_id] = quota - 1
    return chosen


def decide_items(
    event: EventDefinition,
    places: Places,
    status: str,
    items: Sequence[ItemDefinition],
    *,
    beyond: bool = False,
) -> dict[int, PlaceStatus]:
    """Whether each item is held or waited for, by its id; raises `ProgrammeItemFull`.

    Whoever holds no place in the event holds no item: all are waited for and taken at promotion.
    `beyond` gives seats that are not there.
    """
    if status not in IN_ITEMS:
        return dict.fromkeys((item.id for item in items), PlaceStatus.WAITLISTED)
    if beyond:
        return dict.fromkeys((item.id for item in items), PlaceStatus.CONFIRMED)
    return {item.id: _decide_item(event, places.items[item.slug], item) for item in items}


def _decide_item(event: EventDefinition, count: Count, item: ItemDefinition) -> PlaceStatus:
    if count.is_free:
        return PlaceStatus.CONFIRMED
    if event.waiting_list:
        return PlaceStatus.WAITLISTED
    raise ProgrammeItemFull(title=item.title, item=item)


def overlap(first: ItemDefinition, second: ItemDefinition) -> bool:
    """Whether they are at the same time, be it for a minute."""
    return first.starts_at < second.ends_at and second.starts_at < first.ends_at


def check_overlap(chosen: Sequence[ItemDefinition]) -> None:
    """Raises `Overlap` when two chosen items are at the same time or of the same group."""
    for first, second in combinations(chosen, 2):
        if overlap(first, second) or (first.group is not None and first.group == second.group):
            raise Overlap(first=first.title, second=second.title, item=second)


def released_items(
    event: EventDefinition, held: Mapping[int, str], wanted: Mapping[int, PlaceStatus]
) -> set[int]:
    """Which held items are given back for the wanted ones (all of them, also those kept).

    Whoever waits for another item of a group keeps the one they hold until then.
    """
    by_id = {item.id: item for item in event.choices}
    awaited = {
        by_id[item_id].group
        for item_id, status in wanted.items()
        if status == PlaceStatus.WAITLISTED and by_id[item_id].group
    }
    return {
        item_id
        for item_id, status in held.items()
        if item_id not in wanted
        and not (status == PlaceStatus.CONFIRMED and by_id[item_id].group in awaited)
    }


@dataclass(frozen=True)
class Step:
    """What becomes of one registration."""

    status: str
    attendance: str
    wish: str | None = None  # the other way to take part that they go on waiting for

    @property
    def waits_for(self) -> str | None:
        """The line they stand in then."""
        return self.attendance if self.status == RegistrationStatus.WAITLISTED else self.wish


def decide_switch(
    event: EventDefinition, places: Places, before: Step, asked: PlaceRequest, now: datetime
) -> Step:
    """Another way to take part: a place there, or a wait for it, with the one of now kept until
    then. Whoever has no place yet changes lines. Raises `EventFull`, `QuotaExhausted`."""
    places = for_newcomers(event, places, now)
    if before.status != RegistrationStatus.CONFIRMED:
        return Step(decide_status(event, places, asked), asked.attendance)
    if places[asked.attendance].is_open:
        return Step(before.status, asked.attendance)
    if event.waiting_list and now < event.start:
        return Step(before.status, before.attendance, wish=asked.attendance)
    raise EventFull


def next_revised_at(now: datetime, *earlier: datetime) -> datetime:
    """The DTSTAMP of a new state: whole seconds, strictly later than every earlier one."""
    return max(now.replace(microsecond=0), *(each + timedelta(seconds=1) for each in earlier))


DOOR_OPENS_BEFORE = timedelta(minutes=15)


def door_opens_at(starts_at: datetime) -> datetime:
    """When the online door of a date opens."""
    return starts_at - DOOR_OPENS_BEFORE


def is_door_open(event: EventDefinition, now: datetime) -> bool:
    """Whether one of its dates is under way, or about to begin."""
    date = event.next_date(now)
    return date is not None and date.starts_at is not None and now >= door_opens_at(date.starts_at)
