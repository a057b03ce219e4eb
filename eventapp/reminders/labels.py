"""What steps and groups are called on the organisers' pages and in the log."""

from flask_babel import ngettext

from eventapp.languages import gettext as _
from eventapp.languages import in_language
from eventapp.reminders.models import Awaits, Group, Side, Unit
from eventapp.reminders.rules import Step


def group_label(group: Group) -> str:
    """`Vor Ort`, `Wer gefehlt hat`."""
    return {
        Group.IN_PERSON: _("Vor Ort angemeldet"),
        Group.ONLINE: _("Online angemeldet"),
        Group.WAITING: _("Auf der Warteliste"),
        Group.PRESENT: _("Wer vor Ort da war"),
        Group.PRESENT_ONLINE: _("Wer online dabei war"),
        Group.ABSENT: _("Wer gefehlt hat"),
    }[group]


def when_label(step: Step) -> str:
    """`7 Tage vor Beginn`."""
    span = {
        Unit.DAYS: ngettext("%(num)d Tag", "%(num)d Tage", step.amount),
        Unit.HOURS: ngettext("%(num)d Stunde", "%(num)d Stunden", step.amount),
        Unit.MINUTES: ngettext("%(num)d Minute", "%(num)d Minuten", step.amount),
    }[step.unit]
    if step.side is Side.BEFORE:
        return _("%(span)s vor Beginn", span=span)
    return _("%(span)s nach dem Ende", span=span)


def step_label(step: Step) -> str:
    """Both, for headings."""
    return f"{when_label(step)}: {group_label(step.group)}"


def awaits_label(step: Step) -> str:
    """`sobald Materialien da sind`; empty where it waits for nothing."""
    if step.awaits is None:
        return ""
    return {
        Awaits.SOMETHING: _("sobald es Materialien, Bescheinigung oder nächste Termine gibt"),
        Awaits.MATERIALS: _("sobald Materialien da sind"),
    }[step.awaits]


def logged(step: Step) -> dict[str, str]:
    """What the log says of a step, whatever language the page was in."""
    with in_language("de"):
        texts = {"text": step.text or "", "text_en": step.text_en or ""}
        texts["awaits"] = awaits_label(step)
        return {"step": step_label(step), **{name: each for name, each in texts.items() if each}}
