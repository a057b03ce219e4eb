"""What an event entry asks for before somebody counts as having taken part."""

from collections.abc import Collection

from eventapp.attendance.ledger_rules import MOST_MINUTES
from eventapp.importing.checked import Check

_MOST_DATES, _MOST_TOTAL = 200, 60_000
_MOST = {
    "least_dates": _MOST_DATES,
    "least_minutes": MOST_MINUTES,
    "least_percent": 100,
    "total_minutes": _MOST_TOTAL,
}


def check_rule(check: Check, dates: int, items: Collection[str]) -> None:
    """What its form refuses, too: `dates` and `items` are those stored, for what is not named."""
    asked = check.entry.attendance_rule
    if asked is None:
        return
    for key, most in _MOST.items():
        value = getattr(asked, key)
        if value is not None and not 1 <= value <= most:
            check.problem(f"must be from 1 to {most}", "attendance_rule", key)
    if asked.least_minutes and asked.least_percent:
        check.problem("give minutes or per cent", "attendance_rule", "least_minutes")
    count = len(check.entry.dates) or 1 if check.names("dates") else dates
    if "dates" not in check.entry.failed and (asked.least_dates or 0) > count:
        check.problem(f"the event has {count} dates", "attendance_rule", "least_dates")
    named = {item.slug for item in check.entry.programme}
    known = named if check.names("programme") else items
    for n, slug in enumerate(asked.items):
        if "programme" not in check.entry.failed and slug not in known:
            check.problem(f"“{slug}” is not in the programme", "attendance_rule", "items", n)
