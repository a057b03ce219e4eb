"""A draft as the bytes of a mail; its texts are in `templates/mail/<kind>/`.

`mixed( alternative( plain, related( html, png ) ), text/calendar )` is the only tree that shows the
HTML, the QR code and the calendar file in all clients; a calendar part given as text instead of
bytes would arrive with bare LF.
"""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

import idna
from flask import Flask, current_app
from jinja2 import Environment, StrictUndefined

from eventapp.languages import in_language
from eventapp.mail.kinds import CalendarPart, Draft

QR_CID = "einlass"


@dataclass(frozen=True)
class Envelope:
    """What goes over the wire."""

    sender: str
    recipient: str
    body: bytes


def init_app(app: Flask) -> None:
    """Mails have an environment of their own: a forgotten value is an error, not a blank."""
    app.extensions["mail_templates"] = app.jinja_env.overlay(undefined=StrictUndefined)


def render(kind: str, draft: Draft, message_id: str, now: datetime) -> Envelope:
    """The finished mail; a row keeps its Message-ID, whoever its sender is by now."""
    subject, plain, html = _texts(kind, draft)
    sender, recipient = _wire_address(draft.sender_email), _wire_address(draft.recipient)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(_inert(draft.sender_name), addr_spec=sender)
    message["To"] = recipient
    message["Subject"] = _inert(subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{message_id}@{_own_host()}>"
    message["Auto-Submitted"] = "auto-generated"
    if draft.reply_to:
        message["Reply-To"] = _wire_address(draft.reply_to)
    _add_body(message, plain, html, draft)
    message["Content-Language"] = draft.language  # before, it would move into the first part
    return Envelope(sender, recipient, message.as_bytes())


def _own_host() -> str:
    """The host that ends this installation's Message-IDs: MAIL_FROM's."""
    address: str = current_app.config["SETTINGS"].sender[1]
    return address.rpartition("@")[2]


def _wire_address(address: str) -> str:
    """With the host as DNS knows it; few servers speak SMTPUTF8 (RFC 6531)."""
    local, _, host = address.rpartition("@")
    return f"{local}@{host if host.isascii() else idna.encode(host, uts46=True).decode()}"


def _texts(kind: str, draft: Draft) -> tuple[str, str, str]:
    templates: Environment = current_app.extensions["mail_templates"]
    with in_language(draft.language):
        subject, plain, html = (
            templates.get_template(f"mail/{kind}/{name}").render(
                draft.context, lang=draft.language, qr_cid=QR_CID if draft.qr_png else None
            )
            for name in ("subject.txt", "body.txt", "body.html")
        )
    return subject, plain, html


def _inert(text: str) -> str:
    """One line: nothing that somebody typed may begin another header."""
    return " ".join(text.split())


def _add_body(message: EmailMessage, plain: str, html: str, draft: Draft) -> None:
    message.set_content(plain, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    inline = [part for part in draft.calendar if part.is_inline]
    for part in inline:
        message.add_alternative(
            part.ics, "text", "calendar", params={"method": part.method, "charset": "utf-8"}
        )
    if draft.qr_png:
        _html_part(message).add_related(
            draft.qr_png, "image", "png", cid=f"<{QR_CID}>", filename="qr.png", disposition="inline"
        )
    for number, part in enumerate(draft.calendar, 1):
        name = "termin.ics" if len(draft.calendar) == 1 else f"termin-{number}.ics"
        _attach(message, part, name)


def _html_part(message: EmailMessage) -> Any:
    return next(part for part in message.iter_parts() if part.get_content_subtype() == "html")


def _attach(message: EmailMessage, part: CalendarPart, name: str) -> None:
    if part.is_inline:
        message.add_attachment(part.ics, "application", "ics", filename=name)
        return
    parameters = {"method": part.method, "charset": "utf-8"}
    message.add_attachment(part.ics, "text", "calendar", params=parameters, filename=name)
