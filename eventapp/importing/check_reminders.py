"""The reminders of an event entry: each fits together, and no two are alike."""

from eventapp.events.models import Attendance
from eventapp.importing.checked import Check
from eventapp.reminders.models import Group, Side
from eventapp.reminders.rules import AFTER_ONLY, MOST, MOST_STEPS, Step

_OF_WAY = {
    Group.IN_PERSON: Attendance.IN_PERSON,
    Group.PRESENT: Attendance.IN_PERSON,
    Group.ONLINE: Attendance.ONLINE,
    Group.PRESENT_ONLINE: Attendance.ONLINE,
}


def check_reminders(check: Check) -> None:
    """What the form of a reminder refuses, too."""
    reminders = check.entry.reminders
    if len(reminders) > MOST_STEPS:
        check.problem(f"at most {MOST_STEPS}", "reminders")
    seen = set()
    for n, each in enumerate(reminders):
        _check_step(check, each.step, n)
        if each.step.key in seen:
            check.problem("stands there twice", "reminders", n)
        seen.add(each.step.key)


def _check_step(check: Check, step: Step, n: int) -> None:
    if not 1 <= step.amount <= MOST[step.unit]:
        check.problem(f"must be from 1 to {MOST[step.unit]} {step.unit}", "reminders", n, "amount")
    if step.side == Side.BEFORE and step.group in AFTER_ONLY:
        check.problem(f"who is {step.group} is known after the end only", "reminders", n, "group")
    way = _OF_WAY.get(step.group)
    if way and "attendance" not in check.entry.failed and way not in check.attendance:
        check.problem(f"the event is not {way}", "reminders", n, "group")
    if step.side == Side.BEFORE and step.awaits:
        check.problem("only what leaves after the end may wait", "reminders", n, "awaits")
    if step.text_en and not step.text:
        check.problem("needs `text` too", "reminders", n, "text_en")
