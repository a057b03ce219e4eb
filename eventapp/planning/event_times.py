"""When an event is, as a part of its form: what the fields mean together, and what moves along."""

from datetime import date, datetime, timedelta
from typing import Any

from eventapp import clock
from eventapp.clock import BERLIN
from eventapp.events import rules
from eventapp.events.definition import EventDefinition
from eventapp.forms import DayField, set_error
from eventapp.languages import gettext as _
from eventapp.planning import copying
from eventapp.planning.collisions import Span, spans_of
from eventapp.planning.fields import WallTimeField
from eventapp.planning.following import Wall
from eventapp.planning.rules import moved
from eventapp.planning.wall_times import WallTimesForm, wall_span

WHEN = ("starts_on", "starts_time", "ends_on", "ends_time", "starts_fold", "ends_fold")


class EventTimes(WallTimesForm):
    """What `EventForm` knows of its days and hours; the fields stand there, among the others."""

    event: EventDefinition | None
    starts_on: DayField
    starts_time: WallTimeField
    ends_on: DayField
    ends_time: WallTimeField

    @property
    def is_course(self) -> bool:
        """Several dates: the form leaves them alone."""
        return self.event is not None and len(self.event.dates) > 1

    def spans(self) -> tuple[Span, ...]:
        """When it would be, as far as the form says so already."""
        if self.event and self.is_course:
            return spans_of(self.event.dates)
        times = (self.starts_time.data, self.ends_time.data)
        found = wall_span(self.starts_on.data, self.ends_on.data, *times)
        return (found,) if found else ()

    def wall(self) -> Wall | None:
        """The time as the valid form names it; none of a course."""
        if self.is_course:
            return None
        times = (self.starts_time.data, self.ends_time.data)
        return Wall(self._first_day, times[0], self._last_day, times[1])

    def asks_fold(self, side: str) -> bool:
        return not self.is_course and super().asks_fold(side)

    def _check_when(self) -> None:
        if any(self[name].errors for name in WHEN):
            return
        if bool(self.starts_time.data) != bool(self.ends_time.data):
            missing = self.ends_time if self.starts_time.data else self.starts_time
            set_error(missing, _("Nennen Sie Beginn und Ende, oder lassen Sie beides offen."))
            return
        if self.starts_time.data and not all([self._is_told("starts"), self._is_told("ends")]):
            return
        start, end = self._span()
        if rules.ends_too_early(start, end):
            field = self.ends_time if self._last_day == self.starts_on.data else self.ends_on
            set_error(field, _("Das Ende liegt nicht nach dem Beginn. Prüfen Sie Tag und Uhrzeit."))

    def _times(self) -> dict[str, Any]:
        start, end = self._span()
        kind = "at" if isinstance(start, datetime) else "on"
        times: dict[str, Any] = {f"starts_{kind}": start, f"ends_{kind}": end}
        if self.event is not None and self._moves_by:
            times["programme"] = copying.programme(self.event, self._moves_by)
        return times | (self._ends(self.event) if self.event else {})

    def _ends(self, event: EventDefinition) -> dict[str, Any]:
        """The ends before the event move along with it; what has ended stays ended."""
        ends: dict[str, Any] = {}
        if event.assistance_deadline:
            ends["assistance_deadline"] = event.assistance_deadline + self._moves_by
        if event.earlier_closes_at:
            ends["earlier_closes_at"] = moved(event.earlier_closes_at, self._moves_by)
        closes = event.registration_closes_at
        if closes and closes > clock.now():
            closes = moved(closes, self._moves_by)
            is_within = closes.astimezone(BERLIN).date() <= self._last_day
            ends["registration_closes_at"] = closes if is_within else None
        return ends

    @property
    def _moves_by(self) -> timedelta:
        return self._first_day - self.event.first_day if self.event else timedelta()

    @property
    def _first_day(self) -> date:
        """Only where one was given."""
        if self.starts_on.data is None:
            raise ValueError("no first day")
        return self.starts_on.data

    @property
    def _last_day(self) -> date:
        return self.ends_on.data or self._first_day

    def _day(self, side: str) -> date | None:
        last = self.ends_on.data or self.starts_on.data
        return self.starts_on.data if side == "starts" else last

    def _span(self) -> tuple[date, date]:
        """Two instants or, with the time open, two days."""
        if not self.starts_time.data:
            return self._first_day, self._last_day
        return self._chosen("starts"), self._chosen("ends")
