"""Who the office enters, and what it puts right: GET shows, POST acts."""

from functools import partial
from typing import Any

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.db import reading
from eventapp.errors import Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.permitted import get_permitted
from eventapp.forms import has_form_token, new_form_token
from eventapp.invitations.queries import list_members
from eventapp.invitations.rules import asks_organisation
from eventapp.languages import DEFAULT
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.participants import actions
from eventapp.participants.asking import (
    Answer,
    Failure,
    around,
    ask,
    attempt,
    code_of,
    load,
    noted,
    to_person,
)
from eventapp.participants.forms import EntryForm, correction_form_class, entry_form_class
from eventapp.participants.noting import note_registration
from eventapp.participants.routes import PERSON, console
from eventapp.registration.queries import places as count_places
from eventapp.registration.rules import for_newcomers

# --- somebody new -------------------------------------------------------------------------------


@console.get("/new")
@asks(Permission.REGISTRATIONS_EDIT)
def add(slug: str) -> Answer:
    """The form of the sign-up, for the office."""
    event, _may = get_permitted(slug, Permission.REGISTRATIONS_EDIT)
    return _add_page(event, _entry_form(event, None))


@console.post("/new", endpoint="add_post")
@asks(Permission.REGISTRATIONS_EDIT)
def add_post(slug: str) -> Answer:
    """Enters one person; 303 to their page, or the filled form with what is wrong."""
    event, _may = get_permitted(slug, Permission.REGISTRATIONS_EDIT)
    form = _entry_form(event, request.form)
    if not form.validate():
        return _add_page(event, form), 422
    if not has_form_token():
        form.form_errors = [
            _(
                "Das Formular war zu lange offen. Ihre Angaben sind noch da. "
                "Bitte senden Sie es noch einmal ab."
            )
        ]
        return _add_page(event, form), 422
    made: list[int] = []

    def enter(session: Session) -> None:
        token, now = request.form["form_token"], clock.now()
        beyond, wanted = bool(form.beyond.data), form.request(DEFAULT)
        made.append(actions.add(session, event, wanted, beyond=beyond, form_token=token, now=now))
        note_registration(
            session, "registration.added", event, made[0], by=me().account_id, now=now
        )

    failure = attempt(form, enter)
    if failure is None:
        return to_person(slug, made[0], "added")
    present, _may = get_permitted(slug, Permission.REGISTRATIONS_EDIT)
    if present is not event:
        errors, form = form.form_errors, _entry_form(present, request.form)
        form.form_errors = errors
    return _add_page(present, form, failure), code_of(failure)


def _entry_form(event: EventDefinition, formdata: Any) -> EntryForm:
    with reading() as connection:
        members = list_members(connection, event) if asks_organisation(event) else ()
    return entry_form_class(event, members)(formdata)


def _add_page(event: EventDefinition, form: EntryForm, failure: Failure = None) -> str:
    with reading() as connection:
        places = for_newcomers(event, count_places(connection, event), clock.now())
    token = request.form.get("form_token", "") if has_form_token() else new_form_token(clock.now())
    return render_console(
        "participants/add.html",
        tab="events",
        e=event,
        form=form,
        form_token=token,
        places=places,
        is_full=any(not count.is_open for count in places.by_attendance.values()),
        errors=form.problems(),
        **around(event, failure),
    )


# --- somebody who is there ----------------------------------------------------------------------


@console.get(f"{PERSON}/correct")
@asks(Permission.REGISTRATIONS_EDIT)
def correct(slug: str, registration_id: int) -> Answer:
    """What the person told, as it stands."""
    event, person = load(slug, registration_id)
    form = correction_form_class(event, person)(None)
    form.show(person)
    return ask("correct", event, person, form)


@console.post(f"{PERSON}/correct", endpoint="correct_post")
@asks(Permission.REGISTRATIONS_EDIT)
def correct_post(slug: str, registration_id: int) -> Answer:
    """Writes it anew."""
    event, person = load(slug, registration_id)
    form = correction_form_class(event, person)(request.form)
    if not form.validate():
        return ask("correct", event, person, form, Refused())
    correct = partial(actions.correct, wanted=form.corrected())
    failure = attempt(form, noted("registration.corrected", event, registration_id, correct))
    if failure is None:
        return to_person(slug, registration_id, "corrected")
    return ask("correct", *load(slug, registration_id), form, failure)
