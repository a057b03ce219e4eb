"""What an act of the office would do to one person or to many: who, how, and who is left out. Pure.

The confirm page shows the plan; the act makes it again from what then stands, and writes it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from eventapp.events.definition import EventDefinition, ItemDefinition
from eventapp.registration.item_rules import check_overlap
from eventapp.registration.line_rules import Step
from eventapp.registration.models import PROVING, PlaceStatus, RegistrationStatus
from eventapp.registration.places import Count, Places
from eventapp.registration.refusals import Overlap

CONFIRMED, WAITLISTED, OFFERED, RECEIVED, CANCELLED = (
    RegistrationStatus.CONFIRMED,
    RegistrationStatus.WAITLISTED,
    RegistrationStatus.OFFERED,
    RegistrationStatus.RECEIVED,
    RegistrationStatus.CANCELLED,
)


class Left(StrEnum):
    """Why somebody is left out."""

    CANCELLED = "cancelled"
    PENDING = "pending"  # the address is not proved
    UNDECIDED = "undecided"  # waits for the office's decision
    DECIDED = "decided"
    NOT_WAITING = "not_waiting"
    NOT_OFFERED = "not_offered"  # that way to take part is not offered any more
    SAME = "same"  # it is so already
    FULL = "full"
    QUOTA = "quota"  # their organisation has sent as many as it may
    OVERLAP = "overlap"  # with another programme item of theirs
    GONE = "gone"  # not there any more


@dataclass(frozen=True)
class Candidate:
    """One person as they stand; `items` are what they hold or wait for."""

    id: int
    status: str
    attendance: str
    items: Mapping[int, str] = field(default_factory=dict)
    organisation_id: int | None = None


@dataclass
class Plan:
    """Steps of registrations, new states of one item's places (None: taken away), and who is left
    out."""

    steps: dict[int, Step] = field(default_factory=dict)
    places: dict[int, PlaceStatus | None] = field(default_factory=dict)
    left: dict[int, Left] = field(default_factory=dict)

    @property
    def ids(self) -> list[int]:
        """Whom something happens to; each gets one mail."""
        return sorted({*self.steps, *self.places})

    @property
    def waiting(self) -> int:
        """How many of them wait afterwards."""
        steps = sum(step.status == WAITLISTED for step in self.steps.values())
        return steps + sum(each == PlaceStatus.WAITLISTED for each in self.places.values())

    @property
    def reasons(self) -> list[tuple[Left, list[int]]]:
        """By reason, in its order, who is left out."""
        found = {each: [id_ for id_, why in self.left.items() if why == each] for each in Left}
        return [(each, ids) for each, ids in found.items() if ids]


class _Room:
    """Counts places down while a plan gives them."""

    def __init__(self, count: Count) -> None:
        self._free, self._waiting = count.free, 0 if count.has_caps else count.waiting

    @property
    def is_free(self) -> bool:
        return self._free is None or self._free > 0

    def take(self, *, overtaking: bool) -> bool:
        """A place, if one is free and, unless `overtaking`, nobody waits for it."""
        if not self.is_free:
            return False
        if self._waiting and not overtaking:
            return False
        if self._free is not None:
            self._free -= 1
        return True

    def wait(self) -> None:
        self._waiting += 1


class _Quotas:
    """Counts down what organisations may send; whoever has a place is counted already."""

    def __init__(self, places: Places) -> None:
        self._rooms = {id_: _Room(count) for id_, count in places.delegates.items()}

    def has_room(self, candidate: Candidate) -> bool:
        room = self._of(candidate)
        return room is None or room.is_free

    def take(self, candidate: Candidate) -> None:
        if room := self._of(candidate):
            room.take(overtaking=True)

    def _of(self, candidate: Candidate) -> _Room | None:
        if candidate.status in (CONFIRMED, OFFERED) or candidate.organisation_id is None:
            return None
        return self._rooms.get(candidate.organisation_id)


def plan_cancelling(candidates: Iterable[Candidate], *, only_waiting: bool = False) -> Plan:
    """End them all; with `only_waiting` nobody who has a place."""
    plan = Plan()
    for each in candidates:
        if each.status == CANCELLED:
            plan.left[each.id] = Left.CANCELLED
        elif only_waiting and each.status == CONFIRMED:
            plan.left[each.id] = Left.NOT_WAITING
        else:
            plan.steps[each.id] = Step(CANCELLED, each.attendance)
    return plan


def plan_places(
    event: EventDefinition, places: Places, candidates: Iterable[Candidate], *, beyond: bool
) -> Plan:
    """Places for those who wait, in the order of waiting; with `beyond` also where none is free."""
    plan, rooms = Plan(), _rooms(event, places)
    quotas = _Quotas(places)
    for each in candidates:
        obstacle = _cannot_stand(each) or (Left.NOT_WAITING if each.status == CONFIRMED else None)
        if obstacle is None and each.attendance not in rooms:
            obstacle = Left.NOT_OFFERED
        if obstacle is None and not (beyond or quotas.has_room(each)):
            obstacle = Left.QUOTA
        is_held = beyond or each.status == OFFERED
        if obstacle is None and not (is_held or rooms[each.attendance].take(overtaking=True)):
            obstacle = Left.FULL
        if obstacle is None:
            quotas.take(each)
        if obstacle:
            plan.left[each.id] = obstacle
        else:
            plan.steps[each.id] = Step(CONFIRMED, each.attendance)
    return plan


def plan_acceptance(
    event: EventDefinition, places: Places, candidates: Iterable[Candidate], *, beyond: bool
) -> Plan:
    """Accept those who wait for a decision: with a place where one is free or `beyond`, else on
    the waiting list."""
    plan, rooms, quotas = Plan(), _rooms(event, places), _Quotas(places)
    for each in candidates:
        obstacle = _cannot_be_accepted(each)
        if obstacle is None and each.attendance not in rooms:
            obstacle = Left.NOT_OFFERED
        if obstacle:
            plan.left[each.id] = obstacle
        else:
            _give_or_wait(
                event, plan, rooms[each.attendance], quotas, each, each.attendance, beyond=beyond
            )
    return plan


def _give_or_wait(
    event: EventDefinition,
    plan: Plan,
    room: _Room,
    quotas: _Quotas,
    candidate: Candidate,
    attendance: str,
    *,
    beyond: bool,
) -> None:
    """A place for one of them, one on the waiting list, or neither."""
    may_come = beyond or quotas.has_room(candidate)
    if may_come and (beyond or room.take(overtaking=False)):
        quotas.take(candidate)
        plan.steps[candidate.id] = Step(CONFIRMED, attendance)
    elif event.waiting_list:
        room.wait()
        plan.steps[candidate.id] = Step(WAITLISTED, attendance)
    else:
        plan.left[candidate.id] = Left.FULL if may_come else Left.QUOTA


def plan_attendance(
    event: EventDefinition,
    places: Places,
    candidates: Iterable[Candidate],
    attendance: str | None,
    *,
    beyond: bool,
) -> Plan:
    """Another way to take part: with a place where one is free or `beyond`, else waiting."""
    plan, rooms = Plan(), _rooms(event, places)
    quotas = _Quotas(places)
    for each in candidates:
        obstacle = _cannot_stand(each)
        if attendance is None or attendance not in rooms:
            plan.left[each.id] = obstacle or Left.NOT_OFFERED
            continue
        if obstacle is None and each.attendance == attendance:
            obstacle = Left.SAME
        if obstacle:
            plan.left[each.id] = obstacle
        else:
            _give_or_wait(event, plan, rooms[attendance], quotas, each, attendance, beyond=beyond)
    return plan


def plan_item(
    event: EventDefinition,
    places: Places,
    candidates: Iterable[Candidate],
    item: ItemDefinition,
    *,
    beyond: bool,
) -> Plan:
    """Add a programme item: held where a seat is free or `beyond`, else waited for. Whoever waits
    for the event waits for its items too."""
    plan, room = Plan(), _Room(places.items[item.slug])
    for each in candidates:
        obstacle = _cannot_stand(each) or _cannot_choose(event, each, item)
        if obstacle:
            plan.left[each.id] = obstacle
        elif each.status in (WAITLISTED, OFFERED):
            plan.places[each.id] = PlaceStatus.WAITLISTED
        elif beyond or room.take(overtaking=True):
            plan.places[each.id] = PlaceStatus.CONFIRMED
        elif event.waiting_list:
            plan.places[each.id] = PlaceStatus.WAITLISTED
        else:
            plan.left[each.id] = Left.FULL
    return plan


def plan_without_item(candidates: Iterable[Candidate], item: ItemDefinition) -> Plan:
    """Take a programme item away from those who hold it or wait for it."""
    plan = Plan()
    for each in candidates:
        obstacle = _cannot_stand(each) or (Left.SAME if item.id not in each.items else None)
        if obstacle:
            plan.left[each.id] = obstacle
        else:
            plan.places[each.id] = None
    return plan


def with_gone(plan: Plan, ids: Sequence[int], candidates: Iterable[Candidate]) -> Plan:
    """The plan, and of the ids asked for those that are not there any more."""
    for each in set(ids) - {candidate.id for candidate in candidates}:
        plan.left[each] = Left.GONE
    return plan


def _rooms(event: EventDefinition, places: Places) -> dict[Any, _Room]:
    return {each: _Room(places[each]) for each in event.attendances}


def _cannot_stand(candidate: Candidate) -> Left | None:
    if candidate.status == CANCELLED:
        return Left.CANCELLED
    if candidate.status in PROVING:
        return Left.PENDING
    return Left.UNDECIDED if candidate.status == RECEIVED else None


def _cannot_be_accepted(candidate: Candidate) -> Left | None:
    obstacle = _cannot_stand(candidate)
    return Left.DECIDED if obstacle is None else None if obstacle == Left.UNDECIDED else obstacle


def _cannot_choose(
    event: EventDefinition, candidate: Candidate, item: ItemDefinition
) -> Left | None:
    if item.id in candidate.items:
        return Left.SAME
    chosen = [each for each in event.choices if each.id in candidate.items]
    try:
        check_overlap([*chosen, item])
    except Overlap:
        return Left.OVERLAP
    return None
