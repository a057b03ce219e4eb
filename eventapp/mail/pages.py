"""The demo's mailbox: shows the mails that were kept as files instead of being sent."""

import base64
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from functools import cached_property
from io import BytesIO
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, render_template, send_file

from eventapp.mail.framed import framed

MOST_LISTED = 200
SHOWN_HEADERS = ("From", "To", "Reply-To", "Subject", "Date")

pages = Blueprint("mail", __name__)


@dataclass(frozen=True)
class KeptMail:
    """One file; `message` is the whole mail or, in a list, its headers alone."""

    number: int
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def recipient(self) -> str:
        return str(self.message["To"])

    @property
    def sent_at(self) -> datetime:
        written: datetime = self.message["Date"].datetime
        return written

    @property
    def headers(self) -> list[tuple[str, str]]:
        shown = ((name, self.message[name]) for name in SHOWN_HEADERS)
        return [(name, str(value)) for name, value in shown if value]

    @property
    def plain(self) -> str:
        body = self.message.get_body(("plain",))
        return str(body.get_content()) if body else ""

    @property
    def html(self) -> str:
        """With its pictures inside."""
        body = self.message.get_body(("html",))
        html = str(body.get_content()) if body else ""
        for part in self.files:
            if part["Content-ID"]:
                html = html.replace(f"cid:{part['Content-ID'].strip('<>')}", _data_url(part))
        return html

    @cached_property
    def files(self) -> list[EmailMessage]:
        """Everything with a name: pictures and calendar files."""
        return [part for part in self.message.walk() if part.get_filename()]


@pages.get("/mailbox")
def mailbox() -> str:
    """Newest first."""
    numbers = sorted((int(path.stem) for path in _folder().glob("[0-9]*.eml")), reverse=True)
    headers = BytesHeaderParser(policy=policy.default)
    mails = [
        KeptMail(number, headers.parsebytes(_path(number).read_bytes()))
        for number in numbers[:MOST_LISTED]
    ]
    return render_template("mailbox/mailbox.html", mails=mails, total=len(numbers))


@pages.get("/mailbox/<int:number>")
def mail(number: int) -> str:
    return render_template("mailbox/mail.html", mail=_mail(number))


@pages.get("/mailbox/<int:number>/html")
def mail_html(number: int) -> Response:
    """The mail as a mail program shows it, for a frame."""
    return framed(_mail(number).html)


@pages.get("/mailbox/<int:number>/files/<int:position>")
def mail_file(number: int, position: int) -> Response:
    files = _mail(number).files
    if position >= len(files):
        abort(404)
    part = files[position]
    return send_file(
        BytesIO(_bytes(part)),
        mimetype=part.get_content_type(),
        as_attachment=True,
        download_name=part.get_filename(),
    )


def _mail(number: int) -> KeptMail:
    try:
        content = _path(number).read_bytes()
    except FileNotFoundError:
        abort(404)
    message = message_from_bytes(content, policy=policy.default)
    return KeptMail(number, message)


def _folder() -> Path:
    folder: Path = current_app.config["SETTINGS"].data_dir / "mail"
    return folder


def _path(number: int) -> Path:
    return _folder() / f"{number:06d}.eml"


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _data_url(part: EmailMessage) -> str:
    return f"data:{part.get_content_type()};base64,{base64.b64encode(_bytes(part)).decode()}"
