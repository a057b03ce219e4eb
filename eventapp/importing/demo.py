"""The demo data: the networks and dated events of real documents as they stand there, and examples
of each kind of event on days that follow from today."""

from datetime import date, timedelta
from pathlib import Path
from string import Template

FOLDER = Path(__file__).resolve().parent / "demo_data"
WEDNESDAY, FRIDAY, SATURDAY = 2, 4, 5


def demo_texts(today: date) -> list[str]:
    """Import files in the order in which they refer to each other."""
    days = {name: day.isoformat() for name, day in example_days(today).items()}
    files = sorted(FOLDER.glob("*.yaml"))
    return [Template(path.read_text(encoding="utf-8")).substitute(days) for path in files]


def example_days(today: date) -> dict[str, date]:
    """The days of the examples by name; seminars on Wednesdays, as in the seeds."""
    jahrestreffen = _weekday(today + timedelta(days=75), SATURDAY)
    konferenz = _weekday(today + timedelta(days=50), FRIDAY)
    return {
        "seminar_1": _weekday(today + timedelta(days=16), WEDNESDAY),
        "seminar_2": _weekday(today + timedelta(days=44), WEDNESDAY),
        "september": _middle_wednesday(today, 9),
        "november": _middle_wednesday(today, 11),
        "jahrestreffen": jahrestreffen,
        "jahrestreffen_assistance": jahrestreffen - timedelta(days=28),
        "konferenz": konferenz,
        "konferenz_assistance": konferenz - timedelta(days=21),
        "konferenz_closes": konferenz - timedelta(days=7),
        "treffen": _weekday(today + timedelta(days=30), FRIDAY),
        "ausgebucht": _weekday(today + timedelta(days=23), SATURDAY),
        "beteiligung": _weekday(today + timedelta(days=37), WEDNESDAY),
        "kurs_1": _weekday(today + timedelta(days=60), SATURDAY),
        "kurs_2": _weekday(today + timedelta(days=67), SATURDAY),
        "vorgemerkt": _weekday(today + timedelta(days=200), FRIDAY),
    }


def _weekday(earliest: date, weekday: int) -> date:
    """The first such weekday on or after a day."""
    return earliest + timedelta(days=(weekday - earliest.weekday()) % 7)


def _middle_wednesday(today: date, month: int) -> date:
    """The second Wednesday of the next such month that is still ahead."""
    day = _weekday(date(today.year, month, 8), WEDNESDAY)
    return day if day > today else _weekday(date(today.year + 1, month, 8), WEDNESDAY)
