"""Whatever people type stays text: one house full of hostile names, seen through every door.

Every column of text that no machine writes holds the same hostile words, put there past the forms;
then every page is fetched, every file, every mail, every calendar entry. A new column takes part by
itself, a new page too.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar
from justhtml import JustHTML
from python_calamine import CalamineWorkbook
from sqlalchemy import JSON, Connection, Text, select, update
from werkzeug.test import TestResponse

from eventapp import clock
from eventapp.base import Base, table_of
from eventapp.db import reading, transaction
from eventapp.errors import NotFound
from eventapp.events.models import Event
from eventapp.forms import PublicForm
from eventapp.mail import kinds
from eventapp.mail.models import OutboxMail
from eventapp.mail.render import render
from eventapp.messages.models import Message
from eventapp.networks.models import Grant
from eventapp.registration.models import Registration
from eventapp.sitecache import bump
from eventapp.tokens import keyring
from tests.checked_client import CheckedClient
from tests.exports.people import read_csv
from tests.house.full import SLUG, Full, methods, rules
from tests.pdfs import objects

LINK = "http://evil.example/"
WORDS = (
    f'=HYPERLINK("{LINK}") <img src=x onerror=alert(1)> <script>alert(1)</script> '
    '" onmouseover="alert(1) {{7*7777}} {0.__class__} {name} %(title)s ${7*7777} '
    '[klick](javascript:alert(1)) ![bild](http://bild.example/b.png) #read("page.typ")'
)
LONG = "W" * 5000
NAME = f"{WORDS} [klick]({LINK}) {LONG}"
PROSE = f"{WORDS}\n\n{LONG}".replace(LINK, "x")  # where links are wanted, and only good ones
RAW = f"=1+1\r\nBcc: evil@evil.example\r\n\r\n\u202e{NAME}"

# What machines write, or take only in a form that they check: addresses, codes, keys.
CHECKED = {
    *("slug", "email", "email_key", "person_key", "sort_key", "organisation_key", "masked_email"),
    *("contact_email", "sender_email", "controller_email", "organizer_email", "reply_to"),
    *("website", "join_url", "uid", "digest", "media_type", "scan_id", "dedupe_key", "batch"),
    *("kind", "status", "state", "attendance", "language", "audience", "role_", "scope", "part"),
    *("brand", "copper", "copper_line", "land", "accessibility_state", "choice_group", "source"),
    *("password_hash", "message_id", "lease", "made", "act", "subject_type", "key", "only_for"),
    *("cancelled_as", "direction", "finding", "format", "problem", "browser", "system", "url"),
    "platform",
}
MACHINES = {"login_throttle", "outbox_mail", "grant", "sent_form", "event_place", "export_job"}
TYPES = {"question"}  # whose type is one of a few
MARKDOWN = {
    ("event", "description"),
    ("series", "description"),
    ("network", "description"),
    ("network", "controller_imprint"),
    ("network", "accessibility_barriers"),
    ("message", "text"),
    ("message", "text_en"),
    ("material", "alternative"),
    ("event_report", "text"),
    ("event_report", "results"),
}
LISTS = {"venue_accessibility", "speakers"}
SAYS_NOTHING = {"OPTIONS", "HEAD"}


def spoil(name: str = NAME, prose: str = PROSE) -> None:
    """Put the words wherever people may write."""
    with transaction() as session:
        for table in Base.metadata.sorted_tables:
            values: dict[str, Any] = {}
            for column in table.columns:
                is_type = column.name == "type" and table.name in TYPES
                if table.name in MACHINES or column.name in CHECKED or is_type:
                    continue
                if isinstance(column.type, Text):
                    values[column.name] = prose if (table.name, column.name) in MARKDOWN else name
                elif isinstance(column.type, JSON) and column.name in LISTS:
                    values[column.name] = [name]
            if values:
                session.execute(update(table).values(values))
        answers = Base.metadata.tables["answer"]
        session.execute(update(answers).where(answers.c.value.is_not(None)).values(value=name))
        needs = {"assistance": name, "assistance_kinds": [], "diet": []}
        people = update(Registration).where(Registration.needs_sealed.is_not(None))
        session.execute(people.values(needs_sealed=keyring().seal(needs)))
        session.execute(update(Event).values(fields=["organisation", "title", "role", "door_note"]))
        bump(session, clock.now())


@pytest.fixture
def full(app: Flask, tmp_path: Path) -> Full:
    full = Full(app, tmp_path)
    full.plan()
    full.grow(1)
    return full


# --- what inert means ---------------------------------------------------------------------------


def check_html(text: str, where: str = "") -> None:
    page: Any = JustHTML(text, sanitize=False)
    assert "54439" not in text
    assert "<class" not in text.replace("&lt;", "<")
    assert not page.query("object, embed, base[href]")
    for frame in page.query("iframe"):
        assert frame.attrs["src"].startswith(("/organise/", "/mailbox/")), frame.attrs
    for element in page.query("*"):
        attributes = element.attrs
        assert not [name for name in attributes if name.lower().startswith("on")], attributes
        for name in ("href", "src", "action", "formaction"):
            target = (attributes.get(name) or "").strip().lower()
            assert not target.startswith(("javascript:", "vbscript:", LINK)), (where, target)
        if element.name == "img":
            assert (attributes.get("src") or "").startswith(("/", "data:", "cid:")), attributes
    for script in page.query("script"):
        assert "alert(1)</script" not in script.to_text()


def check_calendar(data: bytes) -> None:
    calendar: Any = Calendar.from_ical(data)
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    for entry in calendar.walk("VEVENT"):
        assert "ATTENDEE" not in entry or not isinstance(entry["ATTENDEE"], list)
        assert entry["SUMMARY"].startswith(("=", "Abgesagt: =", "Nicht angemeldet: ="))
        assert LONG in entry["SUMMARY"]
        assert not [name for name in entry if name.upper() in ("BCC", "ATTACH", "X-ALT-DESC")]
    assert not calendar.walk("VALARM")


def check_csv(data: bytes) -> None:
    text = data.decode("utf-8-sig")
    assert "\u202e" not in text
    for line in csv.reader(io.StringIO(text), delimiter=";"):
        for cell in line:
            assert cell[:1] not in ("=", "+", "-", "@", "\t", "\r"), cell[:40]


def check_workbook(data: bytes) -> None:
    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        sheets = b"".join(parts.read(name) for name in parts.namelist() if "sheet" in name)
    for formula in (b"<f>", b"hyperlink", "\u202e".encode()):
        assert formula not in sheets.lower().replace(b"=hyperlink(", b"")


def check_pdf(data: bytes) -> None:
    heads = "\n".join(head for head, _stream in objects(data).values())
    assert not re.search(r"/(JavaScript|JS|Launch|URI|EmbeddedFile|AA|OpenAction)\b", heads)


def check_json(data: bytes) -> None:
    json.loads(data)
    assert b"54439" not in data


def check_archive(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for name in parts.namelist():
            assert re.fullmatch(r"([a-z0-9-]+/)?[a-z0-9-]+\.[a-z]+", name)
            suffix = name.rpartition(".")[2]
            if suffix in SUFFIXES:
                CHECKS[SUFFIXES[suffix]](parts.read(name))


SUFFIXES = {
    "html": "text/html",
    "ics": "text/calendar",
    "csv": "text/csv",
    "json": "application/json",
    "pdf": "application/pdf",
}
CHECKS: dict[str, Callable[[bytes], None]] = {
    "text/html": lambda data: check_html(data.decode()),
    "text/calendar": check_calendar,
    "text/csv": check_csv,
    "application/zip": check_archive,
    "application/pdf": check_pdf,
    "application/json": check_json,
    "application/problem+json": check_json,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": check_workbook,
}
HARMLESS = {"image/png", "image/svg+xml", "text/css", "text/plain", "application/manifest+json"}


def check_answer(answer: TestResponse) -> str:
    """The kind of thing that it was."""
    assert "Bcc" not in answer.headers
    assert (answer.location or "/").startswith(("/", "http://localhost/"))
    if answer.status_code in (200, 422) and answer.data:
        kind = str(answer.mimetype)
        if kind not in HARMLESS and "javascript" not in kind:
            CHECKS[kind](answer.data)
        assert answer.headers.get("X-Content-Type-Options") == "nosniff"
    return str(answer.mimetype)


# --- through every door -------------------------------------------------------------------------


def test_every_page_file_and_feed_shows_names_as_text(full: Full) -> None:
    ada = full.ada()
    spoil()
    stranger = CheckedClient(full.app, full.app.response_class, use_cookies=False)
    seen: set[str] = set()
    shown = 0
    for rule in rules(full.app):
        if "GET" not in methods(rule):
            continue
        for browser in (ada, stranger):
            for language in ("de", "en"):
                answer = browser.get(f"{full.address(rule)}?lang={language}")
                assert answer.status_code < 500, rule
                seen.add(check_answer(answer))
                shown += LONG in answer.get_data().decode(errors="replace")
    assert {"text/html", "text/calendar", "text/csv", "application/pdf"} <= seen
    assert shown > 100  # else the names would not have been there


def test_a_search_for_them_is_only_a_search(full: Full) -> None:
    """What is asked for in an address stands on the page again."""
    ada = full.ada()
    spoil()
    query = {"q": NAME, "organisation_name": NAME, "district": NAME, "page": NAME, "topic": NAME}
    for rule in rules(full.app):
        if "GET" in methods(rule):
            for browser in (ada, CheckedClient(full.app, full.app.response_class)):
                answer = browser.get(full.address(rule), query_string=query)
                assert answer.status_code < 500, rule
                check_answer(answer)


def test_every_form_answers_them_as_text(full: Full) -> None:
    """Each field of text of each form, filled with them and sent: refused with the words beside
    the field, or obeyed, and then shown by the pages above."""
    ada, sent = full.ada(), 0
    for rule in rules(full.app):
        if "GET" not in methods(rule) or rule.endpoint.startswith("accounts."):
            continue
        opened = ada.get(full.address(rule))
        if opened.mimetype != "text/html":
            continue
        page: Any = JustHTML(opened.text, sanitize=False)
        for form in page.query("form[method=post]"):
            data = _filled(form)
            if data:
                sent += 1
                answer = ada.post(form.attrs.get("action") or full.address(rule), data=data)
                assert answer.status_code < 500, (rule, form.attrs)
                check_answer(answer)
    assert sent > 15


def _filled(form: Any) -> dict[str, Any]:
    """What a browser would send, each field of text with the words; empty where it has none."""
    data: dict[str, Any] = {}
    has_text = False
    for field in form.query("input, textarea"):
        name, kind = field.attrs.get("name"), field.attrs.get("type", "text")
        if field.name == "textarea" or kind in ("text", "email", "search", "tel", "url"):
            data[name], has_text = RAW, True
        elif kind not in ("checkbox", "radio", "submit", "file") or "checked" in field.attrs:
            data[name] = field.attrs.get("value") or ""
    return data if has_text else {}


@pytest.mark.parametrize("words", [NAME, RAW], ids=["typed", "past the forms"])
def test_every_format_of_every_list(full: Full, words: str) -> None:
    ada = full.ada()
    spoil(words)
    for form in ("csv", "xlsx", "pdf"):
        answer = exported(ada, form)
        CHECKS[str(answer.mimetype)](answer.data)
    address = f"/organise/events/{SLUG}"
    for path in ("/organise/organisations/list.csv", "/organise/organisations/list.xlsx"):
        answer = ada.get(path)
        assert answer.status_code == 200, path
        CHECKS[str(answer.mimetype)](answer.data)
    check_csv(ada.get(f"{address}/participants/list.csv").data)


def exported(ada: Any, form: str) -> TestResponse:
    """The list with all columns that the form offers."""
    address = f"/organise/events/{SLUG}/participants/export"
    page: Any = JustHTML(ada.get(address).text, sanitize=False)
    data: dict[str, list[str]] = {"csrf_token": [ada.csrf_token()], "format": [form]}
    for box in page.query("input[type=checkbox]"):
        data.setdefault(box.attrs["name"], []).append(box.attrs["value"])
    answer: TestResponse = ada.post(address, data=data)
    assert answer.status_code == 200, answer.text
    if form == "csv":
        assert len(read_csv(answer.data)[0]) > 12
    return answer


# --- mails --------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [NAME, RAW], ids=["typed", "past the forms"])
def test_every_mail_shows_names_as_text(full: Full, words: str) -> None:
    prose = PROSE if words == NAME else f"Bcc: x\r\n\u202e{PROSE}"
    full.ada()
    composed: set[str] = set()
    for change in (_unsent, Full.cancel, lambda each: each.change(status="cancelled")):
        change(full)
        spoil(words, prose)
        for kind, body in _mails():
            composed.add(kind)
            _check_mail(kind, body)
        spoil("Schlicht", "Schlicht")
    assert composed >= {
        "registration-confirmed",
        "registration-cancelled",
        "registration-link",
        "account-invitation",
        "organiser-message",
    }, composed


def _unsent(_full: Full) -> None:
    """As if no confirmation had left yet."""
    with transaction() as session:
        session.execute(update(Registration).values(request_sent_at=None))


def _mails() -> Iterator[tuple[str, bytes]]:
    """Whatever any mail that was ever owed says now; and one of each kind about the same things."""
    with transaction() as session:
        session.execute(update(Message).values(leaves_at=clock.now()))
    with reading() as connection:
        wanted = wanted_mails(connection)
        for kind, ids in wanted:
            try:
                draft = kinds.compose(connection, kind, ids)
            except (kinds.NotYet, NotFound, KeyError):
                continue
            if draft is not None:
                yield kind, render(kind, draft, "0" * 32, clock.now()).body


def wanted_mails(connection: Connection) -> list[tuple[str, dict[str, int]]]:
    """(kind, ids) of whatever might be written."""
    mails = table_of(OutboxMail).c
    owed = [(row.kind, row.ids) for row in connection.execute(select(mails.kind, mails.ids))]
    invited = connection.execute(select(Grant.id, Grant.account_id))
    people = connection.execute(select(Registration.id)).scalars().all()
    return [
        *owed,
        *(("account-invitation", {"account_id": b, "grant_id": a}) for a, b in invited),
        *((k, {"registration_id": n, "message_id": 1}) for k in kinds.names() for n in people),
    ]


_HEADERS = {
    *("from", "to", "reply-to", "subject", "date", "message-id", "mime-version", "content-type"),
    *("auto-submitted", "content-language", "list-unsubscribe", "list-unsubscribe-post"),
    *("content-transfer-encoding", "precedence", "x-auto-response-suppress"),
}


def _check_mail(kind: str, body: bytes) -> None:
    message = message_from_bytes(body, policy=policy.default)
    assert {name.lower() for name in message} <= _HEADERS, (kind, message.keys())
    assert len(message["To"].addresses) == 1
    assert "evil.example" not in message["To"].addresses[0].domain
    subject = str(message["Subject"])
    assert "54439" not in subject
    assert "<class" not in subject
    assert "\u202e" not in subject
    for part in message.walk():
        if part.is_multipart():
            continue
        data = part.get_payload(decode=True)
        assert isinstance(data, bytes)
        if part.get_content_type() == "text/html":
            check_html(data.decode(), kind)
        elif part.get_content_type() in ("text/calendar", "application/ics"):
            check_calendar(data)
        else:
            assert part.get_content_type() in ("text/plain", "image/png"), part.get_content_type()
            assert b"54439" not in data


# --- the forms ----------------------------------------------------------------------------------


# Compared with what is known, or a trap: never kept, never shown.
CODES = {(form, "code") for form in ("SecondStepForm", "AppForm")} | {("SignupForm", "website")}


def _forms(form: type[PublicForm] = PublicForm) -> Iterator[type[PublicForm]]:
    for each in form.__subclasses__():
        yield each
        yield from _forms(each)


def test_no_field_of_text_takes_controls_or_turns_the_line(app: Flask) -> None:
    """A line that turns, or breaks, where it should not: no form lets it in. Passwords and the
    hidden words of machines are no text."""
    fields = [
        (form.__name__, name, field)
        for form in _forms()
        for name, field in vars(form).items()
        if getattr(field, "field_class", None)
        and field.field_class.__name__ in ("StringField", "TextAreaField", "EmailField")
        and (form.__name__, name) not in CODES
    ]
    assert len(fields) > 60
    for form, name, field in fields:
        text: Any = "\u202eA\x00\rB"
        for each in field.kwargs.get("filters", ()):
            text = each(text)
        assert not set(text) & {"\u202e", "\x00", "\r"}, (form, name)
    del app
