"""Proving an address with the link from the mail: GET shows, since mail scanners open every link;
POST confirms."""

from flask import render_template
from flask import request as http

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.errors import Busy, Gone, Refused
from eventapp.events.models import EventStatus
from eventapp.forms import has_form_token, new_form_token
from eventapp.queue import nudge
from eventapp.registration import correction, proof, queries
from eventapp.registration.holder import Holder
from eventapp.registration.holding import Answer, again, busy, load, to_ticket
from eventapp.registration.models import PROVING
from eventapp.registration.routes import pages


@pages.get("/registrations/<token>/confirm")
def confirm(token: str) -> Answer:
    """Asks for the one click; leads on where there is nothing to confirm."""
    holder = _load_open(token)
    if holder is None:
        return to_ticket(token)
    with reading() as connection:
        is_correctable = queries.is_address_unproved(connection, holder.id)
    if is_correctable and http.method != "HEAD":
        with transaction() as session:
            correction.end_correction(session, holder.id)
    return _confirm_page(token, holder)


@pages.post("/registrations/<token>/confirm", endpoint="confirm_post")
def confirm_post(token: str) -> Answer:
    """Confirms; a second click finds it done."""
    holder = _load_open(token)
    if holder is None:
        return to_ticket(token)
    if not has_form_token():
        return _confirm_page(token, holder, again()), 422
    try:
        with transaction() as session:
            proof.confirm_address(session, holder.id, now=clock.now())
    except Busy:
        return _confirm_page(token, holder, busy()), 503
    except Refused:
        return to_ticket(token)
    nudge("mail.deliver")
    return to_ticket(token)


def _load_open(token: str) -> Holder | None:
    """None where nothing waits for a proof. Raises `Gone` once the time for it is over."""
    holder = load(token)
    if holder.status not in PROVING or holder.event.status == EventStatus.CANCELLED:
        return None
    if holder.proof_until is None or clock.now() >= holder.proof_until:
        raise Gone
    return holder


def _confirm_page(token: str, holder: Holder, error: str | None = None) -> str:
    return render_template(
        "registration/confirm.html",
        e=holder.event,
        token=token,
        registration=holder,
        form_token=new_form_token(clock.now()),
        errors=[("", error)] if error else [],
    )
