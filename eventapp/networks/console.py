"""The team: who has which role where, new roles by mail, and taking them back."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, abort, redirect, url_for
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from eventapp import clock
from eventapp.accounts import second_factor
from eventapp.accounts.access import me, render_console
from eventapp.audit.actions import note
from eventapp.db import reading, transaction
from eventapp.errors import NotFound
from eventapp.events.loading import get_definition_by_id
from eventapp.events.permitted import list_permitted
from eventapp.languages import gettext as _
from eventapp.networks import actions
from eventapp.networks.access import asks, my_grants
from eventapp.networks.forms import MORE, PLAIN, ROLES, InviteForm
from eventapp.networks.models import Role, Scope
from eventapp.networks.queries import (
    AtNetwork,
    GrantRow,
    find_grants,
    get_tree,
    list_grants,
    list_networks_where,
    may,
)
from eventapp.networks.rules import Permission, is_operator
from eventapp.queue import nudge

console = Blueprint("team", __name__, url_prefix="/organise/team")

_LOOKS_BACK = timedelta(days=60)

Place = tuple[Scope, int]


@console.get("/")
@asks(Permission.ROLES_GRANT)
def list_() -> str:
    """Everybody with a role in the networks and events whose roles one may give, by place."""
    with reading() as connection:
        places = _my_places(connection)
        rows = list_grants(connection, places)
    held: dict[Place, list[GrantRow]] = defaultdict(list)
    for row in rows:
        held[row.scope, row.scope_id].append(row)
    return render_console(
        "networks/team.html",
        tab="team",
        groups=[(where, theirs) for place, where in places.items() if (theirs := held[place])],
        roles=ROLES,
    )


@console.get("/new")
@asks(Permission.ROLES_GRANT)
def new() -> str:
    """The form of a new role."""
    return _form_page(InviteForm(None))


@console.post("/new", endpoint="invite")
@asks(Permission.ROLES_GRANT)
def invite() -> Any:
    """Gives the role and sends the mail that tells of it."""
    form = InviteForm()
    with reading() as connection:
        places = _my_places(connection)
    form.offer(_choices(places))
    if not form.validate():
        return _form_page(form), 422
    kind, _colon, number = str(form.scope.data).partition(":")
    role, scope, scope_id, now = Role(form.role.data), Scope(kind), int(number), clock.now()
    with transaction() as session:
        account_id = actions.invite(session, str(form.email.data), role, scope, scope_id, now=now)
        _note(session, "role.granted", account_id, (scope, scope_id), now, after={"role": role})
    nudge("mail.deliver")
    return redirect(url_for("team.list_"), 303)


@console.post("/<int:grant_id>/invitation", endpoint="invite_again")
@asks(Permission.ROLES_GRANT)
def invite_again(grant_id: int) -> Any:
    """Sends the mail with a new link to somebody who has not chosen a password yet."""
    row, _where = _get(grant_id)
    if row.has_password:
        return redirect(url_for("team.list_", done="late"), 303)
    place, now = (row.scope, row.scope_id), clock.now()
    with transaction() as session:
        actions.invite(session, row.email, row.role, *place, now=now)
        _note(session, "role.invited_again", row.account_id, place, now)
    nudge("mail.deliver")
    return redirect(url_for("team.list_"), 303)


@console.get("/<int:grant_id>/end")
@asks(Permission.ROLES_GRANT)
def end(grant_id: int) -> str:
    """Asks whether it is meant; changes nothing."""
    row, where = _get(grant_id)
    return render_console(
        "networks/end_role.html", tab="team", row=row, role=ROLES[row.role][0], where=where
    )


@console.post("/<int:grant_id>/end", endpoint="end_post")
@asks(Permission.ROLES_GRANT)
def end_post(grant_id: int) -> Any:
    """Takes the role back."""
    row, _where = _get(grant_id)
    place, now = (row.scope, row.scope_id), clock.now()
    with transaction() as session:
        actions.end_grant(session, grant_id)
        _note(session, "role.ended", row.account_id, place, now, before={"role": row.role})
    return redirect(url_for("team.list_"), 303)


@console.get("/<int:grant_id>/second-step")
@asks(Permission.ROLES_GRANT)
def second_step(grant_id: int) -> str:
    """Asks whether it is meant, or says who can; changes nothing."""
    row = _get_with_factor(grant_id)
    return render_console(
        "networks/second_step.html", tab="team", row=row, is_mine=_gives_all_roles_of(row)
    )


@console.post("/<int:grant_id>/second-step", endpoint="second_step_post")
@asks(Permission.ROLES_GRANT)
def second_step_post(grant_id: int) -> Any:
    """Takes the second factors of somebody who has lost them."""
    row, now = _get_with_factor(grant_id), clock.now()
    if not _gives_all_roles_of(row):
        abort(403)
    with transaction() as session:
        second_factor.reset(session, row.account_id, now=now)
        place = (row.scope, row.scope_id)
        _note(session, "account.second_factor_reset", row.account_id, place, now)
    nudge("mail.deliver")
    return redirect(url_for("team.list_"), 303)


def _get_with_factor(grant_id: int) -> GrantRow:
    """As `_get`; somebody without a second factor has nothing to lose."""
    row, _where = _get(grant_id)
    if not row.has_second_factor:
        raise NotFound
    return row


def _gives_all_roles_of(row: GrantRow) -> bool:
    """Whether one may give roles wherever this person has any: a second factor protects them all,
    and must not fall to somebody who answers for only some."""
    with reading() as connection:
        theirs = find_grants(connection, row.account_id)
        return all(_may_give(connection, each.scope, each.scope_id) for each in theirs)


def _may_give(connection: Connection, scope: Scope, scope_id: int) -> bool:
    grants, tree = my_grants(), get_tree(connection)
    if scope is Scope.INSTALLATION:
        return any(each.scope is scope and each.role is Role.OWNER for each in grants)
    if scope is Scope.NETWORK:
        return may(grants, Permission.ROLES_GRANT, AtNetwork(tree.get(scope_id)), tree)
    return may(grants, Permission.ROLES_GRANT, get_definition_by_id(connection, scope_id), tree)


def _note(
    session: Session, act: str, account_id: int, place: Place, now: datetime, **change: Any
) -> None:
    """Who gave whom which role, or took it; read by whoever may read the log of that place."""
    scope, scope_id = place
    network_id = scope_id if scope is Scope.NETWORK else None
    if scope is Scope.EVENT:
        network_id = get_definition_by_id(session.connection(), scope_id).network.id
    note(
        session,
        act,
        by=me().account_id,
        now=now,
        network_id=network_id,
        event_id=scope_id if scope is Scope.EVENT else None,
        subject=("account", account_id),
        **change,
    )


def _get(grant_id: int) -> tuple[GrantRow, str]:
    """The role and where it holds. Raises `NotFound`; ends with 403 for one's own, which only
    somebody else can take: nobody locks the last door from outside."""
    with reading() as connection:
        places = _my_places(connection)
        row = next((each for each in list_grants(connection, places) if each.id == grant_id), None)
    if row is None:
        raise NotFound
    if row.account_id == me().account_id:
        abort(403)
    return row, places[row.scope, row.scope_id]


def _my_places(connection: Connection) -> dict[Place, str]:
    """Where one may give roles, with what it is called; ends with 403 where that is nowhere."""
    grants = my_grants()
    places: dict[Place, str] = {}
    if is_operator(grants):
        places[Scope.INSTALLATION, 0] = _("Überall")
    tree = get_tree(connection)
    for network, _depth in list_networks_where(grants, Permission.ROLES_GRANT, tree):
        places[Scope.NETWORK, network.id] = network.name
    since = clock.berlin_day(clock.now()) - _LOOKS_BACK
    for event in list_permitted(connection, grants, Permission.ROLES_GRANT, since=since):
        places[Scope.EVENT, event.id] = _("nur: %(event)s", event=event.title)
    if not places:
        abort(403)
    return places


def _choices(places: dict[Place, str]) -> list[tuple[str, str]]:
    return [(f"{scope}:{scope_id}", name) for (scope, scope_id), name in places.items()]


def _cards(roles: Mapping[Role, tuple[str, str]]) -> list[tuple[str, str, str]]:
    """(value, label, hint) of each role."""
    return [(role.value, label, hint) for role, (label, hint) in roles.items()]


def _form_page(form: InviteForm) -> str:
    with reading() as connection:
        form.offer(_choices(_my_places(connection)))
    return render_console(
        "networks/invite.html",
        tab="team",
        form=form,
        plain=_cards(PLAIN),
        more=_cards(MORE),
        errors=form.problems(),
    )
