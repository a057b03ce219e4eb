"""A course of four dates, three ways of being there, and the certificate that follows.

Nothing is replaced; time passes by starting the installation again at another hour.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import MetaData, create_engine, select

from tests.attendance.report_files import zoom
from tests.conftest import fill
from tests.journeys import installations, season
from tests.journeys.installations import Place
from tests.journeys.test_journeys import MODES, Guest, code_in, scan
from tests.pdfs import text_of

FIRST = season.TODAY + timedelta(days=40)
DAYS = [FIRST + timedelta(days=7 * number) for number in range(4)]
BEGINS = [season.in_berlin(day, 17) for day in DAYS]
AFTER = season.in_berlin(DAYS[3], 20)
SWEEPS = 180  # seconds, each minute one
ACCOUNT, PASSWORD = "buero@example.org", "rotes fahrrad im regen"
FIRST_NAME, LAST_NAME = "Ottilie", "Żółkiewska"

FILE = f"""
networks:
  - slug: netz
    name: Landesnetzwerk Beispielland
    sender: {{name: Netz, email: netz@example.org}}
    controller: {{name: Träger, address: Musterweg 1, email: traeger@example.org}}
events:
  - slug: kurs
    title: Grundkurs Vereinsrecht
    kind: training
    network: netz
    starts_at: {DAYS[0]}T17:00
    ends_at: {DAYS[3]}T19:00
    dates: [{", ".join(f"{{starts_at: {day}T17:00, ends_at: {day}T19:00}}" for day in DAYS)}]
    attendance: [in_person, online]
    status: published
    certificate: true
    join_url: {season.JOIN_URL}
    contact: {{name: Büro, email: buero@example.org}}
"""


@pytest.fixture(params=MODES)
def place(request: pytest.FixtureRequest, run_folder: Path) -> Iterator[Place]:
    folder = run_folder / f"course-{request.param}-{uuid4().hex[:6]}"
    folder.mkdir()
    file = folder / "course.yaml"
    file.write_text(FILE)
    if request.param == "embedded":
        running = installations.embedded(folder, 0, file)
    else:
        cluster = request.getfixturevalue("postgres_server")
        template = cluster.template("migrated", fill)
        running = installations.production(folder, 0, file, cluster, template)
    with running as found:
        yield found
    shutil.rmtree(folder, ignore_errors=True)


class Office:
    """The organiser's browser; logs in anew after each step in time, for sessions end."""

    URL = "/organise/events/kurs"

    def __init__(self, place: Place) -> None:
        self.place = place
        words = ("create-organiser", ACCOUNT, "--network", "netz", "--role", "organiser")
        place.command(*words, "--password-stdin", typed=PASSWORD)

    def post(self, path: str, **sent: Any) -> httpx.Response:
        """A form of the console; the page that follows."""
        files = sent.pop("files", None)
        with httpx.Client(base_url=self.place.url, timeout=30) as browser:
            token = field(browser.get("/login"), "form_token")
            login = {"form_token": token, "email": ACCOUNT, "password": PASSWORD}
            # The address is https, and this is the plain way behind it.
            [cookie] = browser.post("/login", data=login).headers.get_list("set-cookie")
            browser.headers["cookie"] = cookie.partition(";")[0]
            csrf = field(browser.get(self.URL), "csrf_token")
            answer = browser.post(
                f"{self.URL}{path}", data={"csrf_token": csrf, **sent}, files=files
            )
            assert answer.status_code == 303, answer.text
            return browser.get(answer.headers["location"])

    def import_report(self, guest: Guest) -> None:
        """Of the fourth date, as Zoom writes it."""
        rows = [(f"{FIRST_NAME} {LAST_NAME}", guest.email, 0, 118)]
        file = ("bericht.csv", zoom(BEGINS[3], rows))
        page = self.post("/presence/reports", date="4", zone="Europe/Berlin", files={"file": file})
        assert "1 Person ist eindeutig" in page.text
        self.post(page.url.path.removeprefix(self.URL))


def field(page: httpx.Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, page.text
    return found[1]


def signs_up(place: Place) -> tuple[Guest, EmailMessage]:
    guest = Guest(place, FIRST_NAME)
    guest.sign_up("kurs", last_name=LAST_NAME, attendance="in_person")
    [confirmed] = guest.mails(1)
    return guest, confirmed


def is_scanned(place: Place, mail: EmailMessage, begin: datetime) -> None:
    place.go_to(begin)
    assert scan(place, "kurs", code_in(mail))["verdict"] == "admitted"


def switches_to_online(guest: Guest, mail: EmailMessage) -> EmailMessage:
    """The mail with the way in."""
    address = guest.path(mail, "registrations")
    page = guest.get(address)
    answer = guest.post(f"{address}/attendance", page, attendance="online", at_once="y")
    assert answer.status_code == 303
    return mail_with(guest, lambda mail: "/join/" in plain(mail))


def comes_by_the_online_door(guest: Guest, mail: EmailMessage) -> None:
    """A hundred looks are none; two clicks are one."""
    address = guest.path(mail, "join")
    for _ in range(50):
        assert season.JOIN_URL not in guest.get(address).text
        assert httpx.head(f"{guest.place.url}{address}", timeout=30).status_code == 200
    assert rows_of(guest.place, "presence") == []
    for _ in range(2):
        answer = guest.post(address, guest.get(address))
        assert answer.headers["location"] == season.JOIN_URL
    assert len(rows_of(guest.place, "presence")) == 1


def rows_of(place: Place, table: str) -> list[Any]:
    return everything(place)[table]


def everything(place: Place) -> dict[str, list[Any]]:
    """Each row of each table."""
    engine = create_engine(place.database_url)
    tables = MetaData()
    with engine.connect() as connection:
        tables.reflect(connection)
        rows = {name: connection.execute(select(t)).all() for name, t in tables.tables.items()}
    engine.dispose()
    return {name: [tuple(row) for row in found] for name, found in rows.items()}


def mail_with(guest: Guest, found: Callable[[EmailMessage], object]) -> EmailMessage:
    """The first that has it; others, such as reminders, come in between."""
    seen = 0
    while True:
        mails = guest.place.smtp.wait_for(seen + 1, SWEEPS, to=guest.email)
        for each in mails[seen:]:
            if found(each.message):
                return each.message
        seen = len(mails)


def plain(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def certificates(mail: EmailMessage) -> list[Any]:
    return [part for part in mail.walk() if part.get_content_type() == "application/pdf"]


def certificate_in(mail: EmailMessage) -> str:
    """The text of the PDF."""
    [pdf] = certificates(mail)
    payload = pdf.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return "\n".join(text_of(payload))


def is_genuine(guest: Guest, code: str, surname: str) -> bool:
    page = guest.get(f"/verify?code={code}")
    assert code in page.text
    answer = guest.post("/verify", page, code=code, surname=surname)
    assert answer.status_code == 200, answer.text
    is_known = "Eine solche Bescheinigung kennen wir nicht." not in answer.text
    assert is_known is ("Die Bescheinigung ist echt." in answer.text)
    return is_known


def assert_nothing_left(place: Place, *words: str) -> None:
    """In rows, files and logs, names in any spelling of their letters."""
    for name, rows in everything(place).items():
        text = repr(rows).casefold()
        assert not [word for word in words if word.casefold() in text], name
    for file in place.folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes().lower()
            found = [word for word in words if word.lower().encode() in content]
            assert not found, f"{file} still holds {found}"


def test_four_dates_three_ways_and_a_certificate(place: Place) -> None:
    office = Office(place)
    office.post("/presence/rule", least_dates="4")
    guest, confirmed = signs_up(place)
    is_scanned(place, confirmed, BEGINS[0])
    is_scanned(place, confirmed, BEGINS[1])
    switched = switches_to_online(guest, confirmed)
    place.go_to(BEGINS[2] - timedelta(minutes=10))
    comes_by_the_online_door(guest, switched)
    place.go_to(AFTER)
    ticket = guest.get(guest.path(confirmed, "registrations")).text
    assert "fehlt" in ticket
    office.import_report(guest)
    text = certificate_in(mail_with(guest, certificates))
    assert f"{FIRST_NAME} {LAST_NAME}" in text
    code = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4})+", text)
    assert code
    assert is_genuine(guest, code[0], LAST_NAME)
    assert not is_genuine(guest, code[0], "Anders")
    place.command("erase", guest.email)
    assert is_genuine(guest, code[0], LAST_NAME)
    assert_nothing_left(place, FIRST_NAME, LAST_NAME, guest.email)
