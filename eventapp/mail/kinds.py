"""What can be sent: each feature registers its kinds with a function that composes a draft.

A kind is known by its name, which is also its folder in `templates/mail/`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class CalendarPart:
    """Finished iCalendar bytes and how they travel: one object, one method."""

    method: str  # REQUEST or CANCEL
    ics: bytes
    is_inline: bool  # also as an alternative of the text, so that calendars update by themselves


@dataclass(frozen=True)
class AttachedPdf:
    """A file that is made when the mail leaves, not when it is only looked at; `said` is what the
    organisers write into it, by section."""

    name: str
    make: Callable[[Mapping[str, str]], bytes]
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """A mail before it is rendered."""

    recipient: str
    language: str
    sender_name: str
    sender_email: str
    reply_to: str | None
    context: Mapping[str, Any]  # for the templates
    calendar: tuple[CalendarPart, ...] = ()
    qr_png: bytes | None = None
    pictures: Mapping[str, bytes] = field(default_factory=dict)  # more PNG, by their Content-ID
    pdf: AttachedPdf | None = None
    unsubscribe_url: str | None = None  # answers GET, and POST with one click (RFC 8058)
    on_sent: Callable[[Session, datetime], None] | None = None  # in the transaction that says so


class NotYet(Exception):
    """Another mail of the same thing is on its way, and this one depends on what becomes of it."""


Compose = Callable[[Connection, Mapping[str, int]], Draft | None]
ComposeMany = Callable[[Connection, Sequence[Mapping[str, int]]], Sequence[Draft | None]]

Finish = Callable[[str, Draft], Draft]

AGAIN = "again"  # among a mail's ids: it left before, and somebody wants it once more

_kinds: dict[str, Compose] = {}
_many: dict[str, ComposeMany] = {}
_shown: dict[str, Compose] = {}
_finish: Finish = lambda _kind, draft: draft  # noqa: E731


def register(kind: str, compose: Compose, show: Compose | None = None) -> None:
    """Make a kind known.

    `compose` answers None when the mail's reason has gone, and may raise `NotYet`; that it left
    before is no reason to drop what is wanted `AGAIN`. `show` composes it to be looked at only,
    where that is possible for longer.
    """
    _kinds[kind] = compose
    _shown[kind] = show or compose


def register_many(kind: str, compose_many: ComposeMany) -> None:
    """Make a kind known whose mails leave by the hundred: read together, each in its turn."""
    _many[kind] = compose_many
    register(kind, lambda connection, ids: compose_many(connection, [ids])[0])


def finish_with(step: Finish) -> None:
    """What every draft goes through, of whatever kind."""
    global _finish
    _finish = step


def compose(connection: Connection, kind: str, ids: Mapping[str, int]) -> Draft | None:
    return _finished(kind, _kinds[kind](connection, ids))


def reads_many(kind: str) -> bool:
    return kind in _many


def compose_many(
    connection: Connection, kind: str, many: Sequence[Mapping[str, int]]
) -> list[Draft | None]:
    """As `compose`, each; for a kind that `reads_many`."""
    return [_finished(kind, draft) for draft in _many[kind](connection, many)]


def _finished(kind: str, draft: Draft | None) -> Draft | None:
    if draft is None or not draft.recipient:  # whom the office entered may have none
        return None
    return _finish(kind, draft)


def show(connection: Connection, kind: str, ids: Mapping[str, int]) -> Draft | None:
    """The mail as it would be today, to be looked at; None where its reason has gone."""
    try:
        draft = _shown[kind](connection, {**ids, AGAIN: 1})
    except NotYet:
        return None
    return _finish(kind, draft) if draft else None


def names() -> list[str]:
    """Every kind that can be sent."""
    return sorted(_kinds)
