"""Cancelling with the link from the mail: GET asks, POST acts."""

from flask import render_template

from eventapp import clock
from eventapp.db import transaction
from eventapp.errors import Busy, Refused
from eventapp.forms import has_form_token, new_form_token
from eventapp.queue import nudge
from eventapp.registration import selfservice
from eventapp.registration.holder import Holder
from eventapp.registration.holder_rules import can_cancel
from eventapp.registration.holding import Answer, again, busy, load, to_ticket
from eventapp.registration.routes import pages


@pages.get("/registrations/<token>/cancel")
def cancel(token: str) -> Answer:
    """Asks whether it is meant; changes nothing."""
    holder = load(token)
    if not can_cancel(holder.event, holder.status, clock.now()):
        return to_ticket(token)
    return _cancel_page(token, holder)


@pages.post("/registrations/<token>/cancel", endpoint="cancel_post")
def cancel_post(token: str) -> Answer:
    """Cancels; who had cancelled already sees just that."""
    holder = load(token)
    if not can_cancel(holder.event, holder.status, clock.now()):
        return to_ticket(token)
    if not has_form_token():
        return _cancel_page(token, holder, again()), 422
    try:
        with transaction() as session:
            selfservice.cancel(session, holder.id, now=clock.now())
    except Busy:
        return _cancel_page(token, holder, busy()), 503
    except Refused:
        return to_ticket(token)
    nudge("mail.deliver")
    return to_ticket(token)


def _cancel_page(token: str, holder: Holder, error: str | None = None) -> str:
    return render_template(
        "registration/cancel.html",
        e=holder.event,
        token=token,
        registration=holder,
        form_token=new_form_token(clock.now()),
        errors=[("", error)] if error else [],
    )
