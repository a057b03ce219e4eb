"""The public's pages: asking to be told when sign-up opens, confirming it, taking it back."""

from flask import redirect, render_template, url_for
from flask import request as http
from werkzeug import Response

from eventapp import clock, web
from eventapp.db import reading, transaction
from eventapp.errors import Busy
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition_by_id
from eventapp.events.queries import get_public_event
from eventapp.forms import has_form_token, new_form_token
from eventapp.languages import present_language
from eventapp.limits import LOST_LINK, limiter
from eventapp.queue import nudge
from eventapp.registration.forms import EmailForm
from eventapp.registration.holding import busy, is_whole
from eventapp.registration.listing import with_places
from eventapp.reminders import openings
from eventapp.reminders.routes import pages

Answer = str | tuple[str, int] | Response


@pages.get("/events/<slug>/notify")
def notify(slug: str) -> Answer:
    """Asks for the address, or says why there is nothing to ask."""
    event, can_wish = _load(slug)
    return _ask_page(event, EmailForm(None), can_wish=can_wish)


@pages.post("/events/<slug>/notify", endpoint="notify_post")
@limiter.limit(LOST_LINK)
def notify_post(slug: str) -> Answer:
    """Mails the link that confirms; the answer is the same whether the address is known."""
    event, can_wish = _load(slug)
    form = EmailForm(http.form)
    if not is_whole(form):
        return _ask_page(event, form, can_wish=can_wish), 422
    if not can_wish:
        return _ask_page(event, form, can_wish=False), 422
    language, email = present_language(), str(form.email.data)
    try:
        with transaction() as session:
            openings.ask(session, event, email, language=language, now=clock.now())
    except Busy:
        form.form_errors = [busy()]
        return _ask_page(event, form, can_wish=True), 503
    nudge("mail.deliver")
    return redirect(url_for("reminders.asked", slug=slug), 303)


@pages.get("/events/<slug>/notify/asked")
def asked(slug: str) -> Answer:
    """What happens next, whoever asked."""
    with reading() as connection:
        event = get_public_event(connection, slug)
    web.show_network(event.network)
    return render_template("reminders/asked.html", e=event)


@pages.get("/openings/<token>")
def opening(token: str) -> Answer:
    """What was asked for; acts on nothing, since mail scanners open every link."""
    return _wish_page(token)


@pages.post("/openings/<token>", endpoint="opening_post")
def opening_post(token: str) -> Answer:
    """Confirms, or with `end` forgets the address."""
    now = clock.now()
    with reading() as connection:
        wish = openings.get_wish(connection, token, now=now)
        event = get_definition_by_id(connection, wish.event_id)
    if not has_form_token():
        return _wish_page(token), 422
    with transaction() as session:
        if http.form.get("end"):
            openings.end(session, wish.id)
        else:
            openings.confirm(session, wish.id, now=now)
    if http.form.get("end"):
        web.show_network(event.network)
        return render_template("reminders/ended.html", e=event)
    return redirect(url_for("reminders.opening", token=token), 303)


def _load(slug: str) -> tuple[EventDefinition, bool]:
    with reading() as connection:
        event = get_public_event(connection, slug)
        [(_event, _places, signup)] = with_places(connection, [event], clock.now())
    web.show_network(event.network)
    return event, openings.can_be_wished(event, signup)


def _ask_page(event: EventDefinition, form: EmailForm, *, can_wish: bool) -> str:
    return render_template(
        "reminders/notify.html",
        e=event,
        can_wish=can_wish,
        form=form,
        form_token=new_form_token(clock.now()),
        errors=form.problems(),
    )


def _wish_page(token: str) -> str:
    with reading() as connection:
        wish = openings.get_wish(connection, token, now=clock.now())
        event = get_definition_by_id(connection, wish.event_id)
    web.show_network(event.network)
    return render_template(
        "reminders/opening.html",
        e=event,
        token=token,
        is_confirmed=wish.confirmed_at is not None,
        form_token=new_form_token(clock.now()),
    )
