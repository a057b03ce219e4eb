"""The attendance report of a meeting platform: who it names, and when they were there. Pure.

Shapes seen (2021 to 2026): Zoom "Name (Original Name), User Email, Join Time, Leave Time" below
a head of its own; Teams three parts of one UTF-16 file with tabs, the last with every coming
and going; Webex UTF-16 with tabs and times as `="2021-06-14 17:02:22"`; BigBlueButton's dashboard
without addresses, times in the language of the browser. Office programs write all of them anew with
semicolons, another encoding, or as XLSX.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from eventapp.errors import Refused
from eventapp.names import key, sort_key
from eventapp.table_files import Lines, decoded, is_workbook, read

DELIMITERS = "\t;,"
ZONES = ("Europe/Berlin", "UTC", "America/New_York", "America/Los_Angeles")


class NoReport(Refused):
    code = "no-report"
    field = "file"


class TimesUnreadable(Refused):
    code = "times-unreadable"
    field = "file"


class Platform(StrEnum):
    ZOOM = "zoom"
    TEAMS = "teams"
    WEBEX = "webex"
    BIGBLUEBUTTON = "bigbluebutton"
    OTHER = "other"


Span = tuple[datetime, datetime | None]  # None: still there when the report was made


@dataclass(frozen=True)
class Attendee:
    """One name with one address (or none) in the report; coming again adds a span."""

    name: str
    email: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Report:
    platform: Platform
    attendees: tuple[Attendee, ...]


class _Column(StrEnum):
    NAME = "name"
    EMAIL = "email"
    JOIN = "join"
    LEAVE = "leave"
    DURATION = "duration"


_HEADINGS: Mapping[_Column, frozenset[str]] = {
    _Column.NAME: frozenset(
        {
            *("name (original name)", "name (ursprünglicher name)", "name (originalname)"),
            *("name", "display name", "full name", "user name", "anzeigename"),
            *("vollständiger name", "teilnehmername"),
        }
    ),
    _Column.EMAIL: frozenset(
        {
            *("user email", "email", "e-mail", "attendee email", "email address"),
            *("e-mail-adresse", "benutzer-e-mail", "e-mail des benutzers", "e-mail-adresse"),
        }
    ),
    _Column.JOIN: frozenset(
        {
            *("join time", "first join", "join", "beitrittszeit", "erster beitritt"),
            *("beitrittszeitpunkt", "beitritt", "uhrzeit des beitritts", "beigetreten"),
        }
    ),
    _Column.LEAVE: frozenset(
        {
            *("leave time", "last leave", "left", "letztes verlassen", "verlassen"),
            *("zeitpunkt des verlassens", "verlassenszeit", "austrittszeit", "verlassen um"),
        }
    ),
    _Column.DURATION: frozenset(
        {
            *("duration (minutes)", "total duration (minutes)", "in-meeting duration"),
            *("attendance duration", "duration", "dauer (minuten)", "gesamtdauer (minuten)"),
            *("dauer", "besprechungsdauer", "dauer in der besprechung"),
        }
    ),
}
_MARKS: Sequence[tuple[Platform, frozenset[str]]] = (
    (
        Platform.TEAMS,
        frozenset({"participant id (upn)", "teilnehmer-id (upn)", "in-meeting duration"}),
    ),
    (Platform.WEBEX, frozenset({"attendee email", "connection type", "attendance duration"})),
    (Platform.BIGBLUEBUTTON, frozenset({"moderator", "activity score", "talk time"})),
    (Platform.ZOOM, frozenset({"name (original name)", "user email", "benutzer-e-mail"})),
)

Part = tuple[list[str], Lines]  # headings and the lines below


def read_report(content: bytes, zone: str, near: datetime) -> Report:
    """`zone` is that of its times, `near` when the meeting was, for days written in two ways.

    Raises `NoReport`, `TimesUnreadable` and what `table_files.read` does."""
    parts = max((_parts(lines) for lines in _tables(content)), key=_worth)
    if not parts:
        raise NoReport
    headings, lines = max(parts, key=lambda part: (_Column.JOIN in _columns(part[0]), len(part[1])))
    every = {heading for part in parts for heading in part[0]}
    attendees = tuple(_attendees(headings, lines, ZoneInfo(zone), near))
    if not attendees:
        raise NoReport
    return Report(_platform(every), attendees)


def _tables(content: bytes) -> Iterable[Lines]:
    """The file as each delimiter cuts it."""
    checked = read(content)  # its size, and that it is a table at all
    if is_workbook(content):
        return [checked]
    text = decoded(content)
    return [_cut(text, delimiter) for delimiter in DELIMITERS]


def _cut(text: str, delimiter: str) -> Lines:
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return [[_cell(cell) for cell in row] for row in rows]
    except csv.Error:
        return []


def _cell(text: str) -> str:
    r"""`="2021-06-14 17:02:22"` is a text to office programs; U+202F stands before some "PM"."""
    tidy = " ".join(text.replace("\u202f", " ").replace("\u200e", "").split())
    match = re.fullmatch(r'="(.*)"', tidy)
    return match[1] if match else tidy


def _parts(lines: Lines) -> list[Part]:
    """Each row of headings, with what stands below it until an empty line or the next."""
    parts: list[Part] = []
    is_open = False
    for line in lines:
        headings = [cell.casefold() for cell in line]
        found = _columns(headings)
        if _Column.NAME in found and found.keys() & {_Column.JOIN, _Column.DURATION}:
            parts.append((headings, []))
            is_open = True
        elif not any(line):
            is_open = False
        elif is_open:
            parts[-1][1].append(line)
    return parts


def _columns(headings: Sequence[str]) -> dict[_Column, int]:
    """Where each column is; the first of that name."""
    found: dict[_Column, int] = {}
    for number, heading in enumerate(headings):
        for column, names in _HEADINGS.items():
            if heading in names:
                found.setdefault(column, number)
    return found


def _worth(parts: Sequence[Part]) -> tuple[int, int]:
    known = max((len(_columns(headings)) for headings, _lines in parts), default=0)
    return known, sum(len(lines) for _headings, lines in parts)


def _platform(headings: set[str]) -> Platform:
    return next((each for each, marks in _MARKS if marks & headings), Platform.OTHER)


def _attendees(
    headings: Sequence[str], lines: Lines, zone: ZoneInfo, near: datetime
) -> Iterable[Attendee]:
    columns = _columns(headings)
    rows = [{each: _at(line, number) for each, number in columns.items()} for line in lines]
    # BigBlueButton's last line gathers anonymous answers: nobody was there.
    rows = [row for row in rows if row[_Column.NAME] and _was_there(row)]
    spans = _spans(rows, zone, near)
    found: dict[tuple[str, str], Attendee] = {}
    for row, span in zip(rows, spans, strict=True):
        name, email = row[_Column.NAME], row.get(_Column.EMAIL, "")
        person = (sort_key(name), key(email))
        before = found.get(person, Attendee(name, email))
        new = (span,) if span and span not in before.spans else ()
        found[person] = Attendee(before.name, before.email, before.spans + new)
    return found.values()


def _at(line: Sequence[str], number: int) -> str:
    return line[number] if number < len(line) else ""


def _was_there(row: Mapping[_Column, str]) -> bool:
    if _Column.JOIN in row:
        return bool(row[_Column.JOIN])
    return row.get(_Column.DURATION, "") not in ("", "-", "0")


# --- times ---------------------------------------------------------------------------------------

_DAYS = ("%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d/%m/%y", "%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y")
_HOURS = ("%I:%M:%S %p", "%H:%M:%S", "%I:%M %p", "%H:%M")
_GONE = ("", "-", "--")


def _spans(
    rows: Sequence[Mapping[_Column, str]], zone: ZoneInfo, near: datetime
) -> list[Span | None]:
    """One way of writing times has to fit all of them: then none is read as another day."""
    if not rows or _Column.JOIN not in rows[0]:
        return [None] * len(rows)
    joins = [row[_Column.JOIN] for row in rows]
    leaves = [row.get(_Column.LEAVE, "") for row in rows]
    read_time = _way_of(joins + [each for each in leaves if each not in _GONE], zone, near)
    return [
        (read_time[join], None if leave in _GONE else read_time[leave])
        for join, leave in zip(joins, leaves, strict=True)
    ]


def _way_of(texts: Sequence[str], zone: ZoneInfo, near: datetime) -> dict[str, datetime]:
    """By text, the instant. 3/4/2027 may be in March or April: of the ways that fit all texts the
    one nearest to the meeting is meant."""
    fitting: list[dict[str, datetime]] = []
    for way in (_of_iso, *(_of(f"{day} {hour}") for day in _DAYS for hour in _HOURS)):
        try:
            fitting.append({text: _in_zone(way(_bare(text)), zone) for text in texts})
        except ValueError:
            continue
    if not fitting:
        raise TimesUnreadable
    return min(fitting, key=lambda each: abs(min(each.values(), default=near) - near))


def _bare(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace(",", " ").replace("a.m.", "AM").replace("p.m.", "PM"))


def _of_iso(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _of(format_: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, format_)  # noqa: DTZ007  the zone follows


def _in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
