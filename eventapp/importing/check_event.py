"""One event entry against itself and against the event it changes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from eventapp.clock import berlin_day
from eventapp.events import rules
from eventapp.events.models import Event
from eventapp.importing import document as shape
from eventapp.importing.check_reminders import check_reminders
from eventapp.importing.checked import DAYS, TIMES, Check
from eventapp.importing.source import Path, Source
from eventapp.networks.inherited import MOST_DOOR_MINUTES

_WITH_OPTIONS = ("choice", "choices")


def check_event(
    source: Source, entry: shape.Event, stored: Event | None, *, is_course: bool, held_dates: int
) -> None:
    """Note what does not fit together; `is_course`: what is stored has several dates, of which
    registered people have the first `held_dates` in their calendars."""
    check = Check(source, entry, stored)
    _check_times(check)
    if is_course:
        _check_course(check)
        _check_held(check, held_dates)
    _check_dates(check)
    _check_attendance(check)
    _check_registration(check)
    _check_programme(check)
    _check_questions(check)
    check_reminders(check)
    if not 0 <= (check.entry.door_minutes or 0) <= MOST_DOOR_MINUTES:
        check.problem(f"must be at most {MOST_DOOR_MINUTES}", "door_minutes")


def _check_times(check: Check) -> None:
    at, on = _names_any(check, *TIMES), _names_any(check, *DAYS)
    if at and on:
        check.problem("give either times or, with the time open, days", at[0])
        return
    if not at and not on:
        if not _names_any(check, "dates"):
            _check_timeless(check)
        return
    kind = "at" if at else "on"
    start, end = f"starts_{kind}", f"ends_{kind}"
    start_value, end_value = check.value(start), check.value(end)
    if start_value is None and start not in check.entry.failed:
        check.problem(f"needs `{start}` too", end)
    elif end_value is None and kind == "at" and end not in check.entry.failed:
        check.problem(f"needs `{end}` too", start)
    elif start_value and end_value and _is_wrong_way(check, start_value, end_value):
        check.problem(f"must be after `{start}`", end if check.names(end) else start)


def _check_timeless(check: Check) -> None:
    """The entry gives no time: then one is stored, and it must not be emptied."""
    stored = check.stored
    if stored is None:
        check.problem(
            f"“{check.entry.slug}” is new and needs `starts_at` and `ends_at`, or `starts_on`"
        )
        return
    for key in (*TIMES, *DAYS):
        if check.names(key) and getattr(stored, key) is not None:
            check.problem("cannot be empty: give another time or, with the time open, a day", key)


def _check_course(check: Check) -> None:
    """Where several dates would have to move, the file says where to."""
    if check.names("dates"):
        return
    for key in _names_any(check, *TIMES, *DAYS):
        if key not in check.entry.failed and check.value(key) != getattr(check.stored, key):
            check.problem("the event has several dates: give all `dates`", key)


def _check_held(check: Check, held: int) -> None:
    """A date can move, but nothing would take it out of the calendars of those registered."""
    is_read = check.names("dates") and "dates" not in check.entry.failed
    if is_read and len(check.entry.dates) < held:
        check.problem(f"people are registered for {held} dates: leave none of them out", "dates")


def _is_wrong_way(check: Check, start: Any, end: Any) -> bool:
    # A stored last day does not hold a new first day back: alone it is a single day.
    is_asked = isinstance(start, datetime) or check.names("ends_on")
    return is_asked and rules.ends_too_early(start, end)


def _names_any(check: Check, *keys: str) -> list[str]:
    """Which of these keys the entry gives a value, or a wrong one."""
    empty: tuple[object, ...] = (None, [])
    named = [key for key in keys if check.names(key)]
    return [k for k in named if k in check.entry.failed or getattr(check.entry, k) not in empty]


def _check_dates(check: Check) -> None:
    dates = check.entry.dates
    if dates and _names_any(check, *DAYS):
        check.problem("an event whose time is open has no times", "dates")
    for n, part in enumerate(dates):
        if rules.ends_too_early(part.starts_at, part.ends_at):
            check.problem("must be after `starts_at`", "dates", n, "ends_at")
        if n and part.starts_at < dates[n - 1].ends_at:
            check.problem(f"begins before dates[{n - 1}] ends", "dates", n, "starts_at")
    start, end = check.value("starts_at"), check.value("ends_at")
    if dates and all(part.cancelled for part in dates):
        check.problem("no date is left: give `status: cancelled` instead", "dates")
    if dates and check.names("starts_at") and start and start != dates[0].starts_at:
        check.problem("must be the start of the first of the `dates`", "starts_at")
    if dates and check.names("ends_at") and end and end != dates[-1].ends_at:
        check.problem("must be the end of the last of the `dates`", "ends_at")


def _check_attendance(check: Check) -> None:
    entry, offered = check.entry, check.attendance
    for way in _repeated(entry.attendance):
        check.problem(f"“{way}” is named twice", "attendance")
    if "attendance" in entry.failed:
        return
    if not rules.has_registration(check.value("kind")):
        _check_milestone(check)
        return
    if not offered and "kind" not in entry.failed:
        where = ("attendance",) if check.names("attendance") else ()
        check.problem("needs `attendance`: in_person, online or both", *where)
        return
    if entry.capacity is not None:
        for way in rules.not_offered(offered, entry.capacity.named()):
            check.problem(f"the event is not {way}", "capacity", way)
    if entry.join_url is not None and not rules.may_have_link(offered):
        check.problem("the event is not online", "join_url")


def _check_milestone(check: Check) -> None:
    for key in ("attendance", "capacity", "registration", "questions", "fields"):
        if check.names(key) and getattr(check.entry, key):
            check.problem("a milestone has no registration", key)
    if check.attendance and not check.names("attendance"):
        check.problem("a milestone has no registration: give `attendance: []` too", "kind")


MOST_HOURS = 720  # that an offer holds


def _check_registration(check: Check) -> None:
    sign_up, days = check.entry.registration, check.days
    if check.entry.assistance and days:
        deadline = check.entry.assistance.deadline
        if deadline and deadline > days[0]:
            check.problem("is after the event begins", "assistance", "deadline")
    if sign_up is None:
        return
    named, stored = sign_up.named(), check.stored
    opens = named.get("opens_at", stored and stored.registration_opens_at)
    closes = named.get("closes_at", stored and stored.registration_closes_at)
    if opens and closes and closes <= opens:
        key = "closes_at" if "closes_at" in named else "opens_at"
        check.problem("must be after `opens_at`", "registration", key)
    for key in ("opens_at", "closes_at"):
        if named.get(key) and days and berlin_day(named[key]) > days[1]:
            check.problem("is after the event ends", "registration", key)
    if sign_up.release_unused_on and days and sign_up.release_unused_on > days[0]:
        check.problem("is after the event begins", "registration", "release_unused_on")
    if sign_up.delegates_per_organisation == 0:
        check.problem("must be at least 1", "registration", "delegates_per_organisation")
    if sign_up.offer_hours is not None and not 1 <= sign_up.offer_hours <= MOST_HOURS:
        check.problem(f"must be from 1 to {MOST_HOURS}", "registration", "offer_hours")


def _check_programme(check: Check) -> None:
    items = check.entry.programme
    for slug in _repeated(item.slug for item in items):
        check.problem(f"“{slug}” stands there twice", "programme", _last(items, "slug", slug))
    lonely = rules.lonely(item.choice for item in items)
    days = check.days
    for n, item in enumerate(items):
        if rules.ends_too_early(item.starts_at, item.ends_at):
            check.problem("must be after `starts_at`", "programme", n, "ends_at")
        if days and not rules.lies_within(item.starts_at, days):
            check.problem("is not on a day of the event", "programme", n, "starts_at")
        if item.choice in lonely:
            check.problem(f"nothing else belongs to “{item.choice}”", "programme", n, "choice")


def _check_questions(check: Check) -> None:
    questions, offered = check.entry.questions, check.attendance
    is_known = "attendance" not in check.entry.failed
    for key in _repeated(question.key for question in questions):
        check.problem(f"“{key}” stands there twice", "questions", _last(questions, "key", key))
    earlier: dict[str, shape.Question] = {}
    for n, question in enumerate(questions):
        path: Path = ("questions", n)
        _check_options(check, question, path)
        if question.only_for and is_known and question.only_for not in offered:
            check.problem(f"the event is not {question.only_for}", *path, "only_for")
        if question.only_if:
            _check_condition(check, question.only_if, earlier, (*path, "only_if"))
        earlier[question.key] = question


def _check_options(check: Check, question: shape.Question, path: Path) -> None:
    if question.type in _WITH_OPTIONS and len(question.options) < 2:
        check.problem(f"a question of type {question.type} needs two options", *path)
    if question.type not in _WITH_OPTIONS and question.options:
        check.problem(f"a question of type {question.type} has no options", *path, "options")
    for option in _repeated(question.options):
        check.problem(f"“{option}” stands there twice", *path, "options")


def _check_condition(
    check: Check, condition: shape.Condition, earlier: dict[str, shape.Question], path: Path
) -> None:
    asked = earlier.get(condition.question)
    if asked is None:
        check.problem(f"“{condition.question}” is not asked before", *path, "question")
        return
    answers = ["yes", "no"] if asked.type == "yes_no" else asked.options
    if condition.is_ not in answers:
        known = f"one of {', '.join(answers)}" if answers else "a question with options"
        check.problem(f"must be an answer to “{asked.key}”: {known}", *path, "is")


def _repeated(values: Iterable[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]


def _last(items: Sequence[Any], attribute: str, value: str) -> int:
    return max(n for n, item in enumerate(items) if getattr(item, attribute) == value)
