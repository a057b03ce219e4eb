"""One click to the next date: what would be sent is shown, and sending it signs up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from flask import redirect, render_template, url_for
from flask import request as http
from sqlalchemy import Connection
from werkzeug import Response

from eventapp import clock, web
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Busy, Refused
from eventapp.events.definition import EventDefinition
from eventapp.forms import has_form_token, new_form_token, refuse
from eventapp.invitations.queries import list_members
from eventapp.invitations.rules import asks_organisation
from eventapp.languages import present_language
from eventapp.limits import SIGN_UP, limiter
from eventapp.pagecache import Skeleton
from eventapp.queue import nudge
from eventapp.registration import actions, queries
from eventapp.registration.beside import put_beside
from eventapp.registration.holder import Holder
from eventapp.registration.holding import Answer, is_whole, load
from eventapp.registration.listing import Row
from eventapp.registration.next_dates import find_own, get_next, list_next_of
from eventapp.registration.next_form import NextForm, as_holder, next_form_class
from eventapp.registration.page_slots import place_slots, refused_field
from eventapp.registration.received import busy
from eventapp.registration.routes import pages
from eventapp.registration.rules import is_over, signup_state

_ADDRESS = "/registrations/<token>/next/<slug>"


@pages.get(_ADDRESS)
def next(token: str, slug: str) -> Answer:  # noqa: A001  the page's name, as its address
    """What would be sent; opening it does nothing, so that a mail scanner signs up nobody."""
    holder = load(token)
    event = _event(holder, slug)
    form = _form_class(event)(None)
    form.share(holder)
    return _page(token, holder, event, form)


@pages.post(_ADDRESS, endpoint="next_post")
@limiter.limit(SIGN_UP)
def next_post(token: str, slug: str) -> Answer:
    """Signs up; 303 to the receipt, or the filled form with what is wrong."""
    holder = load(token)
    event = _event(holder, slug)
    form = _filled(event, holder)
    if not is_whole(form):
        return _page(token, holder, event, form, 422)
    try:
        receipt = _register(event, form, clock.now())
    except Refused as refusal:
        return _refuse(token, holder, slug, refusal)
    except Busy:
        form.form_errors = [busy()]
        return _page(token, holder, event, form, 503)
    nudge("mail.deliver")
    return redirect(url_for("registration.receipt", token=receipt), 303)


def _register(event: EventDefinition, form: NextForm, now: datetime) -> str:
    """The link came to the address: nobody has to prove it once more."""
    asked = replace(form.request(present_language()), is_proved=True)
    token = str(form.form_token.data)
    with transaction() as session:
        return actions.register(session, event, asked, form_token=token, now=now, is_last=True)


def _event(holder: Holder, slug: str) -> EventDefinition:
    with reading() as connection:
        event = get_next(connection, holder, slug)
    web.show_network(event.network)
    return event


def _form_class(event: EventDefinition) -> type[NextForm]:
    if not asks_organisation(event):
        return next_form_class(event, ())
    with reading() as connection:
        return next_form_class(event, list_members(connection, event))


def _filled(event: EventDefinition, holder: Holder) -> NextForm:
    return _form_class(event)(as_holder(http.form, holder))


def _refuse(token: str, holder: Holder, slug: str, refusal: Refused) -> Answer:
    """The reason beside its field, with the event as it is now."""
    event = _event(holder, slug)
    form = _filled(event, holder)
    form.validate()
    refuse(form, refused_field(refusal, form), sentence(refusal))
    return _page(token, holder, event, form, 422)


def _page(
    token: str, holder: Holder, event: EventDefinition, form: NextForm, code: int = 200
) -> Response:
    now = clock.now()
    with reading() as connection:
        own = find_own(connection, holder, event)
        places = queries.places(connection, event)
    signup = signup_state(event, places, now)
    if own is None and not signup.is_possible:
        closed = "registration/closed.html"
        return _kept_by_nobody(render_template(closed, e=event, signup=signup, places=places), code)
    html = render_template(
        "registration/next.html",
        token=token,
        registration=holder,
        own=own,
        e=event,
        signup=signup,
        form=form,
        errors=form.problems(),
    )
    sent = str(form.form_token.data or "")
    good = sent if has_form_token() else new_form_token(now)
    slots = {"form_token": good, **place_slots(event, places, signup)}
    return _kept_by_nobody(Skeleton(html).fill(slots), code)


def _for_holder(connection: Connection, holder: Holder, now: datetime) -> Sequence[Row]:
    """What stands on the personal page once the event is over."""
    return list_next_of(connection, holder, now) if is_over(holder.event, now) else ()


put_beside("next", _for_holder)


def _kept_by_nobody(html: str, code: int) -> Response:
    response = Response(html, code, mimetype="text/html")
    response.headers["Cache-Control"] = "private, no-store"
    return response
