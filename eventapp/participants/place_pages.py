"""What the office does with one person's place, each act behind a page that asks: GET shows what it
would do, POST does it.
"""

from functools import partial

from flask import request

from eventapp.errors import Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Attendance
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.participants import actions
from eventapp.participants.asking import Answer, Failure, ask, attempt, load, noted, to_person
from eventapp.participants.bulk import Act, Order
from eventapp.participants.forms import (
    BeyondForm,
    FarewellForm,
    WorkshopsForm,
    workshops_form_class,
)
from eventapp.participants.participant import Participant
from eventapp.participants.routes import PERSON, console
from eventapp.registration.models import PlaceStatus
from eventapp.registration.selfservice import change_items


@console.get(f"{PERSON}/accept")
@asks(Permission.REGISTRATIONS_EDIT)
def accept(slug: str, registration_id: int) -> Answer:
    """Asks whether somebody who waits for the decision shall come, and says whether there is a
    place."""
    return ask("accept", *load(slug, registration_id), BeyondForm(None))


@console.post(f"{PERSON}/accept", endpoint="accept_post")
@asks(Permission.REGISTRATIONS_EDIT)
def accept_post(slug: str, registration_id: int) -> Answer:
    """Accepts: a place, or the waiting list; where none is free a place only with the tick."""
    event, _person = load(slug, registration_id)
    form = BeyondForm(request.form)
    accept = partial(actions.act_on, order=Order(Act.ACCEPT, beyond=bool(form.beyond.data)))
    failure = attempt(form, noted("registration.accepted", event, registration_id, accept))
    if failure is None:
        return to_person(slug, registration_id, "accepted")
    return ask("accept", *load(slug, registration_id), form, failure)


@console.get(f"{PERSON}/place", endpoint="confirm")
@asks(Permission.REGISTRATIONS_EDIT)
def confirm(slug: str, registration_id: int) -> Answer:
    """Asks whether somebody who waits shall have a place, and says whether there is one."""
    return ask("confirm", *load(slug, registration_id), BeyondForm(None))


@console.post(f"{PERSON}/place", endpoint="confirm_post")
@asks(Permission.REGISTRATIONS_EDIT)
def confirm_post(slug: str, registration_id: int) -> Answer:
    """Gives the place; where none is free only with the tick."""
    event, _person = load(slug, registration_id)
    form = BeyondForm(request.form)
    confirm = partial(actions.confirm, beyond=bool(form.beyond.data))
    failure = attempt(form, noted("registration.confirmed", event, registration_id, confirm))
    if failure is None:
        return to_person(slug, registration_id, "confirmed")
    return ask("confirm", *load(slug, registration_id), form, failure)


@console.get(f"{PERSON}/attendance")
@asks(Permission.REGISTRATIONS_EDIT)
def attendance(slug: str, registration_id: int) -> Answer:
    """Asks whether the person shall take part in the other way, and says what comes of it."""
    event, person = load(slug, registration_id)
    return _ask_attendance(event, person, BeyondForm(None))


@console.post(f"{PERSON}/attendance", endpoint="attendance_post")
@asks(Permission.REGISTRATIONS_EDIT)
def attendance_post(slug: str, registration_id: int) -> Answer:
    """Frees the one place and takes the other, or waits for it; clicked twice, it is done once."""
    event, _person = load(slug, registration_id)
    form, to = BeyondForm(request.form), request.form.get("to")
    wanted = next((each for each in event.attendances if each == to), None)
    order = Order(Act.ATTENDANCE, wanted, beyond=bool(form.beyond.data))
    move = partial(actions.act_on, order=order)
    failure = attempt(form, noted("registration.moved", event, registration_id, move))
    if failure is None:
        return to_person(slug, registration_id, "moved")
    return _ask_attendance(*load(slug, registration_id), form, failure)


def _ask_attendance(
    event: EventDefinition, person: Participant, form: BeyondForm, failure: Failure = None
) -> Answer:
    return ask("attendance", event, person, form, failure, other=_other(event, person))


def _other(event: EventDefinition, person: Participant) -> Attendance | None:
    """The way to take part that this person does not; None where there is none."""
    return next((each for each in event.attendances if each != person.row.attendance), None)


@console.get(f"{PERSON}/workshops")
@asks(Permission.REGISTRATIONS_EDIT)
def workshops(slug: str, registration_id: int) -> Answer:
    """The programme items to choose from, as the person chose."""
    event, person = load(slug, registration_id)
    form = workshops_form_class(event)(None)
    chosen = sorted(person.items, key=lambda each: each.status == PlaceStatus.WAITLISTED)
    form.choose([each.item for each in chosen])  # of a group the one that is waited for
    return ask("workshops", event, person, form)


@console.post(f"{PERSON}/workshops", endpoint="workshops_post")
@asks(Permission.REGISTRATIONS_EDIT)
def workshops_post(slug: str, registration_id: int) -> Answer:
    """Changes them; a full one is waited for, or given with the tick."""
    event, person = load(slug, registration_id)
    form: WorkshopsForm = workshops_form_class(event)(request.form)
    if not form.validate():
        return ask("workshops", event, person, form, Refused())
    beyond = bool(form.beyond.data)
    change = partial(change_items, items=form.chosen_items(), beyond=beyond)
    failure = attempt(form, noted("registration.workshops_changed", event, registration_id, change))
    if failure is None:
        return to_person(slug, registration_id, "workshops")
    return ask("workshops", *load(slug, registration_id), form, failure)


@console.get(f"{PERSON}/cancel")
@asks(Permission.REGISTRATIONS_EDIT)
def cancel(slug: str, registration_id: int) -> Answer:
    """Asks whether it is meant."""
    return ask("cancel", *load(slug, registration_id), FarewellForm(None))


@console.post(f"{PERSON}/cancel", endpoint="cancel_post")
@asks(Permission.REGISTRATIONS_EDIT)
def cancel_post(slug: str, registration_id: int) -> Answer:
    """Cancels; the next in line moves up."""
    return _end(slug, registration_id, Act.CANCEL, "cancelled")


@console.get(f"{PERSON}/decline")
@asks(Permission.REGISTRATIONS_EDIT)
def decline(slug: str, registration_id: int) -> Answer:
    """Asks whether somebody who waits shall be told that there is no place for them."""
    return ask("decline", *load(slug, registration_id), FarewellForm(None))


@console.post(f"{PERSON}/decline", endpoint="decline_post")
@asks(Permission.REGISTRATIONS_EDIT)
def decline_post(slug: str, registration_id: int) -> Answer:
    """Takes them from the waiting list."""
    return _end(slug, registration_id, Act.DECLINE, "declined")


def _end(slug: str, registration_id: int, act: Act, done: str) -> Answer:
    event, person = load(slug, registration_id)
    form = FarewellForm(request.form)
    if not form.validate():
        return ask(act, event, person, form, Refused())
    end = partial(actions.act_on, order=Order(act, note=form.note.data or None))
    failure = attempt(form, noted(f"registration.{done}", event, registration_id, end))
    if failure is None:
        return to_person(slug, registration_id, done)
    return ask(act, *load(slug, registration_id), form, failure)
