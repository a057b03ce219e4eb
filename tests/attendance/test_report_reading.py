"""Reports of all platforms, as they come and as office programs save them; who is meant."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.attendance.report_matching import Doubt, match
from eventapp.attendance.report_reading import (
    Attendee,
    NoReport,
    Platform,
    TimesUnreadable,
    read_report,
)
from eventapp.errors import Refused
from eventapp.table_files import NothingInFile
from tests.attendance import report_files

START = datetime(2027, 3, 4, 12, 30, tzinfo=UTC)  # 3/4 and 4/3 are both days
ANNA = ("Anna Müller", "anna@example.org")
BO = ("Bo Şahin", "bo@example.org")
ROWS = [(*ANNA, -5, 20), (*ANNA, 30, 95), (*ANNA, 30, 95), (*BO, 3, 90)]
ZONE = "Europe/Berlin"


def after(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("write", "platform"),
    [
        (report_files.zoom, Platform.ZOOM),
        (report_files.teams, Platform.TEAMS),
        (report_files.webex, Platform.WEBEX),
        (report_files.bigbluebutton, Platform.BIGBLUEBUTTON),
    ],
)
def test_each_platform_is_read_with_doubles_and_those_who_came_again(
    write: Callable[..., bytes], platform: Platform
) -> None:
    report = read_report(write(START, ROWS), ZONE, START)
    assert report.platform == platform
    anna, bo = report.attendees
    assert (anna.name, bo.name) == ("Anna Müller", "Bo Şahin")
    if platform != Platform.BIGBLUEBUTTON:
        assert (anna.email, bo.email) == (ANNA[1], BO[1])
    assert anna.spans == ((after(-5), after(20)), (after(30), after(95)))
    assert bo.spans == ((after(3), after(90)),)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_as_excel_saves_it(encoding: str) -> None:
    rows = [(*ANNA, 0, 60), ("Bo Sahin", BO[1], 0, 60)]
    content = report_files.of_excel(report_files.zoom(START, rows), encoding)
    report = read_report(content, ZONE, START)
    assert [each.name for each in report.attendees] == ["Anna Müller", "Bo Sahin"]
    assert report.attendees[0].spans == ((after(0), after(60)),)


def test_times_of_another_zone() -> None:
    content = report_files.zoom(START, ROWS, "America/Los_Angeles")
    report = read_report(content, "America/Los_Angeles", START)
    assert report.attendees[0].spans[0] == (after(-5), after(20))


def test_a_thousand_rows() -> None:
    rows = [(f"Gast {n % 900}", f"gast{n % 900}@example.org", n % 7, 60) for n in range(1000)]
    assert len(read_report(report_files.zoom(START, rows), ZONE, START).attendees) == 900


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"Titel;Ort\nTreffen;Mainz\n", NoReport),
        (b"Name,Join Time\nAnna,gestern\n", TimesUnreadable),
        (b"Name,Join Time\n", NothingInFile),
        (b"Name,Join Time\n,\nx,\n", NoReport),
    ],
)
def test_what_is_no_report_is_refused(content: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        read_report(content, ZONE, START)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_is_sent_is_read_or_refused(content: bytes) -> None:
    with suppress(Refused):
        read_report(b"Name,User Email,Join Time\n" + content, ZONE, START)


# --- who is meant ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    id: int
    first_name: str
    last_name: str
    email: str = ""


DOTLESS = "\N{LATIN SMALL LETTER DOTLESS I}"  # of Turkish
PEOPLE = [
    Person(1, "Anna", "Müller", "anna@example.org"),
    Person(2, "Bo", "Berg", "paar@example.org"),
    Person(3, "Cleo", "Berg", "paar@example.org"),
    Person(4, "Dan", "Schmidt", "dan@example.org"),
    Person(5, "Dan", "Schmidt", "dan2@example.org"),
    Person(6, "Eva Maria", "von der Heide", ""),
    Person(7, "Çağla", f"Y{DOTLESS}ld{DOTLESS}z", ""),
    Person(8, "伟", "王", ""),
]


def found(name: str, email: str = "") -> Any:
    [only] = match([Attendee(name, email)], PEOPLE)
    return only


@pytest.mark.parametrize(
    ("name", "email", "who"),
    [
        ("Anna Müller", "Anna@Example.org", 1),
        ("Müller, Anna", "anna@example.org", 1),
        ("A. Müller (Gast)", "anna@example.org", 1),
        ("Dr. Anna Müller | Stadt", "", 1),
        ("Bo Berg", "paar@example.org", 2),
        ("Eva Maria von der Heide", "", 6),
        ("HEIDE Von Der Eva Maria [extern]", "", 6),
        ("Cagla Yildiz", "", 7),
        ("YILDIZ, ÇAĞLA", "", 7),
        ("王伟", "", 8),
        ("伟王", "", 8),
        ("AnnaMüller", "", 1),
    ],
)
def test_sure(name: str, email: str, who: int) -> None:
    assert found(name, email).sure == who


@pytest.mark.parametrize(
    ("name", "email", "doubt", "candidates"),
    [
        ("iPad", "anna@example.org", Doubt.OTHER_NAME, (1,)),
        ("Berg", "paar@example.org", Doubt.SHARED, (2, 3)),
        ("Anna Müller", "privat@example.net", Doubt.OTHER_ADDRESS, (1,)),
        ("Dan Schmidt", "", Doubt.SEVERAL, (4, 5)),
        ("Anna Mueller", "", Doubt.ALIKE, (1,)),
        ("Dan Schmitt", "", Doubt.ALIKE, (4, 5)),
        ("Müller", "", Doubt.ALIKE, (1,)),
        ("Anna", "", Doubt.ALIKE, (1,)),
        ("iPhone von Cleo", "", Doubt.ALIKE, (3,)),
        ("王伟", "wei@example.net", Doubt.OTHER_ADDRESS, (8,)),
    ],
)
def test_doubts_are_never_settled_in_silence(
    name: str, email: str, doubt: Doubt, candidates: tuple[int, ...]
) -> None:
    one = found(name, email)
    assert (one.sure, one.doubt, one.candidates) == (None, doubt, candidates)


@pytest.mark.parametrize("name", ["Galaxy S21", "iPhone von Gast", "Xaver Zorn", "?", ""])
def test_nobody(name: str) -> None:
    one = found(name, "")
    assert (one.sure, one.doubt, one.candidates) == (None, None, ())


def test_a_given_name_that_many_have_says_nothing() -> None:
    people = [Person(number, "Anna", f"Berg{number}") for number in range(6)]
    assert [each.candidates for each in match([Attendee("Anna", "")], people)] == [()]
    assert [each.candidates for each in match([Attendee("Anna", "")], people[:5])] == [
        (0, 1, 2, 3, 4)
    ]
