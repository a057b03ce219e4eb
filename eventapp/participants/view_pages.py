"""The pages of saved views: all of them, save the present filter, delete one."""

from dataclasses import dataclass
from typing import Any

from flask import redirect, request, url_for
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import NotFound
from eventapp.events.definition import EventDefinition
from eventapp.events.noting import note_mine
from eventapp.events.permitted import get_permitted
from eventapp.forms import set_error
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.participants import views
from eventapp.participants.filters import Filters
from eventapp.participants.forms import ViewForm
from eventapp.participants.routes import console
from eventapp.participants.selection import Wanted
from eventapp.participants.wanted import as_parameters, read_wanted

Answer = str | tuple[str, int] | Response
READ = Permission.REGISTRATIONS_READ
VIEW = "/views/<int(max=2147483647):view_id>"


@dataclass(frozen=True)
class ViewLink:
    """A saved view as the list offers it; without an address where the event has changed since."""

    id: int
    name: str
    url: str | None
    is_shared: bool
    is_chosen: bool
    may_delete: bool


@console.get("/views", endpoint="views")
@asks(READ)
def views_(slug: str) -> Answer:
    """All that this account may use, and a form for the filter in the address."""
    event, may = get_permitted(slug, READ)
    return _page(event, may, read_wanted(event, may, request.args), ViewForm(None))


@console.post("/views", endpoint="views_post")
@asks(READ)
def views_post(slug: str) -> Answer:
    """Saves the filter in the address under a name; for all only by who may change people."""
    event, may = get_permitted(slug, READ)
    wanted, form = read_wanted(event, may, request.args), ViewForm(request.form)
    if not form.validate():
        return _page(event, may, wanted, form), 422
    is_shared = bool(form.is_shared.data) and Permission.REGISTRATIONS_EDIT in may
    name, now = form.name.data or "", clock.now()
    parameters: dict[str, Any] = {**as_parameters(wanted)}
    account_id = me().account_id
    try:
        with transaction() as session:
            views.save(
                session, event.id, account_id, name, parameters, is_shared=is_shared, now=now
            )
            note_mine(session, "view.saved", event, after={"name": name, "shared": is_shared})
    except views.TooManyViews as refusal:
        set_error(form.name, sentence(refusal))
        return _page(event, may, wanted, form), 422
    return redirect(url_for("participants.list", slug=slug, **parameters), 303)


@console.post(f"{VIEW}/delete", endpoint="view_delete_post")
@asks(READ)
def view_delete_post(slug: str, view_id: int) -> Answer:
    """Deletes one's own view, or one for all."""
    event, may = get_permitted(slug, READ)
    with transaction() as session:
        may_shared = Permission.REGISTRATIONS_EDIT in may
        name = views.remove(session, event.id, me().account_id, view_id, may_shared=may_shared)
        note_mine(session, "view.deleted", event, before={"name": name})
    return redirect(url_for("participants.views", slug=slug), 303)


def view_links(
    event: EventDefinition, may: frozenset[Permission], rows: Any, wanted: Wanted
) -> list[ViewLink]:
    """The saved views that this account may use; those that ask for needs only with the right."""
    allowed = [row for row in rows if "needs" not in row.parameters or _sees_needs(may)]
    return [
        ViewLink(
            id=row.id,
            name=row.name,
            url=_url(event, may, row.parameters),
            is_shared=row.is_shared,
            is_chosen=row.parameters == as_parameters(wanted),
            may_delete=row.account_id == me().account_id or Permission.REGISTRATIONS_EDIT in may,
        )
        for row in allowed
    ]


def _sees_needs(may: frozenset[Permission]) -> bool:
    return Permission.NEEDS_READ in may


def _url(event: EventDefinition, may: frozenset[Permission], parameters: Any) -> str | None:
    try:
        read_wanted(event, may, parameters)
    except NotFound:
        return None
    return url_for("participants.list", slug=event.slug, **parameters)


def _page(
    event: EventDefinition, may: frozenset[Permission], wanted: Wanted, form: ViewForm
) -> str:
    with reading() as connection:
        rows = views.list_views(connection, event.id, me().account_id)
    parameters = as_parameters(wanted)

    def address(given: Any) -> str:
        return url_for("participants.views", slug=event.slug, **given)

    return render_console(
        "participants/views.html",
        tab="events",
        e=event,
        may=may,
        views=view_links(event, may, rows, wanted),
        form=form,
        errors=form.problems(),
        parameters=parameters,
        said=Filters(event, wanted, may, address).in_words(),
    )
