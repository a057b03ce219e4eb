"""Somebody else comes for me: GET asks who, POST hands the place on."""

from flask import render_template
from flask import request as http

from eventapp import clock
from eventapp.db import transaction
from eventapp.errorpages import sentence
from eventapp.errors import Busy, Refused
from eventapp.forms import new_form_token, set_error
from eventapp.languages import present_language
from eventapp.limits import SIGN_UP, limiter
from eventapp.queue import nudge
from eventapp.registration import substituting
from eventapp.registration.holder import Holder
from eventapp.registration.holder_rules import can_substitute
from eventapp.registration.holding import Answer, busy, is_whole, load, to_ticket
from eventapp.registration.page_slots import refused_field
from eventapp.registration.refusals import AlreadyCancelled
from eventapp.registration.routes import pages
from eventapp.registration.substitute_form import SubstituteForm, substitute_form_class


@pages.get("/registrations/<token>/substitute")
def substitute(token: str) -> Answer:
    """Asks who comes instead."""
    holder = load(token)
    if not _is_open(holder):
        return to_ticket(token)
    form = _form_class(holder)(None)
    if "organisation" in form:
        form["organisation"].data = holder.organisation
    return _page(token, holder, form)


@pages.post("/registrations/<token>/substitute", endpoint="substitute_post")
@limiter.limit(SIGN_UP)
def substitute_post(token: str) -> Answer:
    """Hands the place on; sent twice, it was handed on already."""
    holder = load(token)
    if not _is_open(holder):
        return to_ticket(token)
    form = _form_class(holder)(http.form)
    if not is_whole(form):
        return _page(token, holder, form), 422
    try:
        with transaction() as session:
            substituting.substitute(
                session,
                holder.id,
                form.person(),
                language=present_language(),
                form_token=http.form["form_token"],
                now=clock.now(),
            )
    except AlreadyCancelled:
        return to_ticket(token)
    except Busy:
        form.form_errors = [busy()]
        return _page(token, holder, form), 503
    except Refused as refusal:
        set_error(form[refused_field(refusal, form) or "last_name"], sentence(refusal))
        return _page(token, holder, form), 422
    nudge("mail.deliver")
    return to_ticket(token)


def _is_open(holder: Holder) -> bool:
    return can_substitute(holder.event, holder.status, clock.now())


def _form_class(holder: Holder) -> type[SubstituteForm]:
    return substitute_form_class(holder.event, holder.organisation_id)


def _page(token: str, holder: Holder, form: SubstituteForm) -> str:
    return render_template(
        "registration/substitute.html",
        e=holder.event,
        token=token,
        registration=holder,
        form=form,
        form_token=new_form_token(clock.now()),
        errors=form.problems(),
    )
