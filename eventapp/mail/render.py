"""A draft as the bytes of a mail; its texts are in `templates/mail/<kind>/`.

`mixed( alternative( plain, related( html, png ) ), text/calendar )` is the only tree that shows the
HTML, the QR code and the calendar file in all clients; a calendar part given as text instead of
bytes would arrive with bare LF.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from itertools import count

from flask import Flask, current_app
from jinja2 import Environment, StrictUndefined

from eventapp.languages import in_language
from eventapp.mail import mime
from eventapp.mail.kinds import AttachedPdf, CalendarPart, Draft
from eventapp.names import wire_address

QR_CID = "einlass"
_GAPS = re.compile(r"\n{3,}")  # blocks that a kind leaves empty


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
    subject, plain, html = texts(kind, draft)
    sender, recipient = wire_address(draft.sender_email), wire_address(draft.recipient)
    headers = {
        "From": mime.mailbox(draft.sender_name, sender),
        "To": mime.plain_address(recipient),
        "Subject": mime.text(subject),
        "Date": format_datetime(now),
        "Message-ID": f"<{message_id}@{_own_host()}>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": draft.language,
        "MIME-Version": "1.0",
    }
    if draft.reply_to:
        headers["Reply-To"] = mime.plain_address(wire_address(draft.reply_to))
    if draft.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{draft.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    head = b"".join(mime.header(name, value) for name, value in headers.items())
    return Envelope(sender, recipient, head + _body(plain, html, draft))


def _own_host() -> str:
    """The host that ends this installation's Message-IDs: MAIL_FROM's."""
    address: str = current_app.config["SETTINGS"].sender[1]
    return address.rpartition("@")[2]


def texts(kind: str, draft: Draft) -> tuple[str, str, str]:
    """Subject, plain text and HTML as the recipient gets them."""
    templates: Environment = current_app.extensions["mail_templates"]
    with in_language(draft.language):
        subject, plain, html = (
            templates.get_template(f"mail/{kind}/{name}").render(
                {"worded": None, **draft.context},
                lang=draft.language,
                qr_cid=QR_CID if draft.qr_png else None,
            )
            for name in ("subject.txt", "body.txt", "body.html")
        )
    worded = draft.context.get("worded")
    return (worded and worded.subject) or subject, _GAPS.sub("\n\n", plain), html


def _body(plain: str, html: str, draft: Draft) -> bytes:
    shown = mime.readable("html", html)
    pictures = {**({QR_CID: draft.qr_png} if draft.qr_png else {}), **draft.pictures}
    if pictures:
        drawn = (_picture(cid, png) for cid, png in pictures.items())
        shown = mime.multipart("related", (shown, *drawn))
    inline = (_calendar(part) for part in draft.calendar if part.is_inline)
    alternative = mime.multipart("alternative", (mime.readable("plain", plain), shown, *inline))
    names = ("termin.ics",) if len(draft.calendar) == 1 else map("termin-{}.ics".format, count(1))
    attached = (_attachment(part, name) for part, name in zip(draft.calendar, names, strict=False))
    files = [_file(draft.pdf)] if draft.pdf else []
    return mime.multipart("mixed", (alternative, *attached, *files))


def _file(pdf: AttachedPdf) -> bytes:
    place = f'attachment; filename="{pdf.name}"'
    return mime.binary("application/pdf", pdf.make(pdf.said), content_disposition=place)


def _picture(cid: str, png: bytes) -> bytes:
    place = 'inline; filename="qr.png"'
    return mime.binary("image/png", png, content_id=f"<{cid}>", content_disposition=place)


def _calendar(part: CalendarPart, **headers: str) -> bytes:
    return mime.binary(f"text/calendar; method={part.method}; charset=utf-8", part.ics, **headers)


def _attachment(part: CalendarPart, name: str) -> bytes:
    """What stands among the alternatives already is attached as a plain file, for people."""
    place = f'attachment; filename="{name}"'
    if part.is_inline:
        return mime.binary("application/ics", part.ics, content_disposition=place)
    return _calendar(part, content_disposition=place)
