"""The demo as its readers meet it, on whatever day it is loaded."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask.testing import FlaskClient

from eventapp.clock import BERLIN
from eventapp.importing.demo import demo_texts, example_days
from tests.importing.files import load
from tests.stored import stored

PAST = {
    "engagementstrategie-nrw-beschluss": "Kabinett beschließt Engagementstrategie für das Land"
    " Nordrhein-Westfalen",
    "hauptamt-staerkt-ehrenamt-2024": "Hauptamt stärkt Ehrenamt – Für ein starkes Engagement in"
    " ländlichen Räumen",
    "junge-wilde-2024": "Junge Wilde: Räume schaffen für das Engagement junger Menschen",
    "engagementstrategien-2024": "Wieso, weshalb, warum? Engagementstrategien auf kommunaler Ebene",
}
CALENDAR = {
    "engagementstrategie-nrw-beschluss": ("VALUE=DATE:20210202", "VALUE=DATE:20210203"),
    "hauptamt-staerkt-ehrenamt-2024": ("VALUE=DATE:20240513", "VALUE=DATE:20240514"),
    "junge-wilde-2024": (
        "TZID=Europe/Berlin:20240911T133000",
        "TZID=Europe/Berlin:20240911T150000",
    ),
    "engagementstrategien-2024": (
        "TZID=Europe/Berlin:20241113T133000",
        "TZID=Europe/Berlin:20241113T150000",
    ),
}
CLOCK = re.compile(r"\d\d:\d\d|\d Uhr")


@pytest.fixture
def reader(client: FlaskClient) -> FlaskClient:
    for text in demo_texts(date(2026, 11, 23)):
        load(text)
    return client


def test_the_dated_events_stand_there_exactly(reader: FlaskClient) -> None:
    for slug, title in PAST.items():
        calendar = reader.get(f"/events/{slug}.ics").text
        starts, ends = CALENDAR[slug]
        assert stored(slug).title == title
        assert f"DTSTART;{starts}\r\n" in calendar
        assert f"DTEND;{ends}\r\n" in calendar
        page = reader.get(f"/events/{slug}").text
        assert title in page.replace("&#39;", "'")
        main = re.sub(r"<[^>]+>", " ", page.partition("<main")[2].partition("</main")[0])
        assert bool(CLOCK.search(main)) is ("TZID" in starts), slug


def test_a_milestone_has_no_registration(reader: FlaskClient) -> None:
    slug = "engagementstrategie-nrw-beschluss"
    assert f'href="/events/{slug}/register' not in reader.get(f"/events/{slug}").text
    form = reader.get(f"/events/{slug}/register")
    assert "form_token" not in form.text
    assert reader.post(f"/events/{slug}/register").status_code == 422


@pytest.mark.parametrize(
    "today",
    [date(2026, 1, 1), date(2026, 9, 8), date(2026, 9, 9), date(2026, 11, 11), date(2027, 12, 31),
     date(2028, 2, 29), date(2029, 10, 28), date(2032, 11, 14)],
)  # fmt: skip
def test_the_seminars_of_september_and_november_lie_ahead(today: date) -> None:
    days = example_days(today)
    for month, hour in ((9, 11), (11, 12)):
        day = days["september" if month == 9 else "november"]
        assert (day.month, day.strftime("%a")) == (month, "Wed")
        assert today < day <= today + timedelta(days=372)
        starts_at = datetime.combine(day, time(13, 30), BERLIN).astimezone(UTC)
        assert (starts_at.hour, starts_at.minute) == (hour, 30)
        name = "september" if month == 9 else "november"
        assert f"starts_at: {day}T13:30" in demo_texts(today)[2], name


def test_no_address_reaches_a_real_body() -> None:
    texts = "".join(demo_texts(date(2026, 11, 23)))
    addresses = re.findall(r"[\w.+-]+@[\w.-]+", texts)
    links = re.findall(r"https?://([^/\s]+)", texts)
    assert addresses
    assert not [each for each in (*addresses, *links) if not each.endswith(".example")]
