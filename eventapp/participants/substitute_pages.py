"""The office hands somebody's place on to somebody else: GET asks who, POST does it."""

from datetime import datetime
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from eventapp import clock
from eventapp.errors import Refused
from eventapp.events.definition import EventDefinition
from eventapp.forms import has_form_token, new_form_token
from eventapp.languages import DEFAULT
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.participants.asking import Answer, Failure, ask, attempt, load, noted, to_person
from eventapp.participants.participant import Participant
from eventapp.participants.routes import PERSON, console
from eventapp.registration.holding import is_whole
from eventapp.registration.substitute_form import SubstituteForm, substitute_form_class
from eventapp.registration.substituting import substitute as hand_on


@console.get(f"{PERSON}/substitute")
@asks(Permission.REGISTRATIONS_EDIT)
def substitute(slug: str, registration_id: int) -> Answer:
    """Asks who comes instead."""
    event, person = load(slug, registration_id)
    form = _form(event, person, None)
    if "organisation" in form:
        form["organisation"].data = person.row.organisation
    return _ask(event, person, form)


@console.post(f"{PERSON}/substitute", endpoint="substitute_post")
@asks(Permission.REGISTRATIONS_EDIT)
def substitute_post(slug: str, registration_id: int) -> Answer:
    """Hands the place on; 303 to the page of whoever has it now."""
    event, person = load(slug, registration_id)
    form = _form(event, person, request.form)
    if not is_whole(form):
        return _ask(event, person, form, Refused())
    new: list[int] = []

    def step(session: Session, registration_id: int, *, now: datetime) -> None:
        token = request.form["form_token"]
        wish: dict[str, Any] = {"language": DEFAULT, "form_token": token, "by_office": True}
        new.append(hand_on(session, registration_id, form.person(), now=now, **wish))

    failure = attempt(form, noted("registration.substituted", event, registration_id, step))
    if failure is None:
        return to_person(slug, new[0], "substituted")
    return _ask(*load(slug, registration_id), form, failure)


def _form(event: EventDefinition, person: Participant, data: object) -> SubstituteForm:
    return substitute_form_class(event, person.row.organisation_id)(data)


def _ask(
    event: EventDefinition, person: Participant, form: SubstituteForm, failure: Failure = None
) -> Answer:
    token = request.form.get("form_token", "") if has_form_token() else new_form_token(clock.now())
    return ask("substitute", event, person, form, failure, form_token=token)
