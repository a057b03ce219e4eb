"""Meine Termine: all registrations of one address on one page, cancelled together in one act."""

from flask import redirect, render_template, url_for
from flask import request as http

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Busy
from eventapp.forms import has_form_token, new_form_token
from eventapp.queue import nudge
from eventapp.registration.holder import Holder
from eventapp.registration.holding import Answer, again, busy, load
from eventapp.registration.own_dates import NothingChosen, cancel_together, list_own
from eventapp.registration.routes import pages


@pages.get("/registrations/<token>/dates")
def own_dates(token: str) -> Answer:
    """Everything that this address is registered for, with ticks to cancel."""
    return _page(token, load(token))


@pages.post("/registrations/<token>/dates", endpoint="own_dates_post")
def own_dates_post(token: str) -> Answer:
    """Cancels what is ticked."""
    holder = load(token)
    if not has_form_token():
        return _page(token, holder, again()), 422
    chosen = {int(each) for each in http.form.getlist("registration") if _is_number(each)}
    try:
        with transaction() as session:
            count = cancel_together(session, holder.id, chosen, now=clock.now())
    except Busy:
        return _page(token, holder, busy()), 503
    except NothingChosen as refusal:
        return _page(token, holder, sentence(refusal), field="registration"), 422
    nudge("mail.deliver")
    return redirect(url_for("registration.own_dates", token=token, done=count), 303)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _page(token: str, holder: Holder, error: str | None = None, field: str = "") -> str:
    now = clock.now()
    with reading() as connection:
        dates = list_own(connection, holder.id, now=now)
    done = http.args.get("done", "")
    return render_template(
        "registration/own_dates.html",
        token=token,
        own=holder.id,
        dates=dates,
        chosen=set(http.form.getlist("registration")),
        done=int(done) if _is_number(done) else 0,
        form_token=new_form_token(now),
        errors=[(field, error)] if error else [],
    )
