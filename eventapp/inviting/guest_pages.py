"""Guests by name: speakers and others who have a place by right, with a link of their own."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import Optional

from eventapp import clock
from eventapp.accounts.access import render_console
from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.forms import PublicForm
from eventapp.invitations import actions, listing
from eventapp.inviting.asking import Answer, load, noted, to_one
from eventapp.inviting.routes import console
from eventapp.languages import gettext as _
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.registration.actions import Person
from eventapp.registration.fields import LINE, NAME, SALUTATIONS, email_field, text_field


class GuestForm(PublicForm):
    """Whom the link is for; the sign-up form has it filled in."""

    salutation = SelectField(_l("Anrede"), [Optional()], choices=SALUTATIONS)
    title = text_field(_l("Titel"), NAME)
    first_name = text_field(_l("Vorname"), NAME, _l("Nennen Sie den Vornamen."))
    last_name = text_field(_l("Nachname"), NAME, _l("Nennen Sie den Nachnamen."))
    organisation = text_field(_l("Organisation"), LINE)
    email = email_field(_l("An diese Adresse geht die Einladung."))

    def person(self) -> Person:
        """As the actions take it."""
        values: dict[str, Any] = {name: field.data or None for name, field in self._fields.items()}
        if values["salutation"] == "none":
            values["salutation"] = None
        return Person(**values)


@console.get("/guests")
@asks(Permission.INVITATIONS_SEND)
def guests(slug: str) -> Answer:
    """Those invited by name, and a form for one more."""
    return _show(load(slug), GuestForm(None))


@console.post("/guests", endpoint="guests_post")
@asks(Permission.INVITATIONS_SEND)
def guests_post(slug: str) -> Answer:
    """One more, once for each person; 303 to the invitation."""
    event, form = load(slug), GuestForm(request.form)
    if not form.validate():
        return _show(event, form), 422
    now, person = clock.now(), form.person()
    with transaction() as session:
        before = {each.id for each in listing.list_invitees(session.connection(), event)}
        made = actions.invite_person(session, event, person, now=now)
        is_new = made not in before
        if is_new:
            invitee = listing.get_invitee(session.connection(), event, made)
            noted(session, "invitation.guest_added", event, invitee)
    return to_one(slug, made, "added" if is_new else "again")


def _show(event: EventDefinition, form: GuestForm) -> str:
    for field in form:
        if field.render_kw and "autocomplete" in field.render_kw:
            field.render_kw = {"autocomplete": "off"}  # whoever types is not the guest
    with reading() as connection:
        invitees = listing.list_invitees(connection, event)
    return render_console(
        "inviting/guests.html",
        tab="events",
        e=event,
        rows=[each for each in invitees if each.invited.is_personal],
        form=form,
        heading=_("Gäste einladen"),
        errors=form.problems(),
    )
