"""Calling an event off: what is said to whom, doing it, and taking it back in time."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from werkzeug import Response
from wtforms import TextAreaField
from wtforms.validators import Length, Optional

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.db import reading, transaction
from eventapp.errors import NotFound
from eventapp.events.definition import EventDefinition
from eventapp.events.permitted import get_permitted
from eventapp.forms import PublicForm, many_lines, set_error
from eventapp.languages import LANGUAGES
from eventapp.languages import gettext as _
from eventapp.mail.framed import framed
from eventapp.mail.render import texts
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.notices.preview import cancelled_sample
from eventapp.notices.queries import list_all
from eventapp.notices.rules import UNDO, TooLateToRestore, Words
from eventapp.planning import actions
from eventapp.planning.noting import note_event
from eventapp.planning.onward import to_event
from eventapp.planning.routes import console
from eventapp.planning.rules import Step, open_steps
from eventapp.planning.sending import origin
from eventapp.queue import nudge
from eventapp.registration.queries import places
from eventapp.registration.rules import signup_state
from eventapp.wording.applying import apply

Answer = str | tuple[str, int] | Response
MOST_WORDS = 2000
_NOT_TOO_MANY = Length(
    max=MOST_WORDS, message=_l("Bitte kürzen Sie auf höchstens %(max)d Zeichen.")
)


class CancelForm(PublicForm):
    """What the office says to everybody."""

    words = TextAreaField(
        _l("Was möchten Sie dazu sagen?"),
        [Optional(), _NOT_TOO_MANY],
        filters=[many_lines],
        description=_l(
            "Zum Beispiel, warum, und ob es einen neuen Termin gibt. Steht in jeder E-Mail, "
            "so wie Sie es hier schreiben, ohne Platzhalter."
        ),
    )
    words_en = TextAreaField(
        _l("Dasselbe auf Englisch"),
        [Optional(), _NOT_TOO_MANY],
        filters=[many_lines],
        description=_l(
            "Für alle, die ihre E-Mails auf Englisch bekommen. Sonst lesen sie Deutsch."
        ),
        render_kw={"lang": "en"},
    )

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """English alone would leave most without a word."""
        is_valid = bool(super().validate(*args, **kwargs))
        if is_valid and self.words_en.data and not self.words.data:
            text = _("Auf Deutsch fehlt der Text noch. Oder leeren Sie beide Felder.")
            set_error(self.words, text)
            return False
        return is_valid

    @property
    def said(self) -> Words:
        return Words(self.words.data or None, self.words_en.data or None)


@console.get("/<slug>/cancel")
@asks(Permission.EVENTS_EDIT)
def cancel(slug: str) -> Answer:
    """Asks, names how many it concerns and shows the mail; 303 back where nothing is to cancel."""
    event, _mine = get_permitted(slug, Permission.EVENTS_EDIT)
    return _show(event, CancelForm(None))


@console.post("/<slug>/cancel", endpoint="cancel_post")
@asks(Permission.EVENTS_EDIT)
def cancel_post(slug: str) -> Answer:
    """Calls it off; the mails leave in a while."""
    event, _mine = get_permitted(slug, Permission.EVENTS_EDIT)
    form = CancelForm(request.form)
    if not form.validate():
        return _show(event, form, 422)
    now = clock.now()
    with transaction() as session:
        is_off = actions.cancel_event(session, slug, origin=origin(), now=now, words=form.said)
        if is_off:
            note_event(session, "event.cancelled", slug, before=event, by=me().account_id, now=now)
    return to_event(slug, "cancelled" if is_off else "late")


@console.get("/<slug>/cancel/mail")
@asks(Permission.EVENTS_EDIT)
def cancel_mail(slug: str) -> Response:
    """The mail without words, for the frame of the page."""
    return _framed(get_permitted(slug, Permission.EVENTS_EDIT)[0], Words(), "de")


@console.post("/<slug>/cancel/mail", endpoint="cancel_mail_post")
@asks(Permission.EVENTS_EDIT)
def cancel_mail_post(slug: str) -> Response:
    """The mail with what is written so far, sent into the frame by the page's form; writes
    nothing."""
    event, _mine = get_permitted(slug, Permission.EVENTS_EDIT)
    return _framed(event, CancelForm(request.form).said, request.form.get("language", "de"))


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
        return to_event(slug, "late")
    nudge("mail.deliver")
    return to_event(slug, "restored")


def _show(event: EventDefinition, form: CancelForm, status: int = 200) -> Answer:
    now = clock.now()
    with reading() as connection:
        signup = signup_state(event, places(connection, event), now)
        audience = list_all(connection, event)
    if Step.CANCEL not in open_steps(event, signup, now):
        return to_event(event.slug)
    page = render_console(
        "planning/cancel.html",
        tab="events",
        e=event,
        form=form,
        errors=form.problems(),
        audience=audience,
        has_mail=bool(event.attendances),
        undo_minutes=int(UNDO.total_seconds() // 60),
    )
    return page, status


def _framed(event: EventDefinition, words: Words, language: str) -> Response:
    """A milestone has no mail."""
    if not event.attendances or language not in LANGUAGES:
        raise NotFound
    kind, draft = cancelled_sample(event, words, language)
    return framed(texts(kind, apply(kind, draft))[2])
