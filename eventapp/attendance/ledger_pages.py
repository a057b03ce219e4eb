"""The ledger for organisers: who was there, one person with all sources, entries by hand."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.attendance import actions, ledger_list, queries
from eventapp.attendance.forms import EntryForm
from eventapp.attendance.ledger_list import Asked, count_there, read_asked
from eventapp.attendance.ledger_words import place_words, source_words
from eventapp.attendance.routes import ENTRY, PERSON, console
from eventapp.attendance.standing import find_standing
from eventapp.attendance.standing_words import missing_words, rule_words, state_words
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.noting import note_mine
from eventapp.events.permitted import get_permitted
from eventapp.forms import set_error
from eventapp.names import full_name
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.paging import Page, asked_page
from eventapp.queue import nudge

Answer = str | tuple[str, int] | Response
READ, EDIT = Permission.REGISTRATIONS_READ, Permission.REGISTRATIONS_EDIT


@console.get("", endpoint="list")
@asks(READ)
def list_(slug: str) -> str:
    """People by dates, with the sources; 25 a page."""
    event, may = get_permitted(slug, READ)
    asked, now = read_asked(event, request.args), clock.now()
    with reading() as connection:
        everybody = ledger_list.list_lines(connection, event, Asked(), now)
        lines = [line for line in everybody if ledger_list.is_asked(line, event, asked)]
    page = Page(asked_page(request.args.get("page")), len(lines))
    chosen = asked.as_parameters()
    return render_console(
        "attendance/ledger.html",
        tab="events",
        e=event,
        may_edit=EDIT in may,
        may_rule=Permission.EVENTS_EDIT in may,
        rule=rule_words(event),
        states=state_words(),
        asked=asked,
        dates=event.dates_on,
        counts=count_there(everybody, event.dates_on),
        total=len(everybody),
        there=sum(line.told.count > 0 for line in everybody),
        lines=lines[page.offset : page.offset + page.size],
        page=page,
        sources=source_words(),
        done=request.args.get("done"),
        hidden=list(chosen.items()),
        url=lambda **changes: url_for("ledger.list", slug=slug, **{**chosen, **changes}),
    )


@console.get(PERSON)
@asks(READ)
def person(slug: str, registration_id: int) -> Answer:
    """Where one person was and who says so, with the form to write down more."""
    event, may = get_permitted(slug, READ)
    return _show(event, may, registration_id, _form(event, None))


@console.post(PERSON, endpoint="person_post")
@asks(EDIT)
def person_post(slug: str, registration_id: int) -> Answer:
    """Writes down; 303 back."""
    event, may = get_permitted(slug, EDIT)
    with reading() as connection:
        queries.get_confirmed(connection, event, registration_id)
    form = _form(event, request.form)
    if not form.validate():
        return _show(event, may, registration_id, form), 422
    said, now, by = form.written(), clock.now(), me().account_id
    try:
        with transaction() as session:
            actions.write_down(session, registration_id, said, by=by, now=now)
            _note(session, "registration.presence_written", event, registration_id, said.as_json())
    except Refused as refusal:
        set_error(form[refusal.field or "what"], sentence(refusal))
        return _show(event, may, registration_id, form), 422
    nudge("certificates.issue")
    return _to_person(slug, registration_id, "written")


@console.post(f"{ENTRY}/take-back")
@asks(EDIT)
def take_back(slug: str, entry_id: int) -> Answer:
    """What was written by hand is as if it had not been; 303 back."""
    event, _may = get_permitted(slug, EDIT)
    with reading() as connection:
        entry = queries.find_entry(connection, event, entry_id)
    if entry is None:
        return redirect(url_for("ledger.list", slug=slug, done="again"), 303)
    with transaction() as session:
        is_done = actions.take_back(session, entry.id)
        if is_done:
            said = {"was_there": entry.was_there, "minutes": entry.minutes, "reason": entry.reason}
            _note(session, "registration.presence_taken_back", event, entry.registration_id, said)
    return _to_person(slug, entry.registration_id, "taken" if is_done else "again")


def _form(event: EventDefinition, formdata: Any) -> EntryForm:
    return EntryForm(formdata, event, with_minutes=event.counts_minutes)


def _show(
    event: EventDefinition, may: frozenset[Permission], registration_id: int, form: EntryForm
) -> str:
    with reading() as connection:
        row = queries.get_confirmed(connection, event, registration_id)
        standing = find_standing(connection, event, registration_id, clock.now())
    return render_console(
        "attendance/ledger_person.html",
        tab="events",
        e=event,
        may_edit=EDIT in may,
        row=row,
        name=full_name(row.title, row.first_name, row.last_name),
        standing=standing,
        state=state_words()[standing.state],
        missing=missing_words(standing),
        items={item.id: item.title for item in event.programme},
        sources=source_words(),
        place_words=place_words,
        form=form,
        errors=form.problems(),
        done=request.args.get("done"),
    )


def _note(
    session: Session,
    act: str,
    event: EventDefinition,
    registration_id: int,
    after: Mapping[str, Any],
) -> None:
    note_mine(
        session,
        act,
        event,
        subject=("registration", registration_id),
        after=after,
    )


def _to_person(slug: str, registration_id: int, done: str) -> Response:
    address = url_for("ledger.person", slug=slug, registration_id=registration_id, done=done)
    return redirect(address, 303)
