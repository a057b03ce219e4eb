"""Calling an event off: what is said to whom, doing it, and taking it back in time."""

from typing import Any

from flask import redirect, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug import Response
from wtforms import TextAreaField
from wtforms.validators import Length, Optional

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.events.permitted import get_permitted
from eventapp.forms import PublicForm, many_lines
from eventapp.mail.render import texts
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.notices.preview import cancelled_sample
from eventapp.notices.queries import list_all
from eventapp.notices.rules import UNDO, TooLateToRestore
from eventapp.planning import actions
from eventapp.planning.noting import note_event
from eventapp.planning.routes import console
from eventapp.planning.rules import Step, open_steps
from eventapp.planning.sending import origin
from eventapp.queue import nudge
from eventapp.registration.queries import places
from eventapp.registration.rules import signup_state
from eventapp.wording.applying import apply

Answer = str | tuple[str, int] | Response
MOST_WORDS = 2000


class CancelForm(PublicForm):
    """What the office says to everybody."""

    words = TextAreaField(
        _l("Was möchten Sie dazu sagen?"),
        [
            Optional(),
            Length(max=MOST_WORDS, message=_l("Bitte kürzen Sie auf höchstens %(max)d Zeichen.")),
        ],
        filters=[many_lines],
        description=_l(
            "Zum Beispiel, warum, und ob es einen neuen Termin gibt. Steht in jeder E-Mail, "
            "so wie Sie es hier schreiben, ohne Platzhalter."
        ),
    )


@console.get("/<slug>/cancel")
@asks(Permission.EVENTS_EDIT)
def cancel(slug: str) -> Answer:
    """Asks, names how many it concerns and shows the mail; 303 back where nothing is to cancel."""
    event, _mine = get_permitted(slug, Permission.EVENTS_EDIT)
    return _show(event, CancelForm(None))


@console.post("/<slug>/cancel", endpoint="cancel_post")
@asks(Permission.EVENTS_EDIT)
def cancel_post(slug: str) -> Answer:
    """Calls it off; the mails leave in a while. With `check` shows the mail again."""
    event, _mine = get_permitted(slug, Permission.EVENTS_EDIT)
    form = CancelForm(request.form)
    is_valid = form.validate()
    if not is_valid or "check" in request.form:
        return _show(event, form, 200 if is_valid else 422)
    now, words = clock.now(), form.words.data or None
    with transaction() as session:
        is_off = actions.cancel_event(session, slug, origin=origin(), now=now, words=words)
        if is_off:
            note_event(session, "event.cancelled", slug, before=event, by=me().account_id, now=now)
    return _to_event(slug, "cancelled" if is_off else "late")


@console.post("/<slug>/restore")
@asks(Permission.EVENTS_EDIT)
def restore(slug: str) -> Answer:
    """It takes place after all, as long as nobody was told; else the page says how things stand."""
    event, _mine = get_permitted(slug, Permission.EVENTS_EDIT)
    now = clock.now()
    try:
        with transaction() as session:
            actions.restore_event(session, slug, origin=origin(), now=now)
            note_event(session, "event.restored", slug, before=event, by=me().account_id, now=now)
    except TooLateToRestore:
        return _to_event(slug, "late")
    nudge("mail.deliver")
    return _to_event(slug, "restored")


def _show(event: EventDefinition, form: CancelForm, status: int = 200) -> Answer:
    now = clock.now()
    with reading() as connection:
        signup = signup_state(event, places(connection, event), now)
        audience = list_all(connection, event)
    if Step.CANCEL not in open_steps(event, signup, now):
        return _to_event(event.slug)
    page = render_console(
        "planning/cancel.html",
        tab="events",
        e=event,
        form=form,
        errors=form.problems(),
        audience=audience,
        mail=_mail(event, form),
        undo_minutes=int(UNDO.total_seconds() // 60),
    )
    return page, status


def _mail(event: EventDefinition, form: CancelForm) -> dict[str, Any] | None:
    """The mail as plain text; a milestone has none."""
    if not event.attendances:
        return None
    kind, draft = cancelled_sample(event, form.words.data)
    subject, plain, _html = texts(kind, apply(kind, draft))
    return {"subject": subject, "plain": plain}


def _to_event(slug: str, done: str = "") -> Response:
    return redirect(url_for("organise.event", slug=slug, done=done or None), 303)
