"""Where an organisation's contact says whether somebody belongs to it: GET shows, POST acts."""

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from eventapp import clock, web
from eventapp.db import reading, transaction
from eventapp.events.loading import get_definition_by_id
from eventapp.forms import has_form_token, new_form_token
from eventapp.invitations import naming
from eventapp.invitations.models import NamingAnswer
from eventapp.invitations.naming import Named
from eventapp.invitations.noting import note_with_link
from eventapp.invitations.routes import pages
from eventapp.languages import gettext as _

Answer = str | tuple[str, int] | Response


@pages.get("/delegates/<token>")
def delegate(token: str) -> Answer:
    """Who named the organisation, and the two answers."""
    return _show(token, _load(token), has_acted="done" in request.args)


@pages.post("/delegates/<token>", endpoint="delegate_post")
def delegate_post(token: str) -> Answer:
    """Write the answer down; 303 back."""
    named, said = _load(token), request.form.get("answer")
    if not has_form_token():
        return _show(token, named, _("Bitte senden Sie das Formular noch einmal ab.")), 422
    if said not in set(NamingAnswer):
        return _show(token, named, _("Wählen Sie eine der beiden Antworten.")), 422
    if named.can_answer:
        now, about = clock.now(), ("naming", named.id)
        with transaction() as session:
            if naming.answer(session, named.id, NamingAnswer(said), now=now):
                event = get_definition_by_id(session.connection(), named.event_id)
                after = {"organisation": named.organisation, "answer": said}
                note_with_link(session, "naming.answered", event, about, now=now, **after)
    return redirect(url_for("invitations.delegate", token=token, done="1"), 303)


def _load(token: str) -> Named:
    with reading() as connection:
        return naming.get_by_token(connection, token)


def _show(token: str, named: Named, error: str = "", *, has_acted: bool = False) -> str:
    with reading() as connection:
        event = get_definition_by_id(connection, named.event_id)
    web.show_network(event.network)
    return render_template(
        "invitations/delegate.html",
        e=event,
        token=token,
        named=named,
        form_token=new_form_token(clock.now()),
        errors=[("", error)] if error else [],
        has_acted=has_acted,
    )
