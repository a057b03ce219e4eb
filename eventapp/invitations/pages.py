"""What is behind the link of an invitation: the event, one's delegates, and "we will not come".

GET shows, POST acts; the code in the address is the key.
"""

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from eventapp import clock, web
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Busy
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition_by_id
from eventapp.forms import has_form_token, new_form_token
from eventapp.invitations import actions, delegates
from eventapp.invitations.listing import Invitee, get_invitee
from eventapp.invitations.models import Answer as Said
from eventapp.invitations.noting import note_with_link
from eventapp.invitations.queries import get_invited
from eventapp.invitations.routes import pages
from eventapp.invitations.rules import DelegatesStand, plain_code
from eventapp.languages import gettext as _
from eventapp.queue import nudge
from eventapp.registration.queries import places as count_places
from eventapp.registration.refusals import AlreadyCancelled
from eventapp.registration.rules import caps_hold, signup_state

Answer = str | tuple[str, int] | Response


@pages.get("/i/<token>", endpoint="short")
@pages.get("/I/<token>", endpoint="short_qr")
def short(token: str) -> Answer:
    """The invitation of a letter, by its typed link or its QR code."""
    return invitation(plain_code(token))


@pages.get("/invitations/<token>")
def invitation(token: str) -> Answer:
    """The event, places taken and left, the delegates with their state."""
    event, invitee = _load(token)
    with reading() as connection:
        places = count_places(connection, event)
        known = delegates.list_delegates(connection, event, invitee.invited)
    web.show_network(event.network)
    return render_template(
        "invitations/invitation.html",
        e=event,
        token=token,
        invitee=invitee,
        invited=invitee.invited,
        signup=signup_state(event, places, clock.now(), invitee.invited.access),
        delegates=known,
        has_caps=caps_hold(event, clock.now()),
        done=request.args.get("done"),
    )


@pages.get("/invitations/<token>/decline")
def decline(token: str) -> Answer:
    """Asks whether nobody comes; changes nothing."""
    return _decline_page(token)


@pages.post("/invitations/<token>/decline", endpoint="decline_post")
def decline_post(token: str) -> Answer:
    """Nobody comes; with `back` the answer is taken back. 303 to the invitation."""
    event, invitee = _load(token)
    if not has_form_token():
        return _decline_page(token, _("Bitte senden Sie das Formular noch einmal ab.")), 422
    said = None if request.form.get("back") else Said.NOT_COMING
    try:
        with transaction() as session:
            now, name = clock.now(), invitee.invited.name
            if actions.answer(session, event, invitee.id, said, now=now):
                about = ("invitation", invitee.id)
                note_with_link(
                    session, "invitation.answered", event, about, now=now, name=name, answer=said
                )
    except DelegatesStand as refusal:
        return _decline_page(token, sentence(refusal)), 422
    except Busy:
        return _decline_page(token, _busy()), 503
    done = "declined" if said else "back"
    return redirect(url_for("invitations.invitation", token=token, done=done), 303)


@pages.get("/invitations/<token>/delegates/<int(max=2147483647):registration_id>/cancel")
def cancel_delegate(token: str, registration_id: int) -> Answer:
    """Asks; changes nothing."""
    return _cancel_page(token, registration_id)


@pages.post(
    "/invitations/<token>/delegates/<int(max=2147483647):registration_id>/cancel",
    endpoint="cancel_delegate_post",
)
def cancel_delegate_post(token: str, registration_id: int) -> Answer:
    """Gives the place back; the delegate gets a mail. 303 to the invitation."""
    event, invitee = _load(token)
    if not has_form_token():
        text = _("Bitte senden Sie das Formular noch einmal ab.")
        return _cancel_page(token, registration_id, text), 422
    now, done = clock.now(), "cancelled"
    try:
        with transaction() as session:
            delegates.cancel_delegate(session, event, invitee.invited, registration_id, now=now)
            act, about = "invitation.delegate_cancelled", ("invitation", invitee.id)
            note_with_link(session, act, event, about, now=now, name=invitee.invited.name)
    except AlreadyCancelled:
        done = "again"
    except Busy:
        return _cancel_page(token, registration_id, _busy()), 503
    nudge("mail.deliver")
    return redirect(url_for("invitations.invitation", token=token, done=done), 303)


def _load(token: str) -> tuple[EventDefinition, Invitee]:
    """Raises `NotFound`, `Gone`."""
    with reading() as connection:
        invited = get_invited(connection, token)
        event = get_definition_by_id(connection, invited.event_id)
        return event, get_invitee(connection, event, invited.id)


def _busy() -> str:
    return _("Gerade ist sehr viel los. Es wurde nichts gespeichert. Bitte noch einmal senden.")


def _decline_page(token: str, error: str = "") -> str:
    event, invitee = _load(token)
    web.show_network(event.network)
    return render_template(
        "invitations/decline.html",
        e=event,
        token=token,
        invitee=invitee,
        form_token=new_form_token(clock.now()),
        errors=[("", error)] if error else [],
    )


def _cancel_page(token: str, registration_id: int, error: str = "") -> str:
    event, invitee = _load(token)
    with reading() as connection:
        delegate = delegates.get_delegate(connection, event, invitee.invited, registration_id)
    web.show_network(event.network)
    return render_template(
        "invitations/cancel_delegate.html",
        e=event,
        token=token,
        delegate=delegate,
        form_token=new_form_token(clock.now()),
        errors=[("", error)] if error else [],
    )
