"""Sign up, mail, door, feed, cancel, move up: nothing replaced, in both modes."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
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
    token = place.command("create-device", "--event", slug, "--name", "Haupteingang")
    body = {"scan_id": str(uuid4()), "code": code, "direction": "in"}
    at = datetime.now(UTC) + timedelta(seconds=float(place.environ["CLOCK_SHIFT"]))
    answer = httpx.post(
        f"{place.url}/api/v1/checkin/{slug}/scans",
        json={"scans": [{**body, "scanned_at": at.isoformat()}]},
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()["results"][0]
    return result


def starts_in_feed(place: Place, title: str) -> datetime:
    body = httpx.get(f"{place.url}/calendar/all.ics", timeout=30).content
    events: Any = Calendar.from_ical(body).events
    [entry] = [each for each in events if each["SUMMARY"] == title]
    start = entry["DTSTART"].dt
    assert isinstance(start, datetime)
    return start.astimezone(UTC)


def promoted_after_cancel(place: Place, slug: str, **values: str) -> tuple[Guest, EmailMessage]:
    """Two sign up for one place, the first cancels; who moves up, and the mail that says so."""
    first, second = Guest(place, "Ada"), Guest(place, "Ben")
    assert "Sie sind angemeldet" in first.sign_up(slug, **values)
    assert "Warteliste" in second.sign_up(slug, **values)
    [confirmed], [waiting] = first.mails(1), second.mails(1)
    assert "angemeldet" in confirmed["Subject"]
    assert "Warteliste" in waiting["Subject"]
    request = entry_in(confirmed, "REQUEST")
    first.cancel(confirmed)
    cancelled = entry_in(first.mails(2)[1], "CANCEL")
    assert cancelled["UID"] == request["UID"]
    assert cancelled["SEQUENCE"] > request["SEQUENCE"]
    assert cancelled["STATUS"] == "CANCELLED"
    assert scan(place, slug, code_in(confirmed))["verdict"] == "cancelled"
    promoted = second.mails(2)[1]
    assert "Platz" in promoted["Subject"]
    return second, promoted


def test_annual_meeting(place: Place) -> None:
    _guest, mail = promoted_after_cancel(place, "jahrestreffen")
    code = code_in(mail)
    admitted = scan(place, "jahrestreffen", code)
    assert admitted["verdict"] == "admitted"
    again = scan(place, "jahrestreffen", code)
    assert again["verdict"] == "already_in"
    assert again["first_scan"]
    assert scan(place, "konferenz", code)["verdict"] == "wrong_event"
    forged = code[:-26] + "A" * 26
    assert scan(place, "jahrestreffen", forged)["verdict"] == "unknown"
    assert starts_in_feed(place, "Jahrestreffen") == entry_in(mail, "REQUEST")["DTSTART"].dt


def test_network_conference(place: Place) -> None:
    values = {"attendance": "in_person", "choice_workshop": "a"}
    _guest, mail = promoted_after_cancel(place, "konferenz", **values)
    body = mail.get_body(("plain",))
    assert body is not None
    assert "Werkstatt" in body.get_content()
    assert scan(place, "konferenz", code_in(mail))["verdict"] == "admitted"
    online = Guest(place, "Cleo")
    online.sign_up("konferenz", attendance="online")
    assert scan(place, "konferenz", code_in(online.mails(1)[0]))["verdict"] == "online_only"


def test_online_seminar(place: Place) -> None:
    guest, mail = Guest(place, "Dan"), None
    guest.sign_up(season.FIRST_SEMINAR)
    [mail] = guest.mails(1)
    assert scan(place, season.FIRST_SEMINAR, code_in(mail))["verdict"] == "online_only"
    address = guest.path(mail, "join")
    door = guest.get(address)
    assert season.JOIN_URL not in door.text
    entered = guest.post(address, door)
    assert entered.status_code == 303
    assert entered.headers["location"] == season.JOIN_URL
    assert season.JOIN_URL not in mail.as_string()


def test_berlin_time_in_the_feed(place: Place) -> None:
    september = starts_in_feed(place, "Seminar im September")
    november = starts_in_feed(place, "Seminar im November")
    assert (september.date(), september.hour, september.minute) == (season.SEPTEMBER, 11, 30)
    assert (november.date(), november.hour, november.minute) == (season.NOVEMBER, 12, 30)
