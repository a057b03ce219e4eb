"""Somebody assists me: GET shows, POST brings them, names them, or takes them off again."""

from flask import render_template
from flask import request as http
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.errors import Busy, Refused
from eventapp.forms import PublicForm, has_form_token, new_form_token, set_error
from eventapp.languages import gettext as _
from eventapp.limits import SIGN_UP, limiter
from eventapp.registration import assisting, queries
from eventapp.registration.assistants import borrowed_name
from eventapp.registration.fields import NAME, text_field
from eventapp.registration.holder import Holder
from eventapp.registration.holder_rules import can_change
from eventapp.registration.holding import Answer, again, busy, load, to_ticket
from eventapp.registration.routes import pages

_OFF = {"autocomplete": "off"}


class AssistantForm(PublicForm):
    """The name for the badge; both or none."""

    form_token = HiddenField()
    first_name = text_field(_l("Vorname"), NAME, render_kw=_OFF)
    last_name = text_field(_l("Nachname"), NAME, render_kw=_OFF)

    def validate(self, extra_validators: object = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        if bool(self.first_name.data) != bool(self.last_name.data):
            missing = self.last_name if self.first_name.data else self.first_name
            set_error(missing, _("Nennen Sie beide Namen oder keinen."))
            return False
        return is_valid


@pages.get("/registrations/<token>/assistant")
def assistant(token: str) -> Answer:
    """Who assists, as it stands."""
    holder = load(token)
    if not _is_open(holder):
        return to_ticket(token)
    form, present = AssistantForm(None), _present(holder)
    if present and present.first_name != borrowed_name(holder.first_name):
        form.first_name.data, form.last_name.data = present.first_name, present.last_name
    return _page(token, holder, form)


@pages.post("/registrations/<token>/assistant", endpoint="assistant_post")
@limiter.limit(SIGN_UP)
def assistant_post(token: str) -> Answer:
    """Brings or names them; with `alone` they come no more."""
    holder = load(token)
    if not _is_open(holder):
        return to_ticket(token)
    form, alone = AssistantForm(http.form), "alone" in http.form
    is_valid = form.validate() or alone
    if not has_form_token():
        form.form_errors = [again()]
    if not is_valid or form.form_errors:
        return _page(token, holder, form), 422
    try:
        with transaction() as session:
            if alone:
                assisting.come_alone(session, holder.id, now=clock.now())
            else:
                name = (form.first_name.data or "", form.last_name.data or "")
                assisting.bring(session, holder.id, *name, now=clock.now())
    except Busy:
        form.form_errors = [busy()]
        return _page(token, holder, form), 503
    except Refused:
        return to_ticket(token)
    return to_ticket(token, "changed")


def _is_open(holder: Holder) -> bool:
    """Where the event asks what people need, or somebody is brought already."""
    asks = "assistance" in holder.event.fields or _present(holder) is not None
    is_main = holder.main_id is None
    return asks and is_main and can_change(holder.event, holder.status, clock.now())


def _present(holder: Holder) -> Holder | None:
    with reading() as connection:
        return queries.find_assistant(connection, holder)


def _page(token: str, holder: Holder, form: AssistantForm) -> str:
    return render_template(
        "registration/assistant.html",
        e=holder.event,
        token=token,
        form=form,
        present=_present(holder),
        form_token=new_form_token(clock.now()),
        errors=form.problems(),
    )
