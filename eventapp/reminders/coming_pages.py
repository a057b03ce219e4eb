"""The answer to "do you still come?": GET acts on nothing, since mail scanners open every link."""

from flask import render_template
from flask import request as http

from eventapp import clock
from eventapp.db import transaction
from eventapp.errors import Busy
from eventapp.forms import has_form_token, new_form_token
from eventapp.queue import nudge
from eventapp.registration import selfservice
from eventapp.registration.holding import Answer, again, busy, load, to_ticket
from eventapp.registration.models import RegistrationStatus
from eventapp.registration.refusals import AlreadyCancelled
from eventapp.reminders.coming import say_yes
from eventapp.reminders.routes import pages


@pages.get("/registrations/<token>/coming")
def coming(token: str) -> Answer:
    """The two buttons, or what was said already."""
    return _page(token)


@pages.post("/registrations/<token>/coming", endpoint="coming_post")
def coming_post(token: str) -> Answer:
    """`answer` is `yes`, which is recorded, or `no`, which frees the place."""
    holder, now = load(token), clock.now()
    if not has_form_token() or http.form.get("answer") not in ("yes", "no"):
        return _page(token, again()), 422
    if holder.status != RegistrationStatus.CONFIRMED or now >= holder.event.start:
        return _page(token), 422
    try:
        with transaction() as session:
            if http.form["answer"] == "yes":
                say_yes(session, holder.id, now=now)
            else:
                selfservice.cancel(session, holder.id, now=now)
    except AlreadyCancelled:
        return to_ticket(token)
    except Busy:
        return _page(token, busy()), 503
    nudge("mail.deliver")
    return to_ticket(token) if http.form["answer"] == "no" else _page(token, is_new=True)


def _page(token: str, error: str | None = None, *, is_new: bool = False) -> str:
    holder, now = load(token), clock.now()
    is_confirmed = holder.status == RegistrationStatus.CONFIRMED
    return render_template(
        "reminders/coming.html",
        e=holder.event,
        token=token,
        holder=holder,
        can_answer=is_confirmed and now < holder.event.start,
        is_new=is_new,
        errors=[("", error)] if error else [],
        form_token=new_form_token(now),
    )
