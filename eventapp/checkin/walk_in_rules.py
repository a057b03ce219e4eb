"""Whether a door may register somebody who comes without registration. Pure."""

from dataclasses import dataclass
from datetime import datetime

from eventapp.errors import Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.models import EventStatus, WalkIns
from eventapp.registration.places import Count
from eventapp.registration.refusals import EventFull, RegistrationClosed


class NoWalkIns(Refused):
    """The organiser has not allowed it."""

    code = "no-walk-ins"


@dataclass(frozen=True)
class NewWalkIn:
    """Who stands at the door, as typed there; `let_in` says that they are in the house already,
    since there was no network to ask."""

    walk_in_id: str
    first_name: str
    last_name: str
    email: str
    organisation: str | None
    came_at: datetime
    beyond: bool = False
    let_in: bool = False


def decide_walk_in(event: EventDefinition, count: Count | None, asked: NewWalkIn) -> bool:
    """Whether the place given is one that is not there.

    Whoever is in the house already is counted, whatever the places. Raises `RegistrationClosed`,
    `NoWalkIns`, `EventFull`.
    """
    if count is None or event.status not in (EventStatus.PUBLISHED, EventStatus.ANNOUNCED):
        raise RegistrationClosed
    if event.walk_ins is None:
        raise NoWalkIns
    if count.is_open:
        return False
    if asked.let_in or (asked.beyond and event.walk_ins == WalkIns.BEYOND):
        return True
    raise EventFull
