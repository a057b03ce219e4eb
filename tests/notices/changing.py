"""Changing an event as the office does, time going by, and the mails that come of it."""

from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from icalendar import Calendar
from sqlalchemy import select, update

from eventapp import clock
from eventapp.base import table_of
from eventapp.db import reading, transaction
from eventapp.events.values import EventValues
from eventapp.mail import kinds
from eventapp.mail.models import OutboxMail
from eventapp.mail.render import render
from eventapp.notices import actions
from eventapp.notices.models import EventNotice
from eventapp.notices.rules import Words
from eventapp.planning import actions as planning
from tests.factories import ORIGIN
from tests.registration.test_actions import event_of


def change(slug: str, now: datetime, **values: Any) -> None:
    event, wanted = event_of(slug), cast(EventValues, values)
    with transaction() as session:
        planning.change_event(
            session, slug, seen=event.revision, origin=ORIGIN, now=now, values=wanted
        )


def call_off(
    slug: str, now: datetime, words: str | None = None, english: str | None = None
) -> bool:
    said = Words(words, english)
    with transaction() as session:
        return planning.cancel_event(session, slug, origin=ORIGIN, now=now, words=said)


def restore(slug: str, now: datetime) -> None:
    with transaction() as session:
        planning.restore_event(session, slug, origin=ORIGIN, now=now)


def owe(now: datetime) -> int:
    with transaction() as session:
        return actions.owe_due(session, now=now)


def notices() -> list[Any]:
    with reading() as connection:
        return list(connection.execute(select(table_of(EventNotice)).order_by(EventNotice.id)))


def owed() -> list[Any]:
    """What has not left."""
    with reading() as connection:
        statement = select(table_of(OutboxMail)).where(OutboxMail.state == "pending")
        return list(connection.execute(statement.order_by(OutboxMail.id)))


def deliver() -> dict[str, list[EmailMessage]]:
    """Send all that is owed, whenever it is due; what arrived, by kind. The rest is dropped."""
    arrived: dict[str, list[EmailMessage]] = {}
    for row in owed():
        with reading() as connection:
            draft = kinds.compose(connection, row.kind, row.ids)
        if draft is not None:
            body = render(row.kind, draft, row.message_id, clock.now()).body
            message = message_from_bytes(body, policy=policy.default)
            assert isinstance(message, EmailMessage)
            arrived.setdefault(row.kind, []).append(message)
        with transaction() as session:
            if draft is not None and draft.on_sent:
                draft.on_sent(session, clock.now())
            state = "dropped" if draft is None else "sent"
            session.execute(update(OutboxMail).where(OutboxMail.id == row.id).values(state=state))
    return arrived


def text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def calendars(message: EmailMessage) -> list[Any]:
    """The attached objects, read by another program than the one that wrote them."""
    found = []
    for part in message.iter_attachments():
        raw = part.get_payload(decode=True)
        assert isinstance(raw, bytes)
        assert raw.count(b"\n") == raw.count(b"\r\n")
        found.append(Calendar.from_ical(raw))
    return found
