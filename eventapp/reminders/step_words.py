"""What reminders and follow-ups say, in the present language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from eventapp.clock import berlin_day
from eventapp.events.definition import DateDefinition, EventDefinition
from eventapp.events.models import Attendance
from eventapp.formatting import (
    attendance_label,
    clock_time,
    day_month,
    full_date,
    unlinked,
    venue_line,
)
from eventapp.languages import gettext as _
from eventapp.registration.holder import Holder
from eventapp.registration.rules import door_opens_at
from eventapp.reminders import rules
from eventapp.reminders.models import Awaits, Group, Side
from eventapp.reminders.rules import Step

if TYPE_CHECKING:
    from eventapp.reminders.step_mails import Part


@dataclass(frozen=True)
class Words:
    """What changes from mail to mail: subject, heading, and the sentence after the greeting."""

    subject: str
    title: str
    intro: str


def words(parts: Sequence["Part"], now: datetime) -> Words:
    """Of one date, or of several on one day."""
    first = parts[0]
    if len(parts) > 1:
        day = day_month(rules.day_of(first.date))
        title = _("Ihre %(n)s Termine am %(day)s", n=len(parts), day=day)
        intro = _("Sie haben an diesem Tag mehrere Termine bei uns. Hier stehen sie zusammen.")
        return Words(_("Erinnerung: %(what)s", what=title), title, intro)
    event = first.event
    if first.step.side is Side.AFTER:
        title, intro = _followed_up(first.step)
        return Words(f"{title}: {event.title}", title, intro)
    if first.step.group is Group.WAITING:
        return Words(
            _("Warteliste: %(title)s", title=event.title),
            _("Sie stehen noch auf der Warteliste"),
            _(
                "zurzeit sind alle Plätze vergeben. Wird einer frei, rücken Sie nach, und wir "
                "schreiben Ihnen sofort. Sie müssen nichts tun."
            ),
        )
    days = (rules.day_of(first.date) - berlin_day(now)).days
    subject = _("Erinnerung: %(what)s", what=f"{event.title}, {_moment(first.date)}")
    return Words(subject, _near(days), _reminded(first.step.group))


def _moment(date: DateDefinition) -> str:
    day = day_month(rules.day_of(date))
    return f"{day}, {clock_time(date.starts_at)}" if date.starts_at else day


def _near(days: int) -> str:
    if days == 0:
        return _("Heute ist es so weit")
    if days == 1:
        return _("Morgen ist es so weit")
    return _("Bald ist es so weit")


def _reminded(group: Group) -> str:
    if group is Group.ONLINE:
        return _("wir freuen uns auf Sie. Der Knopf führt Sie zur rechten Zeit in den Online-Raum.")
    return _("wir freuen uns auf Sie. Hier steht, was Sie für den Tag brauchen.")


def _followed_up(step: Step) -> tuple[str, str]:
    if step.awaits is Awaits.MATERIALS:
        return (
            _("Die Materialien sind da"),
            _("zu dieser Veranstaltung gibt es jetzt Materialien. Hier stehen Ihre."),
        )
    return {
        Group.PRESENT: (
            _("Danke, dass Sie da waren"),
            _("die Veranstaltung ist vorbei. Danke für Ihr Kommen."),
        ),
        Group.PRESENT_ONLINE: (
            _("Danke, dass Sie dabei waren"),
            _("die Veranstaltung ist vorbei. Danke, dass Sie sich zugeschaltet haben."),
        ),
        Group.ABSENT: (
            _("Schade, dass Sie nicht dabei waren"),
            _(
                "vielleicht klappt es beim nächsten Mal. Waren Sie doch da? Dann antworten Sie "
                "bitte auf diese E-Mail."
            ),
        ),
        Group.WAITING: (
            _("Leider wurde kein Platz frei"),
            _("bis zuletzt hat niemand abgesagt. Danke, dass Sie gewartet haben."),
        ),
    }.get(
        step.group,
        (
            _("Danke für Ihr Interesse"),
            _("die Veranstaltung ist vorbei. Danke für Ihre Teilnahme."),
        ),
    )


def facts(holder: Holder, date: DateDefinition, step: Step) -> list[tuple[str, str]]:
    """(label, value): what one has to know of this date, the same for HTML and plain text."""
    if step.side is Side.AFTER:
        return []
    if step.group is Group.WAITING:
        place = _("Platz %(n)s", n=holder.position) if holder.position else ""
        return [
            (_("Teilnahme"), attendance_label(holder.waits_for or holder.attendance)),
            *([(_("Warteliste"), place)] if place else []),
        ]
    found = [(_("Teilnahme"), attendance_label(holder.attendance))]
    if holder.attendance == Attendance.ONLINE:
        if date.starts_at:
            found.append((_("Zugang"), _opens(holder.event, date.starts_at)))
    else:
        found += _on_site(holder)
    for chosen in holder.items:
        state = f" ({_('Warteliste')})" if chosen.status == "waitlisted" else ""
        title = " ".join(part for part in (chosen.item.letter, chosen.item.title) if part)
        room = f", {chosen.item.room}" if chosen.item.room else ""
        found.append((_("Programm"), f"{title}{state}{room}"))
    return found


def _opens(event: EventDefinition, starts_at: datetime) -> str:
    opens = door_opens_at(event, starts_at)
    return _("offen ab %(day)s, %(time)s", day=full_date(opens), time=clock_time(opens))


def _on_site(holder: Holder) -> list[tuple[str, str]]:
    venue = holder.event.venue
    found = []
    if venue and venue.one_line:
        found.append((_("Ort"), venue_line(venue)))
    if venue and venue.accessibility:
        found.append((_("Zugänglichkeit"), ", ".join(venue.accessibility)))
    if holder.organisation:
        found.append((_("Organisation"), unlinked(holder.organisation)))
    return found
