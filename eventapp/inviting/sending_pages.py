"""The words of the round, and sending it: each page names the number before anything leaves."""

from flask import request

from eventapp import clock
from eventapp.accounts.access import render_console
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Busy, Refused
from eventapp.events.definition import EventDefinition
from eventapp.invitations import actions, listing, sending
from eventapp.invitations.rules import NothingToSend
from eventapp.invitations.words import paragraphs, reminding
from eventapp.inviting.asking import Answer, load, noted, to_round
from eventapp.inviting.forms import LetterForm
from eventapp.inviting.routes import console
from eventapp.languages import gettext as _
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.queue import nudge


@console.get("/text")
@asks(Permission.INVITATIONS_SEND)
def text(slug: str) -> Answer:
    """What mails and letters say."""
    event = load(slug)
    with reading() as connection:
        letter = listing.find_letter(connection, event.id)
    return _text_page(event, LetterForm(None, event=event, letter=letter))


@console.post("/text", endpoint="text_post")
@asks(Permission.INVITATIONS_SEND)
def text_post(slug: str) -> Answer:
    """Save it; 303 to the round."""
    event = load(slug)
    form = LetterForm(request.form, event=event, letter=listing.Letter())
    if not form.validate():
        return _text_page(event, form), 422
    letter = form.letter(event)
    with transaction() as session:
        actions.write_letter(session, event.id, letter)
        noted(session, "invitations.text_changed", event, answer_by=letter.answer_by)
    return to_round(slug, "text")


def _text_page(event: EventDefinition, form: LetterForm) -> str:
    return render_console(
        "inviting/text.html", tab="events", e=event, form=form, errors=form.problems()
    )


@console.get("/send")
@asks(Permission.INVITATIONS_SEND)
def send(slug: str) -> Answer:
    """How many mails would leave, to whom none can; sends nothing."""
    return _confirm(load(slug), is_reminder=False)


@console.post("/send", endpoint="send_post")
@asks(Permission.INVITATIONS_SEND)
def send_post(slug: str) -> Answer:
    """Owe them; 303 to the round. A second click finds nothing to do."""
    return _act(slug, is_reminder=False)


@console.get("/remind")
@asks(Permission.INVITATIONS_SEND)
def remind(slug: str) -> Answer:
    """How many of the silent would be reminded; sends nothing."""
    return _confirm(load(slug), is_reminder=True)


@console.post("/remind", endpoint="remind_post")
@asks(Permission.INVITATIONS_SEND)
def remind_post(slug: str) -> Answer:
    """Remind them; 303 to the round."""
    return _act(slug, is_reminder=True)


def _act(slug: str, *, is_reminder: bool) -> Answer:
    event, now = load(slug), clock.now()
    try:
        with transaction() as session:
            if is_reminder:
                done = sending.remind(session, event, now=now)
            else:
                done = sending.send_round(session, event, now=now)
            act = "invitations.reminded" if is_reminder else "invitations.sent"
            rows, mails = len(done.invitation_ids), len(done.mails)
            noted(session, act, event, rows=rows, mails=mails)
    except NothingToSend:
        return to_round(slug, "again")
    except Refused as refusal:
        return _confirm(event, is_reminder=is_reminder, error=sentence(refusal)), 422
    except Busy:
        busy = _("Gerade ist sehr viel los. Es wurde nichts gesendet. Bitte noch einmal senden.")
        return _confirm(event, is_reminder=is_reminder, error=busy), 503
    nudge("mail.deliver")
    return to_round(slug, "reminded" if is_reminder else "sent")


def _confirm(event: EventDefinition, *, is_reminder: bool, error: str = "") -> str:
    with reading() as connection:
        planned = (
            sending.plan_reminder(connection, event, clock.now())
            if is_reminder
            else sending.plan_round(connection, event)
        )
        letter = listing.find_letter(connection, event.id)
        invitees = listing.list_invitees(connection, event)
    chosen = set(planned.invitation_ids)
    sample = next((each for each in invitees if each.id in chosen), None)
    body = reminding(sample, letter) if sample and is_reminder else ()
    if sample and not is_reminder:
        body = paragraphs(event, sample, letter)
    return render_console(
        "inviting/send.html",
        tab="events",
        e=event,
        planned=planned,
        is_reminder=is_reminder,
        sample=sample,
        paragraphs=list(body),
        errors=[("", error)] if error else [],
    )
