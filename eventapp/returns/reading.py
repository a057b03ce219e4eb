"""What a mail to the sender's address is. Pure, and never raises, whatever the mail holds."""

from dataclasses import dataclass

from eventapp.returns import mime
from eventapp.returns.mime import Part
from eventapp.returns.replies import ANSWERING, Decline, method_of, read_declines
from eventapp.returns.reports import (
    Report,
    is_report,
    message_ids_of,
    read_old_report,
    read_report,
)

_PRECEDENCES = ("bulk", "list", "junk", "auto_reply")
_AUTOMATIC = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "list-id")


@dataclass(frozen=True)
class Nothing:
    """A program's mail that means nothing here: out of office, accepted, delayed, a newsletter."""


@dataclass(frozen=True)
class Declined:
    """Calendars say that somebody does not come; one for each date."""

    declines: tuple[Decline, ...]


@dataclass(frozen=True)
class Letter:
    """Somebody wrote it. The Message-IDs are those it answers, without the host."""

    message_ids: tuple[str, ...]


Meaning = Report | Declined | Letter | Nothing


def read(raw: bytes, envelope_sender: str | None = None) -> Meaning:
    """`envelope_sender` is "" for the empty one, None where only the mail itself may tell."""
    mail = mime.read(raw)
    if is_report(mail):
        return read_report(mail) or Nothing()
    report = read_old_report(mail)
    if report:
        return report
    if method_of(mail) in ANSWERING:
        return _of_calendar(mail)
    if _is_automatic(mail, envelope_sender):
        return Nothing()
    return Letter(message_ids_of(mail))


def _of_calendar(mail: Part) -> Meaning:
    """Google's own are "auto-generated"; what an absent person's mailbox answers is
    "auto-replied" (RFC 3834) and no decision of theirs."""
    if "auto-replied" in mail.header("auto-submitted").lower() or method_of(mail) != "REPLY":
        return Nothing()
    declines = read_declines(mail)
    return Declined(tuple(declines)) if declines else Nothing()


def _is_automatic(mail: Part, envelope_sender: str | None) -> bool:
    submitted = mail.header("auto-submitted").partition(";")[0].strip().lower()
    returned = mail.header("return-path").strip()
    return (
        submitted not in ("", "no")
        or mail.header("precedence").strip().lower() in _PRECEDENCES
        or any(name in mail.headers for name in _AUTOMATIC)
        or mail.content_type == "multipart/report"  # that it was read
        or (envelope_sender == "" if envelope_sender is not None else returned == "<>")
    )
