"""The series: their list, one of them with its events, new, edit."""

from dataclasses import replace
from typing import Any

from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.audit.actions import note
from eventapp.audit.rules import changes
from eventapp.clock import berlin_day
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import load_definitions
from eventapp.events.permitted import get_permitted
from eventapp.events.rules import ChangedMeanwhile
from eventapp.networks.access import asks, my_grants
from eventapp.networks.queries import NetworkNode, get_tree, list_networks_where
from eventapp.networks.rules import Permission
from eventapp.paging import Page, asked_page
from eventapp.planning import series_actions
from eventapp.planning.noting import note_event
from eventapp.planning.queries import SeriesRow, count_series_events, list_series
from eventapp.planning.routes import series
from eventapp.planning.sending import form_token, made_once, origin
from eventapp.planning.series_forms import SeriesForm
from eventapp.planning.series_permitted import get_series_permitted, list_readable_ids
from eventapp.registration.listing import with_places

Answer = str | tuple[str, int] | Response

_PAGE = 50


@series.get("/", endpoint="list")
@asks(Permission.EVENTS_READ)
def list_() -> str:
    """The series of all networks in which one may read."""
    grants, today = my_grants(), berlin_day(clock.now())
    with reading() as connection:
        tree = get_tree(connection)
        readable = list_networks_where(grants, Permission.EVENTS_READ, tree)
        names = {node.id: node.name for node, _depth in readable}
        rows = list_series(connection, set(names))
        page = Page(asked_page(request.args.get("page")), len(rows), _PAGE)
        shown = rows[page.offset : page.offset + page.size]
        counts = count_series_events(connection, [row.id for row in shown], set(names), today)
    return render_console(
        "planning/series_list.html",
        tab="events",
        rows=[(row, names[row.network_id], counts.get(row.id)) for row in shown],
        page=page,
        may_plan=bool(list_networks_where(grants, Permission.EVENTS_EDIT, tree)),
    )


@series.get("/<slug>", endpoint="series")
@asks(Permission.EVENTS_READ)
def series_(slug: str) -> str:
    """One series and its events in order, those that the account may read."""
    row, network, mine = get_series_permitted(slug, Permission.EVENTS_READ)
    now = clock.now()
    with reading() as connection:
        ids = list_readable_ids(connection, row.id)
        page = Page(asked_page(request.args.get("page")), len(ids), _PAGE)
        events = load_definitions(connection, ids[page.offset : page.offset + page.size])
        shown = with_places(connection, events, now)
    return render_console(
        "planning/series.html",
        tab="events",
        series=row,
        network=network,
        rows=shown,
        page=page,
        may_edit=Permission.EVENTS_EDIT in mine,
        done=request.args.get("done", ""),
    )


@series.get("/new")
@asks(Permission.EVENTS_EDIT)
def new() -> Answer:
    """The empty form; `?event=` names one that begins the series."""
    event = _first_event()
    data = {"title": event.title, "network": event.network.slug} if event else {}
    return _show_form(SeriesForm(None, networks=_my_networks(), data=data), event=event)


@series.post("/new", endpoint="new_post")
@asks(Permission.EVENTS_EDIT)
def new_post() -> Answer:
    """The series; 303 to its page, or to its dates where an event begins it."""
    event = _first_event()
    form = SeriesForm(request.form, networks=_my_networks())
    if not form.validate():
        return _show_form(form, event=event), 422
    now = clock.now()
    with transaction() as session:

        def make() -> str:
            row = series_actions.create_series(
                session,
                now=now,
                title=str(form.title.data),
                network_id=form.network_id,
                description=form.description.data or "",
            )
            _note(session, "series.created", None, row)
            if event:
                series_actions.put_in_series(session, event.slug, row.id, origin=origin(), now=now)
                by = me().account_id
                note_event(session, "event.edited", event.slug, before=event, by=by, now=now)
            return row.slug

        slug, is_new = made_once(session, now, make)
    if event:
        return redirect(url_for("series.dates", slug=slug, pattern=event.slug), 303)
    return _to_series(slug, "created" if is_new else "again")


@series.get("/<slug>/edit")
@asks(Permission.EVENTS_EDIT)
def edit(slug: str) -> Answer:
    """The form as the series stands."""
    row, network, _mine = get_series_permitted(slug, Permission.EVENTS_EDIT)
    return _show_form(_form_of(row, network, None), row=row)


@series.post("/<slug>/edit", endpoint="edit_post")
@asks(Permission.EVENTS_EDIT)
def edit_post(slug: str) -> Answer:
    """Save, unless somebody else did since the form was opened."""
    row, network, _mine = get_series_permitted(slug, Permission.EVENTS_EDIT)
    form = _form_of(row, network, request.form)
    if not form.validate():
        return _show_form(form, row=row), 422
    if form.seen.data != row.digest:
        return _show_changed(form, row)
    text, now = form.description.data or "", clock.now()
    values: dict[str, Any] = {"title": str(form.title.data), "network_id": form.network_id}
    try:
        with transaction() as session:
            series_actions.change_series(session, row, now=now, text=text, **values)
            _note(session, "series.edited", row, replace(row, description=text, **values))
    except ChangedMeanwhile:
        return _show_changed(form, get_series_permitted(slug, Permission.EVENTS_EDIT)[0])
    return _to_series(slug, "saved")


def _note(session: Session, act: str, before: SeriesRow | None, after: SeriesRow) -> None:
    old, new = changes(before.facts if before else {}, after.facts)
    note(
        session,
        act,
        by=me().account_id,
        now=clock.now(),
        network_id=after.network_id,
        subject=("series", after.id),
        before=old,
        after=new,
    )


def _first_event() -> EventDefinition | None:
    slug = request.values.get("event", "")
    return get_permitted(slug, Permission.EVENTS_EDIT)[0] if slug else None


def _my_networks() -> list[tuple[NetworkNode, int]]:
    """Where the account may plan; ends with 403 where that is nowhere."""
    with reading() as connection:
        found = list_networks_where(my_grants(), Permission.EVENTS_EDIT, get_tree(connection))
    if not found:
        abort(403)
    return found


def _form_of(row: SeriesRow, network: NetworkNode, formdata: Any) -> SeriesForm:
    data = {
        "seen": row.digest,
        "title": row.title,
        "description": row.description,
        "network": network.slug,
    }
    return SeriesForm(formdata, networks=_my_networks(), data=data)


def _show_changed(form: SeriesForm, row: SeriesRow) -> Answer:
    form.seen.data, form.seen.raw_data = row.digest, None
    form.form_errors = [sentence(ChangedMeanwhile())]
    return _show_form(form, row=row), 422


def _show_form(
    form: SeriesForm, *, row: SeriesRow | None = None, event: EventDefinition | None = None
) -> str:
    return render_console(
        "planning/series_edit.html",
        tab="events",
        form=form,
        series=row,
        event=event,
        errors=form.problems(),
        form_token=form_token(),
    )


def _to_series(slug: str, done: str) -> Response:
    return redirect(url_for("series.series", slug=slug, done=done), 303)
