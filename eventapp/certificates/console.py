"""The certificates of an event for the office: who has one, who lacks what; one person."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import render_console
from eventapp.attendance.standing_words import missing_words, rule_words
from eventapp.certificates import actions, issuing, queries, rules
from eventapp.certificates.forms import ReasonForm
from eventapp.certificates.listing import Line, Pile, count_piles, list_lines
from eventapp.certificates.sheet import file_name, sample_paper, write_certificate, written
from eventapp.db import reading, transaction
from eventapp.downloads import as_file
from eventapp.errors import NotFound
from eventapp.events.definition import EventDefinition
from eventapp.events.noting import note_mine
from eventapp.events.permitted import get_permitted
from eventapp.languages import present_language
from eventapp.names import full_name
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.paging import Page, asked_page
from eventapp.queue import nudge
from eventapp.registration.queries import get_holder
from eventapp.registration.wording_mails import sample_holder

Answer = str | tuple[str, int] | Response
READ, EDIT, PLAN = (
    Permission.REGISTRATIONS_READ,
    Permission.REGISTRATIONS_EDIT,
    Permission.EVENTS_EDIT,
)
console = Blueprint("certifying", __name__, url_prefix="/organise/events/<slug>/certificates")
PERSON = "/<int(max=2147483647):registration_id>"


@console.get("", endpoint="list")
@asks(READ)
def list_(slug: str) -> str:
    """People by surname with what they have or lack, 25 a page; GET `show`, a `Pile`."""
    event, may = get_permitted(slug, READ)
    now, shown = clock.now(), request.args.get("show")
    with reading() as connection:
        everybody = list_lines(connection, event, now)
    lines = [line for line in everybody if shown not in list(Pile) or line.pile == shown]
    page = Page(asked_page(request.args.get("page")), len(lines))
    return render_console(
        "certificates/list.html",
        tab="events",
        e=event,
        may_edit=EDIT in may,
        may_plan=PLAN in may,
        may_write=Permission.MESSAGES_SEND in may,
        rule=rule_words(event),
        has_ended=rules.has_ended(event, now),
        counts=count_piles(everybody),
        shown=shown if shown in list(Pile) else None,
        lines=lines[page.offset : page.offset + page.size],
        missing=missing_words,
        page=page,
        done=request.args.get("done"),
        url=lambda **changes: url_for("certifying.list", slug=slug, **{"show": shown, **changes}),
    )


@console.post("/switch")
@asks(PLAN)
def switch(slug: str) -> Response:
    """On with `wanted`, off without; 303 back."""
    event, _may = get_permitted(slug, PLAN)
    is_on = "wanted" in request.form
    if is_on == event.gives_certificates:
        return _to_list(slug, "again")
    with transaction() as session:
        actions.switch(session, event.id, is_on=is_on, now=clock.now())
        note_mine(
            session,
            "event.certificates_switched",
            event,
            before={"gives_certificates": not is_on},
            after={"gives_certificates": is_on},
        )
    nudge("certificates.issue")
    return _to_list(slug, "on" if is_on else "off")


@console.post("/issue")
@asks(EDIT)
def issue(slug: str) -> Response:
    """What the next look of the timetable would do, now; 303 back."""
    event, _may = get_permitted(slug, EDIT)
    with transaction() as session:
        issued = issuing.look_at(session, event.id, now=clock.now())
        note_mine(session, "event.certificates_issued", event, after={"count": issued})
    nudge("mail.deliver")
    return _to_list(slug, "issued" if issued else "nothing")


@console.get("/sample.pdf")
@asks(READ)
def sample(slug: str) -> Response:
    """How one looks, of somebody who is nobody."""
    event, _may = get_permitted(slug, READ)
    holder = sample_holder(event, present_language())
    made = write_certificate(
        holder, sample_paper(event), clock.now(), _public_url(), written(holder)
    )
    response = as_file(made, file_name(event))
    response.headers["Content-Disposition"] = f'inline; filename="{file_name(event)}"'
    return response


@console.get(PERSON)
@asks(READ)
def person(slug: str, registration_id: int) -> Answer:
    """What one person has or lacks, and what can be done about it."""
    event, may = get_permitted(slug, READ)
    return _show_person(event, may, registration_id, ReasonForm(None))


@console.post(f"{PERSON}/withdraw")
@asks(EDIT)
def withdraw(slug: str, registration_id: int) -> Answer:
    """With a reason; 303 back."""
    event, may = get_permitted(slug, EDIT)
    form = ReasonForm(request.form)
    if not form.validate():
        return _show_person(event, may, registration_id, form), 422

    def take(session: Session) -> bool:
        return actions.withdraw(session, event, registration_id, now=clock.now())

    after = {"reason": form.reason.data}
    return _act(event, registration_id, "withdrawn", take, after)


@console.post(f"{PERSON}/restore")
@asks(EDIT)
def restore(slug: str, registration_id: int) -> Answer:
    """A new version in place of what the office has withdrawn; 303 back."""
    event, _may = get_permitted(slug, EDIT)

    def give(session: Session) -> bool:
        return actions.restore(session, event, registration_id, now=clock.now())

    return _act(event, registration_id, "restored", give)


@console.post(f"{PERSON}/again")
@asks(EDIT)
def again(slug: str, registration_id: int) -> Answer:
    """The mail once more; 303 back."""
    event, _may = get_permitted(slug, EDIT)

    def send(session: Session) -> bool:
        issued = queries.find_certificate(session.connection(), registration_id)
        return issued is not None and actions.send_again(session, issued, now=clock.now())

    return _act(event, registration_id, "sent_again", send)


@console.post(f"{PERSON}/file")
@asks(EDIT)
def file(slug: str, registration_id: int) -> Answer:
    """To print, for those without an address as well."""
    event, _may = get_permitted(slug, EDIT)
    issued = _line(event, registration_id).issued
    if issued is None or not issued.is_valid:
        return _to_person(slug, registration_id, "again")
    with transaction() as session:
        note_mine(session, "certificate.printed", event, subject=("registration", registration_id))
    with reading() as connection:
        holder = get_holder(connection, registration_id)
    made = write_certificate(holder, issued.paper, issued.issued_at, _public_url(), written(holder))
    return as_file(made, file_name(event))


def _act(
    event: EventDefinition,
    registration_id: int,
    done: str,
    act: Callable[[Session], bool],
    after: dict[str, Any] | None = None,
) -> Response:
    """Take the step and say so in the log, if there was something to do."""
    _line(event, registration_id)
    with transaction() as session:
        is_done = act(session)
        if is_done:
            subject = ("registration", registration_id)
            note_mine(session, f"certificate.{done}", event, subject=subject, after=after)
    nudge("mail.deliver")
    return _to_person(event.slug, registration_id, done if is_done else "again")


def _line(event: EventDefinition, registration_id: int) -> Line:
    """Of somebody with a place here. Raises `NotFound`."""
    with reading() as connection:
        lines = list_lines(connection, event, clock.now())
    for line in lines:
        if line.person.id == registration_id:
            return line
    raise NotFound


def _show_person(
    event: EventDefinition, may: frozenset[Permission], registration_id: int, form: ReasonForm
) -> str:
    line = _line(event, registration_id)
    row = line.person
    return render_console(
        "certificates/person.html",
        tab="events",
        e=event,
        line=line,
        name=full_name(row.title, row.first_name, row.last_name),
        missing=missing_words(line.standing),
        has_ended=rules.has_ended(event, clock.now()),
        may_edit=EDIT in may,
        form=form,
        errors=form.problems(),
        done=request.args.get("done"),
    )


def _public_url() -> str:
    return str(current_app.config["SETTINGS"].public_url)


def _to_list(slug: str, done: str) -> Response:
    return redirect(url_for("certifying.list", slug=slug, done=done), 303)


def _to_person(slug: str, registration_id: int, done: str) -> Response:
    address = url_for("certifying.person", slug=slug, registration_id=registration_id, done=done)
    return redirect(address, 303)
