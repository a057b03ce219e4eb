"""A year of a network: what its events come to together. Pure.

Made of nothing but what is told of each event, so that no sum says what an event hides.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from eventapp.events.models import Attendance
from eventapp.figures.counts import Group
from eventapp.figures.rules import Figures
from eventapp.networks.queries import NetworkNode

BOTH = "both"  # in person and online


@dataclass(frozen=True)
class YearEvent:
    """One event of the year; small cells of its figures are hidden."""

    id: int
    slug: str
    title: str
    kind: str
    first_day: date
    network: NetworkNode
    is_ours: bool  # else co-hosted only
    is_off: bool  # called off: it counts as that and as nothing else
    is_over: bool
    ways: tuple[Attendance, ...]
    places: int | None  # all ways together; None: no limit
    figures: Figures
    organisations: frozenset[int] = frozenset()  # of which somebody was there
    as_of: date | None = None  # of which day the figures are, since people were deleted

    @property
    def form(self) -> str:
        return self.ways[0].value if len(self.ways) == 1 else BOTH

    @property
    def absent(self) -> int | None:
        """Who did not come; None as long as that cannot be said."""
        return self.figures.absent if self.is_over and not self.is_off else None


@dataclass(frozen=True)
class Sums:
    """Of several events together. Each taking part counts: who was at three is counted thrice."""

    events: int
    called_off: int
    registered: int
    in_person: int  # were there
    online: int
    absent: int  # of `expected`
    expected: int  # had a place where somebody was noted, and it is over
    unnoted: int  # events over with people registered, of which nobody was noted
    organisations: int  # different ones, of which somebody was there
    invited: int  # organisations, each time
    answered: int

    @property
    def there(self) -> int:
        return self.in_person + self.online

    @property
    def absent_percent(self) -> int | None:
        return round(100 * self.absent / self.expected) if self.expected else None


@dataclass(frozen=True)
class Part:
    """Some of the year's events: those of a kind, a month, a form."""

    name: str
    sums: Sums


@dataclass(frozen=True)
class Year:
    """The events that began in it, in their order."""

    year: int
    events: tuple[YearEvent, ...]

    @cached_property
    def sums(self) -> Sums:
        return sum_up(self.events)

    def by_kind(self) -> list[Part]:
        return sorted(
            _parts(self.events, lambda each: each.kind), key=lambda part: -part.sums.events
        )

    def by_form(self) -> list[Part]:
        parts = {part.name: part for part in _parts(self.events, lambda each: each.form)}
        return [parts[name] for name in (*Attendance, BOTH) if name in parts]

    def by_month(self) -> list[Part]:
        """All twelve, named by their numbers."""
        months = _by(self.events, lambda each: str(each.first_day.month))
        return [Part(str(n), sum_up(months.get(str(n), ()))) for n in range(1, 13)]

    def by_type(self) -> list[Group]:
        return _groups(self._counting, "types")

    def by_district(self) -> list[Group]:
        return _groups(self._counting, "districts")

    def hidden(self, groups: Iterable[Group]) -> Group:
        """Who is in none of these groups, because an event does not tell theirs."""
        shown = list(groups)
        registered = self.sums.registered - sum(each.registered or 0 for each in shown)
        there = self.sums.there - sum(each.there or 0 for each in shown)
        return Group("", max(0, registered), max(0, there))

    @property
    def _counting(self) -> Sequence[YearEvent]:
        return [each for each in self.events if not each.is_off]


def sum_up(events: Iterable[YearEvent]) -> Sums:
    everything = list(events)
    on = [each for each in everything if not each.is_off]
    over = [each for each in on if each.is_over]
    noted = [each for each in over if each.absent is not None]
    return Sums(
        events=len(on),
        called_off=len(everything) - len(on),
        registered=sum(each.figures.registered for each in on),
        in_person=sum(each.figures.arrived.get(Attendance.IN_PERSON, 0) for each in on),
        online=sum(each.figures.arrived.get(Attendance.ONLINE, 0) for each in on),
        absent=sum(each.absent or 0 for each in noted),
        expected=sum(each.figures.registered for each in noted),
        unnoted=sum(each.figures.registered > 0 for each in over if each.absent is None),
        organisations=len(frozenset[int]().union(*(each.organisations for each in on))),
        invited=sum(each.figures.invitations.get("invited") or 0 for each in on),
        answered=sum(each.figures.invitations.get("answered") or 0 for each in on),
    )


def _by(
    events: Iterable[YearEvent], name: Callable[[YearEvent], str]
) -> dict[str, list[YearEvent]]:
    found: dict[str, list[YearEvent]] = defaultdict(list)
    for each in events:
        found[name(each)].append(each)
    return found


def _parts(events: Iterable[YearEvent], name: Callable[[YearEvent], str]) -> list[Part]:
    return [Part(key, sum_up(group)) for key, group in sorted(_by(events, name).items())]


def _groups(events: Iterable[YearEvent], name: str) -> list[Group]:
    """The sums of what each event tells; those that named none of the register last."""
    registered: dict[str, int] = defaultdict(int)
    there: dict[str, int] = defaultdict(int)
    for each in events:
        for group, n in getattr(each.figures, name).items():
            registered[group] += n or 0
            there[group] += getattr(each.figures, f"there_{name}").get(group) or 0
    order = sorted(registered, key=lambda group: (not group, -registered[group], group))
    return [Group(group, registered[group], there[group]) for group in order if registered[group]]
