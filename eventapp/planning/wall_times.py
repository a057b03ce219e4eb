"""Day and time as Berlin's clocks show them, made instants: what exists never or twice is said."""

from datetime import date, datetime, time

from eventapp.clock import instants_of
from eventapp.formatting import full_date
from eventapp.forms import PublicForm, set_error
from eventapp.languages import gettext as _
from eventapp.planning.collisions import Span


def wall_span(
    first: date | None, last: date | None, starts: time | None, ends: time | None
) -> Span | None:
    """What a form says of the time; the hours only where they mean one instant each."""
    if first is None:
        return None
    last = max(last or first, first)
    start, end = instants_at(first, starts), instants_at(last, ends)
    if not start or not end or start[0] >= end[-1]:
        return Span(first, last)
    return Span(first, last, start[0], end[-1])


def instants_at(day: date | None, at: time | None) -> tuple[datetime, ...]:
    """The instants of this wall time; none where it is open, or where clocks never show it."""
    return instants_of(datetime.combine(day, at)) if day and at else ()


class WallTimesForm(PublicForm):
    """A form with `starts_time` and `ends_time`, and a `…_fold` for each."""

    def _day(self, side: str) -> date | None:
        raise NotImplementedError

    def asks_fold(self, side: str) -> bool:
        """Whether that wall time happens twice, so that the form has to ask which is meant."""
        return len(self._instants(side)) > 1

    def _instants(self, side: str) -> tuple[datetime, ...]:
        return instants_at(self._day(side), self[f"{side}_time"].data)

    def _chosen(self, side: str) -> datetime:
        """The one that is meant, once `_is_told` has said that there is one."""
        instants = self._instants(side)
        return instants[-1] if self[f"{side}_fold"].data == "second" else instants[0]

    def _is_told(self, side: str) -> bool:
        """Whether one instant is meant; else what is wrong stands beside the field."""
        instants, day = self._instants(side), self._day(side)
        if not instants and day:
            text = _(
                "Diese Uhrzeit gibt es am %(day)s nicht: Die Uhren springen von 2 auf 3 Uhr. "
                "Wählen Sie eine Zeit vor 2 oder ab 3 Uhr.",
                day=full_date(day),
            )
            set_error(self[f"{side}_time"], text)
        elif day and len(instants) > 1 and not self[f"{side}_fold"].data:
            text = _(
                "Diese Uhrzeit gibt es am %(day)s zweimal, weil die Uhren zurückgestellt werden. "
                "Wählen Sie, welche gemeint ist.",
                day=full_date(day),
            )
            set_error(self[f"{side}_fold"], text)
        else:
            return True
        return False
