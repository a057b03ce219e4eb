"""What is made of counts: weeks, comparison, and small cells that say too much. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from typing import Any

LEAST_SHOWN = 5  # people; fewer in one cell could be somebody one knows
MOST_WEEKS = 12  # columns that a chart can hold

WEEK = timedelta(days=7)

Cells = Mapping[str, int | None]  # None: there are some, too few to say how many


@dataclass(frozen=True)
class Figures:
    """Counts of one event. `days` are sign-ups by day in Berlin (ISO dates), also of those who
    cancelled; `types` and `districts` are of the organisations of whoever stands, "" for those who
    named none of the register; `arrived` by attendance, ever let in or noted online."""

    statuses: Mapping[str, int] = field(default_factory=dict)
    attendances: Mapping[str, int] = field(default_factory=dict)  # confirmed only
    days: Mapping[str, int] = field(default_factory=dict)
    types: Cells = field(default_factory=dict)
    districts: Cells = field(default_factory=dict)
    items: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # slug: taken, waiting
    arrived: Mapping[str, int] = field(default_factory=dict)
    invitations: Cells = field(default_factory=dict)  # see `invitations.queries.count_round`

    @property
    def total(self) -> int:
        """Whoever ever signed up."""
        return sum(self.statuses.values())

    def as_json(self) -> dict[str, Any]:
        return {each.name: dict(getattr(self, each.name)) for each in fields(self)}

    def without_small_cells(self) -> "Figures":
        """As others than those who may read the people see it, and as it is kept."""
        return replace(
            self,
            types=hide_small(self.types),
            districts=hide_small(self.districts),
            invitations=hide_guests(self.invitations),
        )


def hide_small(cells: Cells) -> dict[str, int | None]:
    """Cells of fewer than `LEAST_SHOWN` people are hidden; where that hides a single one, which the
    sum would give away, the next smallest goes with it."""
    hidden = {name for name, n in cells.items() if n is None or 0 < n < LEAST_SHOWN}
    shown = sorted(((n, name) for name, n in cells.items() if n and name not in hidden))
    if len(hidden) == 1 and shown:
        hidden.add(shown[0][1])
    return {name: None if name in hidden else n for name, n in cells.items()}


def hide_guests(cells: Cells) -> dict[str, int | None]:
    """Guests are people; what organisations say is no secret, however few they are."""
    return {
        name: None if name.startswith("guests") and n and n < LEAST_SHOWN else n
        for name, n in cells.items()
    }


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


def sorted_cells(cells: Cells) -> Sequence[tuple[str, int | None]]:
    """The largest first, hidden ones after those, nothing named last."""
    return sorted(cells.items(), key=lambda each: (not each[0], -(each[1] or 0), each[0]))
