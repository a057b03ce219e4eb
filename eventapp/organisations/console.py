"""The register's pages: the list and it as a file, one organisation, add, edit, take out."""

from typing import Any

from flask import redirect, request, url_for
from sqlalchemy import Connection
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.audit.actions import note
from eventapp.clock import berlin_day
from eventapp.db import reading, transaction
from eventapp.downloads import as_file
from eventapp.errorpages import sentence
from eventapp.errors import NotFound
from eventapp.forms import one_line
from eventapp.languages import gettext as _
from eventapp.networks.access import asks
from eventapp.networks.letters import address_lines, letter_salutation
from eventapp.networks.rules import Permission
from eventapp.organisations import actions, export, queries
from eventapp.organisations.forms import OrganisationForm
from eventapp.organisations.noting import note_organisation
from eventapp.organisations.permitted import get_editable, get_readable, my_edited, my_reach
from eventapp.organisations.queries import Wanted
from eventapp.organisations.refusing import list_refused
from eventapp.organisations.routes import ONE, console
from eventapp.organisations.rules import OrganisationChanged, OrganisationInUse, Reach, Registered
from eventapp.paging import Page, asked_page

Answer = str | tuple[str, int] | Response
MOST_Q = 100


@console.get("/", endpoint="list")
@asks(Permission.ORGANISATIONS_READ)
def list_() -> str:
    """Search, filters, 25 organisations a page."""
    with reading() as connection:
        reach = my_reach(connection)
        wanted = _wanted(reach)
        page = Page(
            asked_page(request.args.get("page")), queries.count_listed(connection, reach, wanted)
        )
        rows = queries.list_page(connection, reach, wanted, page)
        types, districts = _words(connection, reach)
    chosen = _as_parameters(wanted)
    return render_console(
        "organisations/list.html",
        tab="organisations",
        reach=reach,
        may_edit=reach.edits_all or bool(reach.editable),
        wanted=wanted,
        chosen=chosen,
        rows=rows,
        page=page,
        types=[(word, word) for word in types],
        districts=[(word, word) for word in districts],
        url=lambda **changes: url_for("organisations.list", **{**chosen, **changes}),
        files=[
            (text, url_for("organisations.file", kind=kind, **chosen))
            for kind, text in (("xlsx", _("Liste für Excel")), ("csv", _("Liste als CSV")))
        ],
        done=request.args.get("done"),
    )


def _wanted(reach: Reach) -> Wanted:
    """What the address asks for; a network that the account does not reach is not found."""
    given = {name: one_line(value) or "" for name, value in request.args.items()}
    network = given.get("network", "")
    ids = {str(number): number for number in reach.ids}
    if network and network not in ids:
        raise NotFound
    return Wanted(
        q=given.get("q", "")[:MOST_Q],
        network=ids.get(network),
        type=given.get("type") or None,
        district=given.get("district") or None,
    )


def _as_parameters(wanted: Wanted) -> dict[str, Any]:
    values = {
        "q": wanted.q,
        "network": wanted.network,
        "type": wanted.type,
        "district": wanted.district,
    }
    return {name: value for name, value in values.items() if value}


def _words(connection: Connection, reach: Reach) -> tuple[list[str], list[str]]:
    """Types and districts in use."""
    return queries.list_types(connection, reach), queries.list_districts(connection, reach)


@console.get("/list.<any(csv, xlsx):kind>")
@asks(Permission.ORGANISATIONS_READ)
def file(kind: str) -> Response:
    """The list as it is filtered, all pages of it."""
    with reading() as connection:
        reach = my_reach(connection)
        wanted = _wanted(reach)
        rows = queries.list_all(connection, reach, wanted)
    with transaction() as session:
        note(
            session,
            "organisations.exported",
            by=me().account_id,
            now=clock.now(),
            network_id=wanted.network,
            after={**_as_parameters(wanted), "format": kind, "rows": len(rows)},
        )
    content: str | bytes = export.xlsx(rows, reach) if kind == "xlsx" else export.csv(rows, reach)
    return as_file(content, f"organisationen.{kind}")


@console.get(ONE)
@asks(Permission.ORGANISATIONS_READ)
def detail(organisation_id: int) -> str:
    """One organisation: address, contacts, networks."""
    organisation, reach = get_readable(organisation_id)
    today = berlin_day(clock.now())
    with reading() as connection:
        refused = list_refused(connection, organisation, reach, today=today)
    return render_console(
        "organisations/detail.html",
        tab="organisations",
        o=organisation,
        name=one_line(organisation.name),
        may_edit=reach.may_edit(organisation),
        networks=reach.names(organisation.network_ids),
        envelope=address_lines(organisation, organisation.first_contact),
        greeting=letter_salutation(organisation.first_contact),
        refused=refused,
        done=request.args.get("done"),
    )


@console.get("/new")
@asks(Permission.ORGANISATIONS_EDIT)
def new() -> Answer:
    """The empty form."""
    return _show(_form(None))


@console.post("/new", endpoint="new_post")
@asks(Permission.ORGANISATIONS_EDIT)
def new_post() -> Answer:
    """A new entry; 303 to it, or the filled form with what is wrong."""
    form = _form(request.form)
    if form.wants_more:
        return _show(form, is_checked=False)
    if not form.validate():
        return _show(form), 422
    now, by, reach = clock.now(), me().account_id, form.reach
    with transaction() as session:
        made = actions.create(session, form.entered(), now=now)
        after = queries.get(session.connection(), reach, made)
        note_organisation(
            session,
            "organisation.added",
            made,
            before=None,
            after=after,
            reach=reach,
            by=by,
            now=now,
        )
    return _to_detail(made, "added")


@console.get(f"{ONE}/edit")
@asks(Permission.ORGANISATIONS_EDIT)
def edit(organisation_id: int) -> Answer:
    """The form as the entry stands."""
    organisation, _reach = get_editable(organisation_id)
    return _show(_form(None, organisation))


@console.post(f"{ONE}/edit", endpoint="edit_post")
@asks(Permission.ORGANISATIONS_EDIT)
def edit_post(organisation_id: int) -> Answer:
    """Save, unless somebody else did since the form was opened."""
    stored, reach = get_editable(organisation_id)
    form = _form(request.form, stored)
    if form.wants_more:
        return _show(form, is_checked=False)
    if not form.validate():
        return _show(form), 422
    now, by, seen = clock.now(), me().account_id, form.seen.data or ""
    try:
        with transaction() as session:
            actions.change(
                session, organisation_id, form.entered(), seen=seen, reach=reach, now=now
            )
            after = queries.find(session.connection(), reach, organisation_id)
            note_organisation(
                session,
                "organisation.edited",
                organisation_id,
                before=stored,
                after=after,
                reach=reach,
                by=by,
                now=now,
            )
    except OrganisationChanged as refusal:
        return _show_changed(form, organisation_id, sentence(refusal))
    return _to_detail(organisation_id, "saved")


def _show_changed(form: OrganisationForm, organisation_id: int, text: str) -> Answer:
    """What was typed, over what stands there now: sent once more it holds."""
    now_stored, _reach = get_editable(organisation_id)
    form.seen.data = now_stored.digest
    return _show(form, [("name", text)]), 422


@console.get(f"{ONE}/remove")
@asks(Permission.ORGANISATIONS_EDIT)
def remove(organisation_id: int) -> Answer:
    """Asks whether it is meant; changes nothing."""
    organisation, reach = get_editable(organisation_id)
    return _ask_remove(organisation, reach, [])


@console.post(f"{ONE}/remove", endpoint="remove_post")
@asks(Permission.ORGANISATIONS_EDIT)
def remove_post(organisation_id: int) -> Answer:
    """Takes it out of the networks one edits; what is in no network then is deleted."""
    organisation, reach = get_editable(organisation_id)
    now, by = clock.now(), me().account_id
    try:
        with transaction() as session:
            actions.remove(session, organisation_id, reach=reach, now=now)
            note_organisation(
                session,
                "organisation.removed",
                organisation_id,
                before=organisation,
                after=None,
                reach=reach,
                by=by,
                now=now,
            )
    except OrganisationInUse as refusal:
        return _ask_remove(organisation, reach, [("", sentence(refusal))]), 422
    return redirect(url_for("organisations.list", done="removed"), 303)


def _ask_remove(organisation: Registered, reach: Reach, errors: list[tuple[str, str]]) -> str:
    return render_console(
        "organisations/remove.html",
        tab="organisations",
        o=organisation,
        name=one_line(organisation.name),
        networks=reach.names(organisation.network_ids & reach.editable),
        errors=errors,
    )


def _form(formdata: Any, stored: Registered | None = None) -> OrganisationForm:
    with reading() as connection:
        reach = my_edited(connection)
        types, districts = _words(connection, reach)
    return OrganisationForm(formdata, reach=reach, types=types, districts=districts, stored=stored)


def _show(
    form: OrganisationForm,
    problems: list[tuple[str, str]] | None = None,
    *,
    is_checked: bool = True,
) -> str:
    errors = form.problems() if is_checked else []
    return render_console(
        "organisations/edit.html",
        tab="organisations",
        form=form,
        o=form.stored,
        name=one_line(form.stored.name) if form.stored else "",
        errors=[*(problems or []), *errors],
    )


def _to_detail(organisation_id: int, done: str) -> Response:
    address = url_for("organisations.detail", organisation_id=organisation_id, done=done)
    return redirect(address, 303)
