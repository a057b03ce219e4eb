"""Moving up, offers, and the change from one way to take part to the other. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from eventapp.events.definition import EventDefinition
from eventapp.registration.models import RegistrationStatus
from eventapp.registration.places import PlaceRequest, Places
from eventapp.registration.refusals import EventFull
from eventapp.registration.rules import decide_status, for_newcomers

OFFER_HOURS = 24


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
