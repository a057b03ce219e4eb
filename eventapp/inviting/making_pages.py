"""Inviting organisations: from the register as it is filtered, all of them or those chosen."""

from typing import Any

from flask import request, url_for
from sqlalchemy import Connection

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.db import reading, transaction
from eventapp.errors import NotFound
from eventapp.events.definition import EventDefinition
from eventapp.forms import one_line
from eventapp.invitations import actions
from eventapp.invitations.queries import list_invited_ids
from eventapp.inviting.asking import Answer, load, noted, to_round
from eventapp.inviting.routes import console
from eventapp.languages import gettext as _
from eventapp.networks.access import asks
from eventapp.networks.queries import get_tree
from eventapp.networks.rules import Permission
from eventapp.organisations import queries as register
from eventapp.organisations.importing import find_listed
from eventapp.organisations.permitted import my_reach
from eventapp.organisations.queries import Wanted
from eventapp.organisations.rules import Reach, Registered

MOST_SHOWN = 500


@console.get("/new")
@asks(Permission.INVITATIONS_SEND)
def new(slug: str) -> Answer:
    """The organisations of the network and below that are not invited yet, filtered."""
    return _show(load(slug))


@console.post("/new", endpoint="new_post")
@asks(Permission.INVITATIONS_SEND)
def new_post(slug: str) -> Answer:
    """Invites those chosen, or with `all` everybody whom the filter finds; sends nothing yet."""
    event = load(slug)
    with reading() as connection:
        _reach, offered = _offered(connection, event)
    wanted = {str(each.id): each.id for each in offered}
    chosen = request.form.getlist("organisation")
    ids = [*wanted.values()] if request.form.get("all") else [wanted.get(each) for each in chosen]
    found = [each for each in ids if each is not None]
    if not found:
        return _show(event, _("Wählen Sie mindestens eine Organisation.")), 422
    with transaction() as session:
        made = actions.invite(session, event, found, now=clock.now())
        if made:
            noted(session, "invitations.made", event, rows=len(made))
    return to_round(slug, "made" if made else "again")


def _offered(connection: Connection, event: EventDefinition) -> tuple[Reach, list[Registered]]:
    """What the filter finds among the event's network and those below, as far as one reaches."""
    reach, below = my_reach(connection), get_tree(connection).descendant_ids(event.network.id)
    found = register.list_all(connection, reach, _wanted(reach, below))
    invited = list_invited_ids(connection, event.id)
    if _is_from_list():
        listed = find_listed(connection, me().account_id, clock.now())
        found = [each for each in found if listed and each.id in listed.ids]
    return reach, [each for each in found if each.network_ids & below and each.id not in invited]


def _is_from_list() -> bool:
    """Whether only the organisations of one's last list are wanted."""
    return request.values.get("list") == "1"


def _wanted(reach: Reach, below: set[int]) -> Wanted:
    given = {name: one_line(value) or "" for name, value in request.values.items()}
    networks = {str(number): number for number in reach.ids if number in below}
    network = given.get("network", "")
    if network and network not in networks:
        raise NotFound
    return Wanted(
        q=given.get("q", "")[:100],
        network=networks.get(network),
        type=given.get("type") or None,
        district=given.get("district") or None,
    )


def _show(event: EventDefinition, error: str = "") -> str:
    with reading() as connection:
        reach, offered = _offered(connection, event)
        below = get_tree(connection).descendant_ids(event.network.id)
        wanted = _wanted(reach, below)
        types = register.list_types(connection, reach)
        districts = register.list_districts(connection, reach)
        listed = find_listed(connection, me().account_id, clock.now())
    kept: dict[str, Any] = {
        name: value
        for name, value in vars(wanted).items()
        if value and name in ("q", "network", "type", "district")
    }
    if _is_from_list():
        kept["list"] = 1
    return render_console(
        "inviting/new.html",
        listed=listed,
        is_from_list=_is_from_list(),
        may_import=event.network.id in reach.editable,
        tab="events",
        e=event,
        networks=[(node.id, node.name) for node, _depth in reach.networks if node.id in below],
        types=[(word, word) for word in types],
        districts=[(word, word) for word in districts],
        wanted=wanted,
        kept=kept,
        rows=offered[:MOST_SHOWN],
        total=len(offered),
        ticked=set(request.form.getlist("organisation")),
        reset_url=url_for("inviting.new", slug=event.slug),
        errors=[("", error)] if error else [],
    )
