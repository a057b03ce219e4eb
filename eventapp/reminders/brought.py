"""What one follow-up brings to one person, as lines with their links."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from eventapp.events.definition import EventDefinition
from eventapp.registration.holder import Holder
from eventapp.registration.next_dates import list_next, list_next_of
from eventapp.registration.series_form import line_of
from eventapp.reminders.afterwards import CERTIFICATE, EVALUATION, MATERIALS, Gift, list_gifts
from eventapp.reminders.models import Group, Side
from eventapp.reminders.rules import Step

_THERE = {
    Group.PRESENT: True,
    Group.PRESENT_ONLINE: True,
    Group.ABSENT: False,
    Group.WAITING: False,
}


@dataclass(frozen=True)
class Line:
    """A name that leads somewhere, and a hint."""

    title: str
    url: str
    hint: str = ""


@dataclass(frozen=True)
class Brought:
    """By what it is; the dates soonest first."""

    certificate: Sequence[Line] = ()
    materials: Sequence[Line] = ()
    evaluation: Sequence[Line] = ()
    dates: Sequence[Line] = ()

    @property
    def is_something(self) -> bool:
        return any((self.certificate, self.materials, self.evaluation, self.dates))

    def led_to(self, url: str) -> "Brought":
        """The same with one link for all, where it is shown to somebody else."""
        return Brought(
            *(
                [replace(line, url=url) for line in lines]
                for lines in (self.certificate, self.materials, self.evaluation, self.dates)
            )
        )


NOTHING = Brought()


def brought(
    connection: Connection, holder: Holder, step: Step, manage_url: str, now: datetime
) -> Brought:
    """In the present language; nothing before the end."""
    if step.side is Side.BEFORE:
        return NOTHING
    gifts = list_gifts(connection, holder, _THERE.get(step.group), now)
    is_made_up = holder.id == 0
    rows = (
        list_next(connection, holder.event, now)
        if is_made_up
        else list_next_of(connection, holder, now)
    )
    return Brought(
        certificate=_lines(gifts.get(CERTIFICATE, ()), manage_url),
        materials=_lines(gifts.get(MATERIALS, ()), manage_url),
        evaluation=_lines(gifts.get(EVALUATION, ()), manage_url),
        dates=[_date(row[0], manage_url) for row in rows],
    )


def _lines(gifts: Sequence[Gift], manage_url: str) -> list[Line]:
    return [Line(each.title, f"{manage_url}{each.path}", each.hint) for each in gifts]


def _date(event: EventDefinition, manage_url: str) -> Line:
    return Line(event.title, f"{manage_url}/next/{event.slug}", line_of(event))
