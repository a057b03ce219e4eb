"""Every calendar object as it leaves the program, with what the database says it must tell."""

import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import LargeBinary, Text, null, select

from eventapp.base import Base, table_of
from eventapp.db import reading
from eventapp.events.models import Event, EventDate, ProgrammeItem
from eventapp.mail.delivery import Pace, deliver_due
from eventapp.mail.transport import SmtpTransport
from eventapp.registration.models import Place, Registration, RegistrationDate
from eventapp.tokens import keyring, shown_short_code
from tests.calendars.reading import Seen
from tests.mail.outbox import outbox_rows
from tests.smtp import MailServer, Received

PACE = Pace(lease=45, retry=60)
# An address or a calendar is left one step behind the one that has the date from now on.
FAREWELLS = {("registration-readdressed", "CANCEL"), ("calendar-choice", "CANCEL")}
STATUS = {"published": "CONFIRMED", "announced": "TENTATIVE", "cancelled": "CANCELLED"}

_E, _D = table_of(Event).c, table_of(EventDate).c
_R, _RD = table_of(Registration).c, table_of(RegistrationDate).c
_I, _P = table_of(ProgrammeItem).c, table_of(Place).c
_WHEN = (_D.starts_at, _D.ends_at, _D.starts_on, _D.ends_on)


@dataclass(frozen=True)
class Found:
    """One iCalendar object. Of a mail's it is known what the part and the envelope said."""

    name: str
    ics: bytes
    expected: tuple[Seen, ...]  # in any order
    method: str = "PUBLISH"
    recipient: str | None = None


@dataclass
class Inventory:
    """What was found, and what must stand in none of it."""

    objects: list[Found] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)  # of mails with a calendar part
    others: set[str] = field(default_factory=set)  # of mails without
    secrets: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)  # addresses of whoever is not the organiser

    def fetch(self, client: FlaskClient, *paths: str) -> None:
        """Downloads and feeds."""
        known = truth()
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == 200, f"{path}: {answer.status}"
            assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8", path
            self._add(known, path, answer.data)
        self.learn()

    def deliver(self, server: MailServer) -> list[Received]:
        """What is due, over the wire; the mails that came."""
        self.learn()  # before a row goes
        server.clear()
        known = truth()
        with closing(SmtpTransport(server.url, 5)) as transport:
            while deliver_due(transport, PACE):
                pass
        assert {row.state for row in outbox_rows()} <= {"sent", "dropped"}, outbox_rows()
        kinds = {row.message_id: row.kind for row in outbox_rows()}
        for mail in server.received:
            check_wire(mail)
            kind = kinds[mail.message["Message-ID"].strip("<>").partition("@")[0]]
            parts = parts_of(mail.message)
            (self.kinds if parts else self.others).add(kind)
            for number, (method, ics) in enumerate(parts, 1):
                is_farewell = (kind, method) in FAREWELLS
                expected = former(known) if is_farewell else known
                name = f"{kind} {number}/{len(parts)} to {mail.recipients}"
                self._add(expected, name, ics, method, mail.recipients)
        self.learn()
        return list(server.received)

    def _add(
        self,
        known: dict[str, Seen],
        name: str,
        ics: bytes,
        method: str = "PUBLISH",
        recipients: tuple[str, ...] = (),
    ) -> None:
        expected = [known[uid] for uid in uids(ics)]
        if method == "CANCEL":
            expected = [{**each, "status": "CANCELLED"} for each in expected]
        recipient = recipients[0] if recipients else None
        self.objects.append(Found(name, ics, tuple(expected), method, recipient))

    def learn(self) -> None:
        """Everything the database now holds that is for somebody's eyes only."""
        self.secrets |= set(_sealed())
        self.people |= set(_addresses())


def check_wire(mail: Received) -> None:
    """RFC 5321 and 5322: CRLF only, lines that may pass; one recipient, who is written to."""
    assert b"\n" not in mail.data.replace(b"\r\n", b"")
    assert b"\r" not in mail.data.replace(b"\r\n", b"")
    assert max(map(len, mail.data.split(b"\r\n"))) <= 998
    assert [mail.message["To"]] == list(mail.recipients)
    assert f"<{mail.sender}>" in mail.message["From"]


def uids(ics: bytes) -> list[str]:
    return re.findall(r"^UID:(.*)\r\n", unfolded(ics), re.MULTILINE)


def unfolded(ics: bytes) -> str:
    return ics.replace(b"\r\n ", b"").decode()


def parts_of(message: EmailMessage) -> list[tuple[str, bytes]]:
    """(method, bytes) of each calendar part; a file beside one is the same."""
    found = _bytes(message, "text/calendar")
    parts = [(str(part.get_param("method")), raw) for part, raw in found]
    files = {raw for _part, raw in _bytes(message, "application/ics")}
    assert files <= {ics for _method, ics in parts}, "the attached file is another one"
    return parts


def _bytes(message: EmailMessage, content_type: str) -> Iterator[tuple[Any, bytes]]:
    for part in message.walk():
        if part.get_content_type() == content_type:
            assert part["Content-Transfer-Encoding"] == "base64"
            assert content_type != "text/calendar" or part.get_content_charset() == "utf-8"
            yield part, _decoded(part)


def _decoded(part: Any) -> bytes:
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    return raw


# --- what the database says ---------------------------------------------------------------------


def truth() -> dict[str, Seen]:
    """By UID, what every program has to read."""
    public = select(_D.uid, _E.sequence, _E.status, *_WHEN).join_from(
        table_of(EventDate), table_of(Event), _E.id == _D.event_id
    )
    own = (
        select(_RD.uid, _E.sequence + _R.sequence, _E.status, *_WHEN, _R.status)
        .join_from(table_of(RegistrationDate), table_of(Registration))
        .join(table_of(EventDate), _D.id == _RD.event_date_id)
        .join(table_of(Event), _E.id == _D.event_id)
    )
    items = (
        select(_P.uid, _E.sequence + _R.sequence + _I.sequence, _E.status, _I.starts_at, _I.ends_at)
        .add_columns(null(), null(), _R.status)
        .join_from(table_of(Place), table_of(Registration))
        .join(table_of(ProgrammeItem))
        .join(table_of(Event), _E.id == _R.event_id)
    )
    found = {}
    with reading() as connection:
        for uid, sequence, status, *when in connection.execute(public):
            found[uid] = _seen(uid, sequence, status, *when)
        for uid, sequence, status, *when, standing in connection.execute(own.union_all(items)):
            shown = "cancelled" if standing == "cancelled" else status
            found[uid] = _seen(uid, sequence, shown, *when)
    return found


def former(known: dict[str, Seen]) -> dict[str, Seen]:
    """What is told to a calendar that another one follows."""
    return {uid: {**seen, "sequence": seen["sequence"] - 1} for uid, seen in known.items()}


def _seen(
    uid: str,
    sequence: int,
    status: str,
    starts_at: datetime | None,
    ends_at: datetime | None,
    starts_on: date | None,
    ends_on: date | None,
) -> Seen:
    if starts_at and ends_at:
        start, end = (f"{each:%Y-%m-%dT%H:%M:%SZ}" for each in (starts_at, ends_at))
    else:
        assert starts_on
        assert ends_on
        start, end = starts_on.isoformat(), (ends_on + timedelta(days=1)).isoformat()
    shown = STATUS.get(status)
    return {"uid": uid, "start": start, "end": end, "status": shown, "sequence": sequence}


def _sealed() -> Iterator[str]:
    """Every text in a sealed column of any table, and short codes as they are shown."""
    with reading() as connection:
        for table in Base.metadata.sorted_tables:
            for column in table.c:
                if "sealed" not in column.name or not isinstance(column.type, LargeBinary):
                    continue
                for raw in connection.execute(select(column).where(column.is_not(None))).scalars():
                    yield from _texts(keyring().open(raw))


def _texts(opened: Any) -> Iterator[str]:
    if isinstance(opened, str) and len(opened) >= 8:
        yield from (opened, shown_short_code(opened)) if len(opened) == 8 else (opened,)
    elif isinstance(opened, dict):
        yield from _all_texts(opened.values())
    elif isinstance(opened, list):
        yield from _all_texts(opened)


def _all_texts(values: Iterable[Any]) -> Iterator[str]:
    for each in values:
        yield from _texts(each)


def _addresses() -> Iterator[str]:
    """Every e-mail address in any table but those that events and networks make public."""
    with reading() as connection:
        for table in Base.metadata.sorted_tables:
            for column in table.c:
                if column.name != "email" or not isinstance(column.type, Text):
                    continue
                yield from connection.execute(select(column).where(column.is_not(None))).scalars()
