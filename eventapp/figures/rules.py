"""What is made of counts: weeks, comparison, and what stays of them. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from typing import Any

from eventapp.figures.hiding import Cells, hide_groups, hide_guests

MOST_WEEKS = 12  # columns that a chart can hold

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Figures:
    """Counts of one event. `days` are sign-ups by day in Berlin (ISO dates), also of those who
    cancelled; `types` and `districts` are of the organisations of whoever has a place, "" for those
    who named none of the register; all that says who was there is the ledger's answer. Rows that
    were kept before some of these were counted lack them."""

    statuses: Mapping[str, int] = field(default_factory=dict)
    attendances: Mapping[str, int] = field(default_factory=dict)  # confirmed only
    days: Mapping[str, int] = field(default_factory=dict)
    types: Cells = field(default_factory=dict)
    districts: Cells = field(default_factory=dict)
    items: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # slug: taken, waiting
    arrived: Mapping[str, int] = field(default_factory=dict)  # by attendance, at any date
    invitations: Cells = field(default_factory=dict)  # see `invitations.queries.count_round`
    there_types: Cells = field(default_factory=dict)  # the same groups, of those who were there
    there_districts: Cells = field(default_factory=dict)
    dates: Mapping[str, int] = field(
        default_factory=dict
    )  # who was there; numbers of dates, from 1
    met: int | None = None  # took part by the event's rule; None where being there once is all
    # "types" and "districts": organisations by group, as `invitations` counts them
    rounds: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Whoever ever signed up."""
        return sum(self.statuses.values())

    @property
    def registered(self) -> int:
        """Whoever has a place."""
        return self.statuses.get("confirmed", 0)

    @property
    def there(self) -> int:
        return sum(self.arrived.values())

    @property
    def absent(self) -> int | None:
        """Who had a place and was not there; None where nobody was noted at all."""
        return self.registered - self.there if self.there else None

    def as_json(self) -> dict[str, Any]:
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            name: dict(value) if isinstance(value, Mapping) else value
            for name, value in values.items()
        }

    def without_small_cells(self) -> "Figures":
        """As others than those who may read the people see it, and as it is kept."""
        types, there_types = hide_groups(self.types, self.there_types)
        districts, there_districts = hide_groups(self.districts, self.there_districts)
        return replace(
            self,
            types=types,
            there_types=there_types,
            districts=districts,
            there_districts=there_districts,
            invitations=hide_guests(self.invitations),
        )


def worth_keeping(counted: Figures, kept: Figures | None) -> bool:
    """Whether they replace those that are kept: once people are deleted, fewer are counted."""
    return counted.total > 0 and (kept is None or counted.total >= kept.total)


def weeks(days: Mapping[str, int], until: date) -> tuple[list[tuple[date, int]], int]:
    """(Monday, sign-ups) of each week from the first sign-up to the week of `until`, at most the
    last `MOST_WEEKS`, and how many came before those."""
    if not days:
        return [], 0
    counted: Counter[date] = Counter()
    for day, n in days.items():
        counted[monday(date.fromisoformat(day))] += n
    last = max(monday(until), *counted)
    first = max(min(counted), last - (MOST_WEEKS - 1) * WEEK)
    span = [first + i * WEEK for i in range((last - first) // WEEK + 1)]
    shown = [(week, counted[week]) for week in span]
    return shown, sum(counted.values()) - sum(n for _week, n in shown)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True)
class Compared:
    """Two events as many days before their first day; `days` is negative once it is over."""

    days: int
    now: int
    then: int  # signed up for the other by that distance
    end: int  # for the other in all


def compare(
    mine: Mapping[str, int],
    first_day: date,
    other: Mapping[str, int],
    other_first: date,
    today: date,
) -> Compared:
    """Sign-ups of both, that of the other also at the same distance from its first day."""
    left = first_day - today
    same = (other_first - left).isoformat()
    return Compared(
        days=left.days,
        now=sum(mine.values()),
        then=sum(n for day, n in other.items() if day <= same),
        end=sum(other.values()),
    )


def from_json(data: Mapping[str, Any]) -> Figures:
    return Figures(**data)
