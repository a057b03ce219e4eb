"""Mails as they leave: MIME trees, headers, calendar bytes, the QR code, hostile names."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
import zxingcpp
from flask import Flask
from icalendar import Calendar
from PIL import Image

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.formatting import unlinked
from eventapp.mail import kinds
from eventapp.mail.render import render
from eventapp.registration import actions, correction, queries, selfservice
from eventapp.registration.actions import Person, SignupRequest
from tests.registration.test_actions import cancel, plan, rows, sign_up


def mail_of(kind: str, registration_id: int) -> EmailMessage | None:
    with reading() as connection:
        draft = kinds.compose(connection, kind, {"registration_id": registration_id})
    if draft is None:
        return None
    envelope = render(kind, draft, "0" * 32, clock.now())
    if draft.on_sent:
        with transaction() as session:
            draft.on_sent(session, clock.now())
    message = message_from_bytes(envelope.body, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def tree(message: EmailMessage) -> str:
    if not message.is_multipart():
        return message.get_content_type()
    parts = ", ".join(tree(part) for part in message.iter_parts())  # type: ignore[arg-type]
    return f"{message.get_content_type()}({parts})"


def calendar_parts(message: EmailMessage) -> list[EmailMessage]:
    return [
        part
        for part in message.walk()
        if part.get_content_type() == "text/calendar" and isinstance(part, EmailMessage)
    ]


@pytest.mark.usefixtures("app")
class TestConfirmed:
    def test_the_tree_is_the_one_that_every_client_shows(self) -> None:
        sign_up(plan())
        message = mail_of("registration-confirmed", rows()[0].id)
        assert message is not None
        assert tree(message) == (
            "multipart/mixed(multipart/alternative(text/plain, "
            "multipart/related(text/html, image/png)), text/calendar)"
        )
        part = calendar_parts(message)[0]
        assert part.get_param("method") == "REQUEST"
        assert part.get_content_charset() == "utf-8"
        assert part["Content-Transfer-Encoding"] == "base64"
        assert part.get_filename() == "termin.ics"

    def test_the_calendar_object(self) -> None:
        event = plan()
        sign_up(event)
        message = mail_of("registration-confirmed", rows()[0].id)
        assert message is not None
        raw = calendar_parts(message)[0].get_payload(decode=True)
        assert isinstance(raw, bytes)
        assert raw.count(b"\n") == raw.count(b"\r\n")
        calendar = Calendar.from_ical(raw)
        entry: Any = calendar.events[0]
        assert calendar["METHOD"] == "REQUEST"
        assert raw.count(b"\r\nATTENDEE") == 1
        assert entry["ATTENDEE"] == "mailto:erika@example.org"
        assert entry["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
        assert entry["ORGANIZER"] == "mailto:netz@example.org"
        assert entry["SEQUENCE"] == 0
        assert entry["UID"].startswith("r-")
        assert entry["DTSTART"].dt == event.starts_at

    def test_the_qr_code_decodes(self) -> None:
        sign_up(plan())
        message = mail_of("registration-confirmed", rows()[0].id)
        assert message is not None
        png = next(part for part in message.walk() if part.get_content_type() == "image/png")
        payload = png.get_payload(decode=True)
        assert isinstance(payload, bytes)
        image = Image.open(BytesIO(payload))
        [found] = zxingcpp.read_barcodes(image)
        with reading() as connection:
            holder = queries.get_holder(connection, rows()[0].id)
        assert found.text == f"HTTPS://EVENTS.EXAMPLE/C/{holder.ticket}"
        assert image.mode in ("1", "L", "RGB")
        assert image.width >= (29 + 8) * 8
        assert png["Content-ID"] == "<einlass>"
        assert holder.short_code[:4] in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]

    def test_headers(self) -> None:
        sign_up(plan())
        message = mail_of("registration-confirmed", rows()[0].id)
        assert message is not None
        assert message["From"] == "Netzwerk Beispielstadt <netz@example.org>"
        assert message["Reply-To"] == "ada@example.org"
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["Content-Language"] == "de"
        assert message["Message-ID"] == f"<{'0' * 32}@example.org>"
        assert message["List-Unsubscribe"] is None

    def test_a_second_confirmation_of_the_same_state_is_dropped(self) -> None:
        sign_up(plan())
        registration_id = rows()[0].id
        assert mail_of("registration-confirmed", registration_id) is not None
        assert mail_of("registration-confirmed", registration_id) is None


@pytest.mark.usefixtures("app")
class TestCancelled:
    def test_after_a_request_it_carries_a_cancel_twice(self) -> None:
        sign_up(plan())
        registration_id = rows()[0].id
        mail_of("registration-confirmed", registration_id)
        cancel(registration_id)
        message = mail_of("registration-cancelled", registration_id)
        assert message is not None
        assert tree(message) == (
            "multipart/mixed(multipart/alternative(text/plain, text/html, text/calendar), "
            "application/ics)"
        )
        inline, attached = calendar_parts(message)[0], list(message.iter_attachments())[-1]
        raw = inline.get_payload(decode=True)
        assert raw == attached.get_payload(decode=True)
        assert isinstance(raw, bytes)
        entry: Any = Calendar.from_ical(raw).events[0]
        assert inline.get_param("method") == "CANCEL"
        assert (entry["STATUS"], entry["SEQUENCE"]) == ("CANCELLED", 1)

    def test_before_any_request_it_is_text_alone_and_the_confirmation_is_dropped(self) -> None:
        sign_up(plan())
        registration_id = rows()[0].id
        cancel(registration_id)
        assert mail_of("registration-confirmed", registration_id) is None
        message = mail_of("registration-cancelled", registration_id)
        assert message is not None
        assert tree(message) == "multipart/alternative(text/plain, text/html)"


@pytest.mark.usefixtures("app")
class TestOthers:
    def test_waitlisted_names_the_position_and_carries_no_calendar(self) -> None:
        event = plan(capacity_in_person=1)
        sign_up(event, "Ada")
        sign_up(event, "Ben")
        message = mail_of("registration-waitlisted", rows()[1].id)
        assert message is not None
        assert tree(message) == "multipart/alternative(text/plain, text/html)"
        assert "Platz 1 auf der Warteliste" in message.as_string().replace("=\n", "")
        assert mail_of("registration-confirmed", rows()[1].id) is None

    def test_promoted_carries_the_ticket(self) -> None:
        event = plan(capacity_in_person=1)
        sign_up(event, "Ada")
        sign_up(event, "Ben")
        cancel(rows()[0].id)
        message = mail_of("registration-promoted", rows()[1].id)
        assert message is not None
        assert "image/png" in tree(message)
        assert (
            Calendar.from_ical(
                calendar_parts(message)[0].get_payload(decode=True)  # type: ignore[arg-type]
            ).events[0]["SEQUENCE"]
            == 1
        )

    def test_the_link_mail_lists_all_of_the_address(self) -> None:
        first, second = plan(), plan()
        sign_up(first)
        sign_up(second)
        message = mail_of("registration-link", rows()[0].id)
        assert message is not None
        plain = message.get_body(("plain",))
        assert plain is not None
        assert plain.get_content().count("/registrations/") == 2

    def test_changed_waits_for_the_confirmation(self) -> None:
        event = plan(items=[{"slug": "a", "choice_group": "w"}])
        sign_up(event)
        registration_id = rows()[0].id
        with transaction() as session:
            selfservice.change_items(session, registration_id, event.choices, now=clock.now())
        assert mail_of("registration-changed", registration_id) is None
        mail_of("registration-confirmed", registration_id)
        assert mail_of("registration-changed", registration_id) is not None


HOSTILE = [
    "Bcc: x@example.org\r\nX: y",
    "{{7*7}}",
    "{0.__class__}",
    "<img src=x onerror=alert(1)>",
    "[klick](http://evil.example)",
    "%(title)s 100 %",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_titles_and_names_stay_text(app: Flask, name: str) -> None:
    del app
    sign_up(plan(title=name), "Erika")
    message = mail_of("registration-confirmed", rows()[0].id)
    assert message is not None
    assert message["Bcc"] is None
    assert message["X"] is None
    html = message.get_body(("html",))
    assert html is not None
    assert "<img src=x" not in html.get_content()
    assert "49" not in message["Subject"]


@pytest.mark.usefixtures("app")
def test_attendee_and_recipient_are_one_address_as_dns_knows_it() -> None:
    event = plan()
    with transaction() as session:
        person = Person("Erika", "Beispiel", "erika@müller.example")
        request = SignupRequest(person, "in_person")
        actions.register(session, event, request, form_token="t", now=clock.now())
    message = mail_of("registration-confirmed", rows()[0].id)
    assert message is not None
    raw = calendar_parts(message)[0].get_payload(decode=True)
    assert isinstance(raw, bytes)
    assert message["To"] == "erika@xn--mller-kva.example"
    assert b"mailto:erika@xn--mller-kva.example" in raw.replace(b"\r\n ", b"")


@pytest.mark.usefixtures("app")
def test_who_was_corrected_while_the_mail_was_leaving_gets_one_too() -> None:
    receipt = sign_up(plan())
    with reading() as connection:
        ids = {"registration_id": rows()[0].id}
        draft = kinds.compose(connection, "registration-confirmed", ids)
    assert draft is not None
    assert draft.on_sent is not None
    with transaction() as session:
        correction.correct_email(session, receipt, "richtig@example.org", now=clock.now())
    with transaction() as session:
        draft.on_sent(session, clock.now())
    message = mail_of("registration-confirmed", rows()[0].id)
    assert message is not None
    assert message["To"] == "richtig@example.org"


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("kind", ["registration-confirmed", "registration-link"])
def test_nothing_typed_becomes_a_link_in_a_mail_program(kind: str) -> None:
    """Whoever signs up somebody else writes into a mail that comes from the network."""
    sign_up(plan(), "www.evil.example")
    message = mail_of(kind, rows()[0].id)
    assert message is not None
    for subtype in ("plain", "html"):
        part = message.get_body((subtype,))
        assert part is not None
        assert "evil" in part.get_content()
        assert "evil.example" not in part.get_content()
        assert "www.evil" not in part.get_content()


def test_ordinary_names_stay_as_they_are() -> None:
    for name in ("Dr. Ada Müller-Lüdenscheidt", "Bürger für Bürger e. V.", "J. R. Ewing"):
        assert unlinked(name) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (
            "Deutsche Stiftung für Engagement und Ehrenamt",
            "<strong>Deutsche Stiftung für</strong><br>Engagement und Ehrenamt",
        ),
        ("Netz & Werk", "<strong>Netz &amp; Werk</strong>"),
    ],
)
def test_a_long_name_of_a_network_breaks_as_on_pages(app: Flask, name: str, shown: str) -> None:
    with app.test_request_context():
        source = app.jinja_env.get_template("mail/layout.html").blocks["brand"]
        context = app.jinja_env.get_template("mail/layout.html").new_context(
            {"network": SimpleNamespace(name=name)}
        )
        assert "".join(source(context)).strip() == shown
