"""A new e-mail address is confirmed with the link that was mailed to it: GET shows, POST acts."""

from flask import render_template
from flask import request as http
from sqlalchemy.orm import Session

from eventapp import clock, web
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Busy, Refused
from eventapp.forms import has_form_token, new_form_token
from eventapp.limits import SIGN_UP, limiter
from eventapp.queue import nudge
from eventapp.registration import addresses, queries
from eventapp.registration.holder_pages import ticket_page
from eventapp.registration.holding import Answer, again, busy, load, to_ticket
from eventapp.registration.routes import pages
from eventapp.registration.standing import lock_standing


@pages.get("/addresses/<token>")
def address(token: str) -> Answer:
    """Asks whether the address shall count; mail scanners open every link."""
    return _page(token)


@pages.post("/addresses/<token>", endpoint="address_post")
def address_post(token: str) -> Answer:
    """It counts; the personal page has a new address too."""
    if not has_form_token():
        return _page(token, again()), 422
    try:
        with transaction() as session:
            id_ = addresses.confirm_address(session, token, now=clock.now())
    except Busy:
        return _page(token, busy()), 503
    except Refused as refusal:
        return _page(token, sentence(refusal)), 422
    nudge("mail.deliver")
    with reading() as connection:
        holder = queries.get_holder(connection, id_)
    return to_ticket(holder.manage_token, "address")


def _page(token: str, error: str | None = None) -> str:
    with reading() as connection:
        change = addresses.get_change(connection, token, now=clock.now())
        holder = queries.get_holder(connection, change.registration_id)
    web.show_network(holder.event.network)
    return render_template(
        "registration/address.html",
        e=holder.event,
        email=change.email,
        form_token=new_form_token(clock.now()),
        errors=[("", error)] if error else [],
    )


@pages.post("/registrations/<token>/address", endpoint="address_again")
@limiter.limit(SIGN_UP)
def address_again(token: str) -> Answer:
    """Mails the link to the new address again, or with `keep` forgets it."""
    holder = load(token)
    if not has_form_token():
        return ticket_page(token, holder, again()), 422
    try:
        with transaction() as session:
            _ask_again(session, holder.id)
    except Busy:
        return ticket_page(token, holder, busy()), 503
    except Refused:
        return to_ticket(token)
    nudge("mail.deliver")
    return to_ticket(token)


def _ask_again(session: Session, registration_id: int) -> None:
    now = clock.now()
    _event, row = lock_standing(session, registration_id, now=now)
    waiting = addresses.find_change(session.connection(), registration_id, now=now)
    if waiting is not None:
        keeps = "keep" in http.form
        addresses.ask_for_address(session, row, row.email if keeps else waiting.email, now=now)
