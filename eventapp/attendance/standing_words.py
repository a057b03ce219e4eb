"""What a rule asks for and what is missing, in sentences: for people and for the office alike."""

from flask_babel import format_decimal, ngettext

from eventapp.attendance.standing_rules import Standing, State, needed_dates, needed_items
from eventapp.events.attendance_rule import AttendanceRule
from eventapp.events.definition import EventDefinition
from eventapp.languages import gettext as _


def rule_words(event: EventDefinition) -> list[str]:
    """What somebody has to have done; nothing where being there is all."""
    rule, dates = event.attendance_rule or AttendanceRule(), len(event.dates_on)
    found = []
    if rule.least_dates and dates > 1:
        needed = needed_dates(rule, dates)
        found.append(
            _("bei allen %(n)s Terminen da sein", n=dates)
            if needed == dates
            else _("bei mindestens %(n)s von %(all)s Terminen da sein", n=needed, all=dates)
        )
    if rule.least_percent:
        found.append(
            _("je Termin mindestens %(n)s Prozent der Zeit da sein", n=rule.least_percent)
            if dates > 1
            else _("mindestens %(n)s Prozent der Zeit da sein", n=rule.least_percent)
        )
    if rule.least_minutes:
        found.append(
            _("je Termin mindestens %(n)s Minuten da sein", n=rule.least_minutes)
            if dates > 1
            else _("mindestens %(n)s Minuten da sein", n=rule.least_minutes)
        )
    if rule.total_minutes:
        found.append(_("zusammen mindestens %(hours)s da sein", hours=hours(rule.total_minutes)))
    found += [_("dabei sein bei „%(title)s“", title=item.title) for item in needed_items(event)]
    return found


def missing_words(standing: Standing) -> list[str]:
    """What is still missing, in sentences; nothing where all is fulfilled."""
    found = []
    if standing.lacks_dates and len(standing.dates) > 1:
        n = standing.lacks_dates
        found.append(
            ngettext("Es fehlt noch %(num)d Termin.", "Es fehlen noch %(num)d Termine.", n)
        )
    elif standing.lacks_dates and standing.dates:
        found.append(_one_date(standing))
    if standing.lacks_minutes:
        found.append(_("An Zeit fehlt noch: %(hours)s.", hours=hours(standing.lacks_minutes)))
    found += [_("Es fehlt noch „%(title)s“.", title=item.title) for item in standing.lacks_items]
    return found


def _one_date(standing: Standing) -> str:
    [only] = standing.dates
    if not only.attended.is_there:
        return _("Die Anwesenheit ist nicht vermerkt.")
    if only.counts is None:
        return _("Wie lange die Anwesenheit dauerte, ist noch nicht bekannt.")
    return _("Die Anwesenheit war zu kurz.")


def state_words() -> dict[State, str]:
    """By state, as the office sees it."""
    return {
        State.MET: _("erfüllt"),
        State.OPEN: _("noch offen"),
        State.MISSED: _("nicht erfüllt"),
    }


def hours(minutes: int) -> str:
    """`45 Minuten`, `7,5 Stunden`."""
    if minutes < 120:
        return str(ngettext("%(num)d Minute", "%(num)d Minuten", minutes))
    return _("%(n)s Stunden", n=str(format_decimal(round(minutes / 60, 2))))
