"""What a partner sees and does with their link: the one date, its form, and how many come."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from eventapp import clock, web
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Busy
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition_by_id
from eventapp.events.rules import ChangedMeanwhile
from eventapp.forms import has_form_token, new_form_token
from eventapp.languages import gettext as _
from eventapp.partners import actions, queries
from eventapp.partners.forms import PartnerForm
from eventapp.partners.queries import Linked
from eventapp.partners.rules import may_write
from eventapp.planning.queries import count_standing
from eventapp.planning.sending import origin
from eventapp.queue import nudge

pages = Blueprint("partner", __name__)
Answer = str | tuple[str, int] | Response


@pages.get("/partners/<token>")
def date(token: str) -> Answer:
    """The date as it stands, in its form; looking changes nothing."""
    _partner, event = _load(token)
    return _show(token, event, PartnerForm(None, event=event), is_saved="done" in request.args)


@pages.post("/partners/<token>", endpoint="date_post")
def date_post(token: str) -> Answer:
    """Save, unless somebody else did since the form was opened; 303 back to the date."""
    partner, event = _load(token)
    form = PartnerForm(request.form, event=event)
    now = clock.now()
    if not may_write(event, now):
        return _show(token, event, form), 422
    if not has_form_token():
        return _show(token, event, form, _("Bitte senden Sie das Formular noch einmal ab.")), 422
    is_valid = form.validate()
    if form.seen != event.revision:
        return _changed(token, form)
    if not is_valid:
        return _show(token, event, form), 422
    try:
        with transaction() as session:
            values = form.entered()
            seen = form.seen
            actions.complete(
                session, partner, event, seen=seen, origin=origin(), now=now, values=values
            )
    except ChangedMeanwhile:
        return _changed(token, form)
    except Busy:
        text = _("Gerade ist sehr viel los. Es wurde nichts gespeichert. Bitte noch einmal senden.")
        return _show(token, event, form, text), 503
    nudge("mail.deliver")
    return _saved(token)


def _load(token: str) -> tuple[Linked, EventDefinition]:
    """Whose link it is, and the date it is for. Raises `NotFound`, `Gone`."""
    with reading() as connection:
        partner = queries.get_by_token(connection, token)
        event = get_definition_by_id(connection, partner.event_id)
    web.show_network(event.network)
    return partner, event


def _saved(token: str) -> Response:
    return redirect(url_for("partner.date", token=token, done="saved"), 303)


def _changed(token: str, form: PartnerForm) -> Answer:
    """What was typed, ready to be saved over what somebody else saved; a second click says no more
    than the first."""
    _partner, event = _load(token)
    differs = form.differing(PartnerForm(None, event=event))
    if not differs:
        return _saved(token)
    form.now_at(event)
    return _show(token, event, form, sentence(ChangedMeanwhile()), differs=differs), 422


def _show(
    token: str,
    event: EventDefinition,
    form: PartnerForm,
    problem: str = "",
    *,
    is_saved: bool = False,
    differs: list[str] | None = None,
) -> str:
    now = clock.now()
    with reading() as connection:
        standing = count_standing(connection, event.id)
    return render_template(
        "partners/date.html",
        e=event,
        token=token,
        form=form,
        people=sum(standing.values()),
        is_open=may_write(event, now),
        is_saved=is_saved,
        differs=differs or [],
        errors=[*([("", problem)] if problem else []), *form.problems()],
        form_token=new_form_token(now),
    )
