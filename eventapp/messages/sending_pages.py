"""What is done with a message: test, send, take back, stop, try again, discard. POST acts and leads
back to the message; where the act was not open any more, the page says how things stand."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me
from eventapp.audit.actions import note
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import NotFound, Refused
from eventapp.events.definition import EventDefinition
from eventapp.languages import gettext as _
from eventapp.mail.framed import framed
from eventapp.messages import actions
from eventapp.messages.loading import Answer, May, load, to_message, wanted_of
from eventapp.messages.noting import note_message
from eventapp.messages.preview import Sample, find_sample, show_preview
from eventapp.messages.queries import Sent
from eventapp.messages.routes import MESSAGE, console
from eventapp.messages.rules import MessageChanged, MessageLeaving, NobodyToWriteTo, TooLateToUndo
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.queue import nudge


@console.get(f"{MESSAGE}/mail")
@asks(Permission.MESSAGES_SEND)
def mail_html(slug: str, message_id: int) -> Response:
    """The mail as a mail program shows it, for the frame of the preview."""
    event, may, message = load(slug, message_id)
    sample = _sample(event, may, message, request.args)
    if sample is None:
        raise NotFound
    _subject, _plain, html = sample.texts
    return framed(html)


@console.post(f"{MESSAGE}/test")
@asks(Permission.MESSAGES_SEND)
def test(slug: str, message_id: int) -> Answer:
    """One mail to oneself, as the person shown would get it."""
    event, may, message = load(slug, message_id)
    sample = _sample(event, may, message, request.form)
    if sample is None or message.row.leaves_at is not None:
        return to_message(slug, message_id, "late")
    by, now = me().account_id, clock.now()
    with transaction() as session:
        actions.owe_test(
            session, message_id, by, sample.person.id, in_english=sample.in_english, now=now
        )
        note_message(session, "message.tested", event, message_id, by=by, now=now)
    nudge("mail.deliver")
    return redirect(
        url_for(
            "messages.detail",
            slug=slug,
            message_id=message_id,
            done="tested",
            person=sample.person.id,
            mail="en" if sample.in_english else "de",
        ),
        303,
    )


@console.post(f"{MESSAGE}/send")
@asks(Permission.MESSAGES_SEND)
def send(slug: str, message_id: int) -> Answer:
    """Sends what was shown; where somebody changed it meanwhile, shows that first."""
    event, may, message = load(slug, message_id)
    wanted = wanted_of(event, may, message.row)
    seen, by, now = _seen(), me().account_id, clock.now()
    try:
        if wanted is None:
            raise NobodyToWriteTo
        with transaction() as session:
            n = actions.send(session, event, message_id, wanted, seen=seen, now=now)
            note_message(session, "message.sent", event, message_id, by=by, now=now, recipients=n)
    except MessageLeaving:
        return to_message(slug, message_id, "late")
    except MessageChanged:
        text = _("Jemand anders hat die Nachricht inzwischen geändert. So lautet sie jetzt.")
        return _preview_again(slug, message_id, text)
    except Refused as refusal:
        return _preview_again(slug, message_id, sentence(refusal))
    return to_message(slug, message_id, "sent")


@console.post(f"{MESSAGE}/undo")
@asks(Permission.MESSAGES_SEND)
def undo(slug: str, message_id: int) -> Answer:
    """Takes all of it back; the text is a draft again."""

    def act(session: Session, event: EventDefinition, now: Any) -> bool:
        actions.undo(session, event.id, message_id, now=now)
        return True

    return _act(slug, message_id, "undone", act)


@console.post(f"{MESSAGE}/stop")
@asks(Permission.MESSAGES_SEND)
def stop(slug: str, message_id: int) -> Answer:
    """Keeps back what has not left."""
    return _counted(slug, message_id, "stopped", actions.stop)


@console.post(f"{MESSAGE}/retry")
@asks(Permission.MESSAGES_SEND)
def retry(slug: str, message_id: int) -> Answer:
    """Sends once more what was refused."""
    return _counted(slug, message_id, "retried", actions.retry_failed)


@console.post(f"{MESSAGE}/discard")
@asks(Permission.MESSAGES_SEND)
def discard(slug: str, message_id: int) -> Answer:
    """Deletes a draft."""
    event, _may, message = load(slug, message_id)
    by, now = me().account_id, clock.now()
    try:
        with transaction() as session:
            actions.discard(session, event.id, message_id, seen=_seen())
            note(
                session,
                "message.discarded",
                by=by,
                now=now,
                network_id=event.network.id,
                event_id=event.id,
                subject=("message", message_id),
                before={"subject": message.row.subject},
            )
    except (MessageLeaving, MessageChanged):
        return to_message(slug, message_id, "late")
    return redirect(url_for("messages.list", slug=slug, done="discarded"), 303)


def _counted(slug: str, message_id: int, done: str, step: Callable[..., int]) -> Answer:
    """A step that says how many mails it reached; none: it was not open."""

    def act(session: Session, event: EventDefinition, now: Any) -> int:
        return step(session, event.id, message_id, now=now)

    return _act(slug, message_id, done, act)


def _act(slug: str, message_id: int, done: str, act: Callable[..., int]) -> Answer:
    event, _may, _message = load(slug, message_id)
    now, by, n = clock.now(), me().account_id, 0
    try:
        with transaction() as session:
            n = act(session, event, now)
            if n:
                numbers = {} if n is True else {"mails": n}
                act_name = f"message.{done}"
                note_message(session, act_name, event, message_id, by=by, now=now, **numbers)
    except TooLateToUndo:
        return to_message(slug, message_id, "late")
    nudge("mail.deliver")
    return to_message(slug, message_id, done if n else "late")


def _sample(
    event: EventDefinition, may: May, message: Sent, asked: Mapping[str, str]
) -> Sample | None:
    wanted = wanted_of(event, may, message.row)
    if wanted is None:
        return None
    with reading() as connection:
        _people, sample = find_sample(connection, event, message, wanted, asked)
    return sample


def _preview_again(slug: str, message_id: int, error: str) -> Answer:
    """The draft as it is now, and why it did not leave."""
    event, may, message = load(slug, message_id)
    return show_preview(event, may, message, request.form, [("", error)]), 422


def _seen() -> int:
    """The revision that the page showed."""
    sent = request.form.get("revision", "")
    if not (sent.isascii() and sent.isdigit() and len(sent) < 9):
        abort(400)
    return int(sent)
