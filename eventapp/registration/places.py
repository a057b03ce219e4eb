"""The places of an event at one moment, as they were counted. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

SCARCE = 10  # so few free places, or so few per cent, are named as a number


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
    is_proved: bool = False  # the address is: a link that was mailed to it brought the form
