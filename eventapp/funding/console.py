"""The organisers' page of what a funder gets about an event: template, scans, the pack itself."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response
from werkzeug.utils import secure_filename

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.audit.rules import changes
from eventapp.db import reading, transaction
from eventapp.downloads import as_file
from eventapp.errorpages import sentence
from eventapp.errors import Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.noting import note_mine
from eventapp.events.permitted import get_permitted
from eventapp.exports import actions as exports
from eventapp.exports.queries import list_own
from eventapp.exports.rules import Format, Order, shown
from eventapp.figures.queries import find_dated
from eventapp.forms import set_error
from eventapp.funding import actions, queries
from eventapp.funding.facts import Facts, read_facts
from eventapp.funding.forms import FundingForm, SheetForm, funding_form
from eventapp.funding.packing import FIGURES, PACK, PEOPLE, figures_name, listed, write_figures
from eventapp.funding.rules import Choice, Sheet, Template
from eventapp.funding.words import template_name
from eventapp.languages import gettext as _
from eventapp.languages import present_language
from eventapp.materials.rules import MOST_BYTES
from eventapp.networks.access import asks, my_permissions
from eventapp.networks.queries import AtNetwork
from eventapp.networks.rules import Permission
from eventapp.participants.queries import count_listed
from eventapp.participants.selection import Wanted
from eventapp.queue import nudge
from eventapp.registration.models import RegistrationStatus
from eventapp.web import takes_upload

console = Blueprint("funding", __name__, url_prefix="/organise/events/<slug>/funding")
SHEET = "/sheets/<int(max=2147483647):sheet_id>"
MOST_SENT = 3 * MOST_BYTES  # so that a file a little too large is refused with a sentence
SIGN = Permission.REGISTRATIONS_EDIT

Answer = str | tuple[str, int] | Response


@console.get("")
@asks(FIGURES)
def pack(slug: str) -> Answer:
    """Which template, what is filled in, what the pack will hold, and one's latest ones."""
    event, mine = get_permitted(slug, FIGURES)
    return _show(event, mine)


@console.post("", endpoint="pack_post")
@asks(Permission.EVENTS_EDIT)
def pack_post(slug: str) -> Answer:
    """Saves template and fields; 303 back, where another template shows its own fields."""
    event, mine = get_permitted(slug, Permission.EVENTS_EDIT)
    offered, choice = _choice(event)
    form = funding_form(request.form, offered, choice, asks=True)
    if not form.validate():
        return _show(event, mine, form), 422
    before, after = changes(
        {"template": template_name(choice.template), **choice.values},
        {"template": _name(offered, form), **choice.values, **form.filled},
    )
    with transaction() as session:
        actions.choose(session, event, form.template_id, form.filled)
        note_mine(session, "funding.saved", event, before=before, after=after)
    return _back(slug, "saved")


def _name(offered: list[Template], form: FundingForm) -> str:
    return next(template_name(each) for each in offered if each.id == form.template_id)


# --- signed sheets ------------------------------------------------------------------------------


@console.post("/sheets")
@asks(SIGN)
@takes_upload(MOST_SENT)
def sheets_post(slug: str) -> Answer:
    """One more scan; 303 back."""
    event, mine = get_permitted(slug, SIGN)
    form = SheetForm(request.form, event=event, sent=request.files)
    if not form.validate() or form.upload is None:
        return _show(event, mine, sheet_form=form), 422
    try:
        with transaction() as session:
            made = actions.add_sheet(session, event, form.date_id, form.upload, now=clock.now())
            note_mine(session, "funding.sheet_added", event, subject=("sheet", made))
    except Refused as refusal:
        set_error(form.file, sentence(refusal))
        return _show(event, mine, sheet_form=form), 422
    return _back(slug, "added")


@console.get(SHEET)
@asks(PEOPLE)
def sheet(slug: str, sheet_id: int) -> Answer:
    """One scan, to be kept on the disk."""
    event, found = _sheet(slug, sheet_id, PEOPLE)
    with reading() as connection:
        data = queries.get_bytes(connection, found)
    with transaction() as session:
        note_mine(session, "funding.sheet_fetched", event, subject=("sheet", found.id))
    response = as_file(data, secure_filename(found.file_name) or "scan", found.media_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@console.post(f"{SHEET}/delete")
@asks(SIGN)
def sheet_delete(slug: str, sheet_id: int) -> Answer:
    event, found = _sheet(slug, sheet_id, SIGN)
    with transaction() as session:
        actions.remove_sheet(session, found)
        note_mine(session, "funding.sheet_deleted", event, subject=("sheet", found.id))
    return _back(slug, "deleted")


def _sheet(slug: str, sheet_id: int, permission: Permission) -> tuple[EventDefinition, Sheet]:
    event, _mine = get_permitted(slug, permission)
    with reading() as connection:
        return event, queries.get_sheet(connection, event.id, sheet_id)


# --- the pack -----------------------------------------------------------------------------------


@console.post("/figures")
@asks(FIGURES)
def figures(slug: str) -> Answer:
    """The part that names nobody, at once."""
    event, _mine = get_permitted(slug, FIGURES)
    with reading() as connection:
        facts = read_facts(connection, event)
    file = write_figures(facts)
    with transaction() as session:
        note_mine(session, "funding.figures_fetched", event, after=_told(facts))
    return as_file(file, figures_name(event))


@console.post("/file")
@asks(PEOPLE)
def file(slug: str) -> Answer:
    """303 to the page that waits for the whole pack."""
    event, mine = get_permitted(slug, PEOPLE)
    now, by = clock.now(), me().account_id
    with reading() as connection:
        facts, count = read_facts(connection, event), count_listed(connection, event, _WITH_PLACE)
    wish = Order(
        format=Format.ZIP,
        columns=(),
        filters={},
        language=present_language(),
        is_sensitive=False,
        kind=PACK,
    )
    try:
        with transaction() as session:
            job_id = exports.order(
                session, wish, account_id=by, event_id=event.id, rows=count, now=now
            )
            note_mine(session, "funding.pack_ordered", event, after=_told(facts))
    except Refused as refusal:
        return _show(event, mine, problem=sentence(refusal)), 422
    nudge("exports.make")
    return redirect(url_for("exports.job", slug=slug, job_id=job_id), 303)


_WITH_PLACE = Wanted(statuses=(RegistrationStatus.CONFIRMED,))


def _told(facts: Facts) -> dict[str, Any]:
    return {"template": template_name(facts.choice.template)}


# --- the page -----------------------------------------------------------------------------------


def _choice(event: EventDefinition) -> tuple[list[Template], Choice]:
    with reading() as connection:
        return queries.list_offered(connection, event), queries.find_choice(connection, event.id)


def _show(
    event: EventDefinition,
    mine: frozenset[Permission],
    form: FundingForm | None = None,
    sheet_form: SheetForm | None = None,
    problem: str = "",
) -> str:
    now, may_edit = clock.now(), Permission.EVENTS_EDIT in mine
    with reading() as connection:
        facts = read_facts(connection, event)
        scans = queries.list_sheets(connection, event.id)
        deleted_on = queries.find_deleted_on(connection, event.id)
        as_of = find_dated(connection, event)[1] if deleted_on else None
        offered = queries.list_offered(connection, event)
        jobs = list_own(
            connection, account_id=me().account_id, event_id=event.id, now=now, kinds=[PACK]
        )
    form = form or funding_form(None, offered, facts.choice, asks=may_edit)
    sheet_form = sheet_form or SheetForm(None, event=event)
    return render_console(
        "funding/pack.html",
        tab="events",
        e=event,
        facts=facts,
        form=form,
        sheet_form=sheet_form,
        errors=[*([("", problem)] if problem else []), *form.problems(), *sheet_form.problems()],
        scans=scans,
        dates={each.id: each for each in event.dates_on},
        deleted_on=deleted_on,
        as_of=as_of,
        contents=listed(facts, scans, deleted_on),
        may={
            "edit": may_edit,
            "people": PEOPLE in mine,
            "sign": SIGN in mine and event.has_in_person,
            "templates": Permission.EVENTS_EDIT in my_permissions(AtNetwork(event.network)),
        },
        jobs=[(job, _("Verwendungsnachweis"), shown(job, now)) for job in jobs],
        done=request.args.get("done", ""),
    )


def _back(slug: str, done: str) -> Response:
    return redirect(url_for("funding.pack", slug=slug, done=done), 303)
