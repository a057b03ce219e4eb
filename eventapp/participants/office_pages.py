"""What the office does with people, each behind a page that asks: GET shows, POST acts."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Busy, Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.permitted import get_permitted
from eventapp.forms import PublicForm, has_form_token, new_form_token, one_line, set_error
from eventapp.languages import DEFAULT
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.participants import actions, queries
from eventapp.participants.forms import (
    BeyondForm,
    CorrectionForm,
    EntryForm,
    entry_form_class,
)
from eventapp.participants.noting import facts, note_registration
from eventapp.participants.queries import Participant
from eventapp.participants.routes import PERSON, console
from eventapp.queue import nudge
from eventapp.registration.page_slots import refused_field
from eventapp.registration.queries import places as count_places
from eventapp.registration.rules import AlreadyRegistered

Answer = str | tuple[str, int] | Response
Failure = Refused | Busy | None


# --- somebody new -------------------------------------------------------------------------------


@console.get("/new")
@asks(Permission.REGISTRATIONS_EDIT)
def add(slug: str) -> Answer:
    """The form of the sign-up, for the office."""
    event, _may = get_permitted(slug, Permission.REGISTRATIONS_EDIT)
    return _add_page(event, entry_form_class(event)(None))


@console.post("/new", endpoint="add_post")
@asks(Permission.REGISTRATIONS_EDIT)
def add_post(slug: str) -> Answer:
    """Enters one person; 303 to their page, or the filled form with what is wrong."""
    event, _may = get_permitted(slug, Permission.REGISTRATIONS_EDIT)
    form = entry_form_class(event)(request.form)
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

    failure = _attempt(form, enter)
    if failure is None:
        return _to(slug, made[0], "added")
    present, _may = get_permitted(slug, Permission.REGISTRATIONS_EDIT)
    if present is not event:
        errors, form = form.form_errors, entry_form_class(present)(request.form)
        form.form_errors = errors
    return _add_page(present, form, failure), _code(failure)


def _add_page(event: EventDefinition, form: EntryForm, failure: Failure = None) -> str:
    with reading() as connection:
        places = count_places(connection, event)
    token = request.form.get("form_token", "") if has_form_token() else new_form_token(clock.now())
    return render_console(
        "participants/add.html",
        tab="events",
        e=event,
        form=form,
        form_token=token,
        places=places,
        is_full=any(not count.is_open for count in places.by_attendance.values()),
        errors=_errors(form),
        **_around(event, failure),
    )


# --- somebody who is there ----------------------------------------------------------------------


@console.get(f"{PERSON}/cancel")
@asks(Permission.REGISTRATIONS_EDIT)
def cancel(slug: str, registration_id: int) -> Answer:
    """Asks whether it is meant."""
    return _ask("cancel", *_load(slug, registration_id))


@console.post(f"{PERSON}/cancel", endpoint="cancel_post")
@asks(Permission.REGISTRATIONS_EDIT)
def cancel_post(slug: str, registration_id: int) -> Answer:
    """Cancels; the next in line moves up."""
    event, _person = _load(slug, registration_id)
    form = BeyondForm(None)
    failure = _attempt(
        form, _noted("registration.cancelled", event, registration_id, actions.cancel)
    )
    if failure is None:
        return _to(slug, registration_id, "cancelled")
    return _ask("cancel", *_load(slug, registration_id), form, failure)


@console.get(f"{PERSON}/place", endpoint="confirm")
@asks(Permission.REGISTRATIONS_EDIT)
def confirm(slug: str, registration_id: int) -> Answer:
    """Asks whether somebody who waits shall have a place, and says whether there is one."""
    return _ask("confirm", *_load(slug, registration_id), BeyondForm(None))


@console.post(f"{PERSON}/place", endpoint="confirm_post")
@asks(Permission.REGISTRATIONS_EDIT)
def confirm_post(slug: str, registration_id: int) -> Answer:
    """Gives the place; where none is free only with the tick."""
    event, _person = _load(slug, registration_id)
    form = BeyondForm(request.form)
    confirm = partial(actions.confirm, beyond=bool(form.beyond.data))
    failure = _attempt(form, _noted("registration.confirmed", event, registration_id, confirm))
    if failure is None:
        return _to(slug, registration_id, "confirmed")
    return _ask("confirm", *_load(slug, registration_id), form, failure)


@console.get(f"{PERSON}/correct")
@asks(Permission.REGISTRATIONS_EDIT)
def correct(slug: str, registration_id: int) -> Answer:
    """Name, organisation and address as they stand."""
    event, person = _load(slug, registration_id)
    return _ask("correct", event, person, CorrectionForm(None, obj=person.row))


@console.post(f"{PERSON}/correct", endpoint="correct_post")
@asks(Permission.REGISTRATIONS_EDIT)
def correct_post(slug: str, registration_id: int) -> Answer:
    """Writes them anew."""
    event, _person = _load(slug, registration_id)
    form = CorrectionForm(request.form)
    if not form.validate():
        return _ask("correct", *_load(slug, registration_id), form, Refused())
    correct = partial(actions.correct, wanted=form.corrected())
    failure = _attempt(form, _noted("registration.corrected", event, registration_id, correct))
    if failure is None:
        return _to(slug, registration_id, "corrected")
    return _ask("correct", *_load(slug, registration_id), form, failure)


# --- shared -------------------------------------------------------------------------------------


def _load(slug: str, registration_id: int) -> tuple[EventDefinition, Participant]:
    """The event and the person, for those who may change people; 403 and 404 for others."""
    event, _may = get_permitted(slug, Permission.REGISTRATIONS_EDIT)
    with reading() as connection:
        person = queries.get_participant(connection, event, registration_id, with_needs=False)
    return event, person


def _ask(
    act: str,
    event: EventDefinition,
    person: Participant,
    form: PublicForm | None = None,
    failure: Failure = None,
) -> Answer:
    """The page of one act; it says why where the act cannot be done."""
    with reading() as connection:
        places = count_places(connection, event)
    page = render_console(
        f"participants/{act}.html",
        tab="events",
        e=event,
        person=person,
        name=one_line(person.full_name),
        count=places.by_attendance.get(person.row.attendance),
        form=form,
        errors=_errors(form) if form else [],
        back_url=_page_of(event.slug, person.row.id),
        **_around(event, failure),
    )
    return (page, _code(failure)) if failure else page


def _noted(
    act: str, event: EventDefinition, registration_id: int, step: Callable[..., None]
) -> Callable[[Session], None]:
    """The step on this person, with what the log says of it."""

    def run(session: Session) -> None:
        by, now = me().account_id, clock.now()
        before = facts(session, registration_id)
        step(session, registration_id, now=now)
        note_registration(session, act, event, registration_id, by=by, now=now, before=before)

    return run


def _attempt(form: PublicForm, act: Callable[[Session], Any]) -> Failure:
    """Act in a transaction; what prevented it, then said in the form too."""
    try:
        with transaction() as session:
            act(session)
    except Refused as refusal:
        name = refused_field(refusal, form)
        if name:
            set_error(form[name], sentence(refusal))
        else:
            form.form_errors = [sentence(refusal)]
        return refusal
    except Busy as busy:
        form.form_errors = [
            _(
                "Gerade ist hier sehr viel los. Es wurde nichts geändert. "
                "Bitte senden Sie das Formular noch einmal ab."
            )
        ]
        return busy
    nudge("mail.deliver")
    return None


def _code(failure: Failure) -> int:
    return 503 if isinstance(failure, Busy) else 422


def _errors(form: PublicForm) -> list[tuple[str, str]]:
    return [("", str(each)) for each in form.form_errors] + form.problems()


def _around(event: EventDefinition, failure: Failure) -> dict[str, Any]:
    """Where the other entry of the same person is, if that was the reason."""
    if not isinstance(failure, AlreadyRegistered):
        return {"other_url": None}
    return {"other_url": _page_of(event.slug, failure.values["registration_id"])}


def _page_of(slug: str, registration_id: int, **more: Any) -> str:
    return url_for("participants.detail", slug=slug, registration_id=registration_id, **more)


def _to(slug: str, registration_id: int, done: str) -> Response:
    return redirect(_page_of(slug, registration_id, done=done), 303)
