"""The confirmation mail: its making against its bare parts, its sending against bare SMTP."""

import smtplib
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import qrcode
from flask import Flask
from icalendar import Calendar
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.pil import PilImage
from sqlalchemy import select

from bench import data
from bench.feed import library_event
from bench.figures import Figure, compare
from bench.sink import sink
from bench.site import Stage
from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.events.ical import VTIMEZONE
from eventapp.mail import kinds
from eventapp.mail.delivery import Pace, deliver_due
from eventapp.mail.models import OutboxMail
from eventapp.mail.render import Envelope, render
from eventapp.mail.transport import transport_for
from eventapp.registration import ical, queries
from eventapp.registration.holder import Holder

T = TypeVar("T")

KIND = "registration-confirmed"
MAILS = 200
SAMPLE = 30


def measure(stage: Stage, rounds: int) -> Iterator[Figure]:
    app = stage.app()
    with app.app_context(), sink() as port:
        data.sign_up(data.add_event(), SAMPLE)
        mails = _Mails(app)
        parts, whole, ratio = compare(mails.by_bare_parts, mails.ours, rounds)
        floor = f"bare parts {parts * 1000:.2f} ms"
        yield Figure("confirmation mail, CPU", f"{whole * 1000:.2f} ms", floor, ratio, most=0.9)
        bare, sent, ratio = compare(
            lambda: _bare_smtp(port, mails.sample), lambda: _deliver(port), rounds
        )
        size = len(mails.sample.body) / 1024
        floor = f"SMTP, {size:.0f} KB {bare:,.0f}/s"
        yield Figure("confirmation mails delivered", f"{sent:,.0f}/s", floor, ratio)


class _Mails:
    """The same mails in two ways; seconds of CPU each, the database's own left out."""

    def __init__(self, app: Flask) -> None:
        with reading() as connection:
            rows = connection.execute(select(OutboxMail.ids).limit(SAMPLE)).scalars()
            self._ids = [row["registration_id"] for row in rows]
            self._holders = [queries.get_holder(connection, each) for each in self._ids]
        self._public_url = app.config["SETTINGS"].public_url
        self.sample = self._render(self._ids[0])

    def ours(self) -> float:
        """Loaded, composed and rendered as a worker does."""
        return _cpu(self._render, self._ids)

    def by_bare_parts(self) -> float:
        """One QR code, one calendar file, one MIME tree, each by its library and no more."""
        return _cpu(self._assemble, self._holders)

    def _render(self, registration_id: int) -> Envelope:
        with reading() as connection:
            draft = kinds.compose(connection, KIND, {"registration_id": registration_id})
        assert draft
        return render(KIND, draft, "id", clock.now())

    def _assemble(self, holder: Holder) -> bytes:
        png = self._qr(holder.ticket)
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = "Netz <netz@example.org>", holder.email
        message["Subject"] = f"Sie sind angemeldet: {holder.event.title}"
        message.set_content(_TEXT, cte="quoted-printable")
        message.add_alternative(_HTML, subtype="html", cte="quoted-printable")
        html = list(message.iter_parts())[1]
        assert isinstance(html, EmailMessage)
        html.add_related(png, "image", "png", cid="<qr>")
        message.add_attachment(self._calendar(holder), "text", "calendar", filename="termin.ics")
        return message.as_bytes()

    def _qr(self, ticket: str) -> bytes:
        code = qrcode.QRCode[PilImage](error_correction=ERROR_CORRECT_M, border=4)
        code.add_data(f"{self._public_url}/C/{ticket}".upper())
        buffer = BytesIO()
        code.make_image(image_factory=PilImage).save(buffer, format="PNG")
        return buffer.getvalue()

    def _calendar(self, holder: Holder) -> bytes:
        calendar = Calendar()
        for name, value in (("prodid", "-//bench//"), ("version", "2.0"), ("method", "REQUEST")):
            calendar.add(name, value)
        calendar.add_component(_TIMEZONE)
        (entry,) = ical.entries(
            holder,
            public_url=self._public_url,
            attendee=holder.email,
        )
        calendar.add_component(library_event(entry))
        return bytes(calendar.to_ical())


def _cpu(work: Callable[[T], object], things: list[T]) -> float:
    start = time.process_time()
    for each in things:
        work(each)
    return (time.process_time() - start) / len(things)


def _bare_smtp(port: int, mail: Envelope) -> float:
    """Mails a second over one connection."""
    with smtplib.SMTP("127.0.0.1", port) as server:
        start = time.perf_counter()
        for _ in range(MAILS):
            server.sendmail(mail.sender, [mail.recipient], mail.body)
        return MAILS / (time.perf_counter() - start)


def _deliver(port: int) -> float:
    """Mails a second from the outbox, claimed, rendered, sent and settled by one worker."""
    with transaction() as session:
        session.query(OutboxMail).delete()
    data.sign_up(data.add_event(), MAILS)
    transport = transport_for(f"smtp://127.0.0.1:{port}", Path(), 20)
    start, sent = time.perf_counter(), 0
    while handled := deliver_due(transport, Pace(45, 60)):
        sent += handled
    spent = time.perf_counter() - start
    transport.close()
    if sent != MAILS:
        raise AssertionError(f"{sent} of {MAILS} mails")
    return MAILS / spent


_TIMEZONE = Calendar.from_ical(b"BEGIN:VCALENDAR\r\n" + VTIMEZONE + b"END:VCALENDAR\r\n").walk(
    "VTIMEZONE"
)[0]
_TEXT = "Guten Tag,\n\nSie sind angemeldet. Wir freuen uns auf Sie.\n" * 20
_HTML = f"<!doctype html><html><body>{'<p>Sie sind angemeldet.</p>' * 150}</body></html>"
