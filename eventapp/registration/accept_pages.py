"""An offered place, with the link from the mail: GET shows it, POST takes it or gives it up."""

from flask import render_template
from flask import request as http

from eventapp import clock
from eventapp.db import transaction
from eventapp.errorpages import sentence
from eventapp.errors import Busy, Refused
from eventapp.forms import has_form_token, new_form_token
from eventapp.queue import nudge
from eventapp.registration import selfservice
from eventapp.registration.holder import Holder
from eventapp.registration.holder_rules import is_offered
from eventapp.registration.holding import Answer, again, busy, load, to_ticket
from eventapp.registration.routes import pages


@pages.get("/registrations/<token>/accept")
def accept(token: str) -> Answer:
    """What is offered and until when; whoever has no offer sees their page."""
    holder = load(token)
    if not is_offered(holder, clock.now()):
        return to_ticket(token)
    return _page(token, holder)


@pages.post("/registrations/<token>/accept", endpoint="accept_post")
def accept_post(token: str) -> Answer:
    """Takes the place or, with `decline`, gives it to the next in line."""
    holder, now = load(token), clock.now()
    if not is_offered(holder, now):
        return to_ticket(token)
    if not has_form_token():
        return _page(token, holder, again()), 422
    act = selfservice.cancel if "decline" in http.form else selfservice.accept
    try:
        with transaction() as session:
            act(session, holder.id, now=now)
    except Busy:
        return _page(token, holder, busy()), 503
    except Refused as refusal:
        return _page(token, holder, sentence(refusal)), 422
    nudge("mail.deliver")
    return to_ticket(token)


def _page(token: str, holder: Holder, error: str | None = None) -> str:
    return render_template(
        "registration/accept.html",
        e=holder.event,
        token=token,
        registration=holder,
        form_token=new_form_token(clock.now()),
        errors=[("", error)] if error else [],
    )
