"""The demo data: the networks and dated events of real documents as they stand there, and examples
of each kind of event on days that follow from today, one of them under way."""

from datetime import date, timedelta
from pathlib import Path
from string import Template

from dateutil.easter import easter

FOLDER = Path(__file__).resolve().parent / "demo_data"
WEDNESDAY, FRIDAY, SATURDAY = 2, 4, 5
OPEN_FOR = timedelta(days=6)  # how long the event lasts at which the door can be tried
_CLOSED = (  # from, to: month and day
    ((1, 1), (1, 6)),
    ((5, 1), (5, 1)),
    ((10, 2), (10, 4)),
    ((10, 31), (11, 1)),
    ((12, 20), (12, 31)),
)


def demo_texts(today: date) -> list[str]:
    """Import files in the order in which they refer to each other."""
    under_way = {"offen_from": today, "offen_until": today + OPEN_FOR}
    days = {name: day.isoformat() for name, day in (example_days(today) | under_way).items()}
    files = sorted(FOLDER.glob("*.yaml"))
    return [Template(path.read_text(encoding="utf-8")).substitute(days) for path in files]


def example_days(today: date) -> dict[str, date]:
    """The days of the examples to come by name; seminars on Wednesdays, as in the seeds."""
    jahrestreffen = _weekday(today + timedelta(days=75), SATURDAY)
    konferenz = _weekday(today + timedelta(days=50), FRIDAY)
    kurs = _weekday(today + timedelta(days=60), SATURDAY)
    return {
        "seminar_1": _weekday(today + timedelta(days=16), WEDNESDAY),
        "seminar_2": _weekday(today + timedelta(days=44), WEDNESDAY),
        "september": _middle_wednesday(today, 9),
        "november": _middle_wednesday(today, 11),
        "jahrestreffen": jahrestreffen,
        "jahrestreffen_assistance": _weeks_before(jahrestreffen, 4),
        "konferenz": konferenz,
        "konferenz_assistance": _weeks_before(konferenz, 3),
        "konferenz_closes": _weeks_before(konferenz, 1),
        "treffen": _weekday(today + timedelta(days=30), FRIDAY),
        "ausgebucht": _weekday(today + timedelta(days=23), SATURDAY),
        "beteiligung": _weekday(today + timedelta(days=37), WEDNESDAY),
        "kurs_1": kurs,
        "kurs_2": _weekday(kurs + timedelta(days=7), SATURDAY),
        "vorgemerkt": _weekday(today + timedelta(days=200), FRIDAY),
    }


def _weekday(earliest: date, weekday: int) -> date:
    """The first such weekday on or after a day on which an office would invite."""
    day = earliest + timedelta(days=(weekday - earliest.weekday()) % 7)
    return _weekday(day + timedelta(days=1), weekday) if _is_free(day) else day


def _weeks_before(day: date, weeks: int) -> date:
    """A day for an answer, earlier where the office is closed."""
    earlier = day - timedelta(weeks=weeks)
    return _weeks_before(earlier, 1) if _is_free(earlier) else earlier


def _is_free(day: date) -> bool:
    """Whether offices are closed: holidays on fixed days, and Good Friday with the day after it."""
    is_easter = day in (easter(day.year) - timedelta(days=before) for before in (1, 2))
    return is_easter or any(first <= (day.month, day.day) <= last for first, last in _CLOSED)


def _middle_wednesday(today: date, month: int) -> date:
    """The second Wednesday of the next such month that is still ahead."""
    day = _weekday(date(today.year, month, 8), WEDNESDAY)
    return day if day > today else _weekday(date(today.year + 1, month, 8), WEDNESDAY)
