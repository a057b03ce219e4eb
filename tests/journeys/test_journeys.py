"""Sign up, mail, door, feed, cancel, move up: nothing replaced, in both modes."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import zxingcpp
from icalendar import Calendar
from PIL import Image

from tests.conftest import DATABASES, fill
from tests.journeys import installations, season
from tests.journeys.installations import Place

TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
MODES = [mode for mode in ("embedded", "production") if mode == "embedded" or len(DATABASES) > 1]


@pytest.fixture(scope="module", params=MODES)
def place(request: pytest.FixtureRequest, run_folder: Path) -> Iterator[Place]:
    folder = run_folder / f"journey-{request.param}-{uuid4().hex[:6]}"
    folder.mkdir()
    file = folder / "season.yaml"
    file.write_text(season.FILE)
    shift = season.shift_to_the_online_door()
    if request.param == "embedded":
        running = installations.embedded(folder, shift, file)
    else:
        cluster = request.getfixturevalue("postgres_server")
        template = cluster.template("migrated", fill)
        running = installations.production(folder, shift, file, cluster, template)
    with running as found:
        yield found
    shutil.rmtree(folder, ignore_errors=True)


class Guest:
    """Somebody with a browser that refuses cookies, and a mailbox."""

    def __init__(self, place: Place, name: str) -> None:
        self.place = place
        self.email = f"{name.lower()}-{uuid4().hex[:6]}@example.org"
        self.name = name

    def sign_up(self, slug: str, **values: str) -> str:
        """The receipt's page."""
        form = self.get(f"/events/{slug}/register")
        data = {"first_name": self.name, "last_name": "Beispiel", "email": self.email, **values}
        answer = self.post(f"/events/{slug}/register", form, **data)
        assert answer.status_code == 303, answer.text
        assert "set-cookie" not in answer.headers
        return self.get(answer.headers["location"]).text

    def post(self, address: str, page: httpx.Response, **data: str) -> httpx.Response:
        found = TOKEN.search(page.text)
        assert found, page.text
        values = {"form_token": found[1], "website": "", **data}
        return httpx.post(f"{self.place.url}{address}", data=values, timeout=30)

    def get(self, address: str) -> httpx.Response:
        return httpx.get(f"{self.place.url}{address}", timeout=30)

    def mails(self, count: int) -> list[EmailMessage]:
        return [each.message for each in self.place.smtp.wait_for(count, 60, to=self.email)]

    def path(self, mail: EmailMessage, kind: str) -> str:
        """The address of the personal page or the online door in a mail, without the host."""
        body = mail.get_body(("plain",))
        assert body is not None
        found = re.search(rf"/{kind}/[\w-]+", body.get_content())
        assert found, body.get_content()
        return found[0]

    def cancel(self, mail: EmailMessage) -> None:
        address = self.path(mail, "registrations") + "/cancel"
        answer = self.post(address, self.get(address))
        assert answer.status_code == 303


def code_in(mail: EmailMessage) -> str:
    png = next(part for part in mail.walk() if part.get_content_type() == "image/png")
    payload = png.get_payload(decode=True)
    assert isinstance(payload, bytes)
    [found] = zxingcpp.read_barcodes(Image.open(BytesIO(payload)))
    return str(found.text)


def entry_in(mail: EmailMessage, method: str) -> Any:
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    assert part.get_param("method") == method
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    calendar = Calendar.from_ical(payload)
    assert calendar["METHOD"] == method
    return calendar.events[0]


def scan(place: Place, slug: str, code: str) -> dict[str, Any]:
    """One scan at a door that is paired for it."""
    body = {"scan_id": str(uuid4()), "code": code, "direction": "in"}
    at = datetime.now(UTC) + timedelta(seconds=float(place.environ["CLOCK_SHIFT"]))
    answer = httpx.post(
        f"{place.url}/api/v1/checkin/{slug}/scans",
        json={"scans": [{**body, "scanned_at": at.isoformat()}]},
        headers={"Authorization": f"Bearer {place.device(slug)}"},
        timeout=30,
    )
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()["results"][0]
    return result


def instants(entry: Any) -> tuple[datetime, datetime]:
    """Start and end of a calendar entry, UTC."""
    start, end = entry["DTSTART"].dt, entry["DTEND"].dt
    assert isinstance(start, datetime)
    assert isinstance(end, datetime)
    return start.astimezone(UTC), end.astimezone(UTC)


def in_feed(place: Place, title: str) -> tuple[datetime, datetime]:
    body = httpx.get(f"{place.url}/calendar/all.ics", timeout=30).content
    events: Any = Calendar.from_ical(body).events
    [entry] = [each for each in events if each["SUMMARY"] == title]
    assert entry["STATUS"] == "CONFIRMED"
    return instants(entry)


@dataclass(frozen=True)
class Kind:
    """An event with one place, what is filled in for it, when it is, and what its door says."""

    slug: str
    title: str
    on: date
    hours: tuple[tuple[int, int], tuple[int, int]]  # as clocks in Berlin show them
    values: dict[str, str] = field(default_factory=dict)
    is_online: bool = False

    @property
    def instants(self) -> tuple[datetime, datetime]:
        start, end = (season.in_berlin(self.on, *hour) for hour in self.hours)
        return start, end


_CONFERENCE = ("konferenz", "Landesnetzwerkkonferenz", season.LATER, ((10, 0), (16, 0)))
ANNUAL_MEETING = Kind("jahrestreffen", "Jahrestreffen", season.LATER, ((11, 0), (17, 0)))
CONFERENCE = Kind(*_CONFERENCE, {"attendance": "in_person", "choice_workshop": "a"})
CONFERENCE_ONLINE = Kind(*_CONFERENCE, {"attendance": "online"}, is_online=True)
SEMINAR = Kind(
    season.FIRST_SEMINAR,
    season.FIRST_SEMINAR_TITLE,
    season.FIRST_SEMINAR_ON,
    ((13, 30), (15, 0)),
    is_online=True,
)
KINDS = {
    "annual-meeting": ANNUAL_MEETING,
    "conference-in-person": CONFERENCE,
    "conference-online": CONFERENCE_ONLINE,
    "online-seminar": SEMINAR,
}


def confirmed_and_waiting(place: Place, kind: Kind) -> tuple[Guest, Guest, EmailMessage]:
    """Two sign up for one place; the mail of the first."""
    first, second = Guest(place, "Ada"), Guest(place, "Ben")
    assert "Sie sind angemeldet" in first.sign_up(kind.slug, **kind.values)
    assert "Warteliste" in second.sign_up(kind.slug, **kind.values)
    [confirmed], [waiting] = first.mails(1), second.mails(1)
    assert "angemeldet" in confirmed["Subject"]
    assert "Warteliste" in waiting["Subject"]
    assert season.JOIN_URL not in confirmed.as_string()
    return first, second, confirmed


def goes_in_once(place: Place, kind: Kind, mail: EmailMessage) -> None:
    """The code in the mail lets in at the door, and only once; online there is no door to pass."""
    code = code_in(mail)
    verdicts = ["online_only", "online_only"] if kind.is_online else ["admitted", "already_in"]
    results = [scan(place, kind.slug, code) for _ in verdicts]
    assert [result["verdict"] for result in results] == verdicts
    assert bool(results[1].get("first_scan")) is not kind.is_online


def enters_online(guest: Guest, mail: EmailMessage) -> None:
    """The online door names the meeting's address to who presses the button, not before."""
    address = guest.path(mail, "join")
    door = guest.get(address)
    assert season.JOIN_URL not in door.text
    entered = guest.post(address, door)
    assert entered.status_code == 303
    assert entered.headers["location"] == season.JOIN_URL


def is_in_feed(place: Place, kind: Kind, mail: EmailMessage) -> None:
    assert in_feed(place, kind.title) == kind.instants
    assert instants(entry_in(mail, "REQUEST")) == kind.instants


def cancels(place: Place, kind: Kind, guest: Guest, confirmed: EmailMessage) -> None:
    """The mail takes the date out of the calendar, and the code lets nobody in any more."""
    request = entry_in(confirmed, "REQUEST")
    guest.cancel(confirmed)
    cancelled = entry_in(guest.mails(2)[1], "CANCEL")
    assert cancelled["UID"] == request["UID"]
    assert cancelled["SEQUENCE"] > request["SEQUENCE"]
    assert cancelled["STATUS"] == "CANCELLED"
    assert scan(place, kind.slug, code_in(confirmed))["verdict"] == "cancelled"


def moves_up(guest: Guest) -> EmailMessage:
    """The mail that says so."""
    promoted = guest.mails(2)[1]
    assert "Sie haben einen Platz" in promoted["Subject"]
    return promoted


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_from_sign_up_to_moving_up(place: Place, kind: Kind) -> None:
    first, second, confirmed = confirmed_and_waiting(place, kind)
    goes_in_once(place, kind, confirmed)
    if kind is SEMINAR:
        enters_online(first, confirmed)
    is_in_feed(place, kind, confirmed)
    cancels(place, kind, first, confirmed)
    promoted = moves_up(second)
    is_in_feed(place, kind, promoted)
    goes_in_once(place, kind, promoted)
    if kind is SEMINAR:
        enters_online(second, promoted)
    if kind is CONFERENCE:
        body = promoted.get_body(("plain",))
        assert body is not None
        assert "Werkstatt" in body.get_content()


def test_forged_and_foreign_codes_are_named_as_such(place: Place) -> None:
    guest = Guest(place, "Cleo")
    guest.sign_up("offen")
    code = code_in(guest.mails(1)[0])
    assert scan(place, "konferenz", code)["verdict"] == "wrong_event"
    assert scan(place, "konferenz", code[:-26] + "A" * 26)["verdict"] == "unknown"


def test_berlin_time_in_the_feed(place: Place) -> None:
    september, _ = in_feed(place, "Seminar im September")
    november, _ = in_feed(place, "Seminar im November")
    assert (september.date(), september.hour, september.minute) == (season.SEPTEMBER, 11, 30)
    assert (november.date(), november.hour, november.minute) == (season.NOVEMBER, 12, 30)
