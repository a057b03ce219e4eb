"""The receipt of a sign-up, for whoever typed it, and the correction of a mistyped address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import redirect, render_template, url_for
from flask import request as http
from flask_babel import gettext as _
from werkzeug import Response

from eventapp import clock, web
from eventapp.db import reading, transaction
from eventapp.errors import Busy, Gone, NotFound
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition_by_id
from eventapp.forms import new_form_token
from eventapp.limits import SIGN_UP, limiter
from eventapp.queue import nudge
from eventapp.registration import correction, queries
from eventapp.registration.forms import EmailForm
from eventapp.registration.holding import is_whole
from eventapp.registration.routes import pages
from eventapp.registration.rules import is_door_open
from eventapp.registration.several_queries import Told, list_told

Answer = str | tuple[str, int] | Response


@dataclass(frozen=True)
class Receipt:
    """What may be said to whoever typed: no ticket, no name, the address masked."""

    outcome: str  # a `RegistrationStatus`, or repeated
    attendance: str | None
    position: int | None
    proof_until: datetime | None  # None: the address need not be proved
    masked_email: str
    can_correct: bool
    items: tuple[tuple[str, str], ...]


@pages.get("/receipts/<token>")
def receipt(token: str) -> Answer:
    """The outcome of a sign-up."""
    return _receipt_page(token, EmailForm(None))


@pages.post("/receipts/<token>", endpoint="receipt_post")
@limiter.limit(SIGN_UP)
def receipt_post(token: str) -> Answer:
    """Correct a mistyped address within half an hour."""
    form = EmailForm(http.form)
    if not is_whole(form):
        return _receipt_page(token, form), 422
    try:
        with transaction() as session:
            correction.correct_email(session, token, str(form.email.data), now=clock.now())
    except Busy:
        form.form_errors = [_("Es wurde nichts gespeichert. Bitte senden Sie es noch einmal ab.")]
        return _receipt_page(token, form), 503
    nudge("mail.deliver")
    return redirect(url_for("registration.receipt", token=token), 303)


def _receipt_page(token: str, form: EmailForm) -> str:
    now = clock.now()
    with reading() as connection:
        signup = queries.find_receipt(connection, token)
        if signup is None:
            raise NotFound
        can_correct = correction.is_correctable(signup, now)
        if form.errors and not can_correct:
            raise Gone
        event = get_definition_by_id(connection, signup.event_id)
        told = list_told(connection, signup.id) if signup.is_several else []
        is_shown = not signup.is_repeat and signup.registration_id is not None
        holder = queries.get_holder(connection, signup.registration_id) if is_shown else None
    web.show_network(event.network)
    if signup.is_several:
        return _several_page(event, form, signup, told, can_correct)
    return render_template(
        "registration/receipt.html",
        e=event,
        token=token,
        is_door_open=is_door_open(event, now),
        form=form,
        form_token=new_form_token(now),
        errors=form.problems(),
        receipt=Receipt(
            outcome=holder.status if holder else "repeated",
            attendance=holder.attendance if holder else None,
            position=holder.position if holder else None,
            proof_until=holder.proof_until if holder else None,
            masked_email=signup.masked_email,
            can_correct=can_correct,
            items=tuple((chosen.item.title, chosen.status) for chosen in holder.items)
            if holder
            else (),
        ),
    )


def _several_page(
    event: EventDefinition, form: EmailForm, signup: Any, told: Sequence[Told], can_correct: bool
) -> str:
    """Event by event; an earlier registration is told of in the mail alone."""
    return render_template(
        "registration/receipt_several.html",
        e=event,
        form=form,
        form_token=new_form_token(clock.now()),
        errors=form.problems(),
        told=told,
        masked_email=signup.masked_email,
        can_correct=can_correct,
    )
