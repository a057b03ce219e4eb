"""The page of the log: who did what when to what, before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, abort, request, url_for
from sqlalchemy import Connection, Row

from eventapp.accounts.access import render_console
from eventapp.accounts.queries import find_ids_like, list_emails
from eventapp.audit import queries
from eventapp.audit.queries import Reach, Sought
from eventapp.audit.words import ACTS, THINGS, field_words
from eventapp.clock import BERLIN
from eventapp.db import reading
from eventapp.errors import NotFound
from eventapp.events.queries import find_event_ids_like, list_titles
from eventapp.forms import one_line
from eventapp.networks.access import asks, my_grants
from eventapp.networks.models import Scope
from eventapp.networks.queries import get_tree, list_networks_where
from eventapp.networks.rules import PERMISSIONS, Permission
from eventapp.paging import Page, asked_page

console = Blueprint("log", __name__, url_prefix="/organise/log")

PAGE_SIZE = 50
MOST_Q = 100
_FILTERS = ("q", "thing", "event", "since", "until")


@dataclass(frozen=True)
class Change:
    """One field of an entry; None: it was empty."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Entry:
    """One line of the log, with what its numbers are called today."""

    row: Row[Any]
    who: str | None  # None: the command line, or an account that has gone
    event: Any  # with slug and title; None also where it now belongs to others
    subject: str | None
    changes: list[Change]


@console.get("/")
@asks(Permission.AUDIT_READ)
def entries() -> str:
    """The log of the networks and events at which one may read it, the latest first."""
    given = {name: one_line(value) or "" for name, value in request.args.items()}
    with reading() as connection:
        reach = _reach(connection)
        sought = _sought(connection, given)
        page = Page(
            asked_page(given.get("page")),
            queries.count_entries(connection, reach, sought),
            PAGE_SIZE,
        )
        rows = queries.list_entries(connection, reach, sought, page)
        shown = _entries(connection, reach, rows)
    chosen = {name: given[name] for name in _FILTERS if given.get(name)}
    return render_console(
        "audit/log.html",
        tab="log",
        entries=shown,
        page=page,
        chosen=chosen,
        things=THINGS,
        acts=ACTS,
        field_words=field_words,
        url=lambda number: url_for("log.entries", **{**chosen, "page": number}),
    )


def _reach(connection: Connection) -> Reach:
    """Where the account may read the log; ends with 403 where that is nowhere."""
    grants = [each for each in my_grants() if Permission.AUDIT_READ in PERMISSIONS[each.role]]
    if any(each.scope is Scope.INSTALLATION for each in grants):
        return Reach(is_everywhere=True)
    networks = list_networks_where(grants, Permission.AUDIT_READ, get_tree(connection))
    events = [each.scope_id for each in grants if each.scope is Scope.EVENT]
    if not (networks or events):
        abort(403)
    return Reach(False, [network.id for network, _depth in networks], events)


def _sought(connection: Connection, given: Mapping[str, str]) -> Sought:
    """What the address asks for; a thing, event or day that there is not is not found."""
    thing, slug, words = given.get("thing"), given.get("event"), given.get("q", "")[:MOST_Q]
    if thing and thing not in THINGS:
        raise NotFound
    event_ids = find_event_ids_like(connection, slug=slug) if slug else []
    if slug and not event_ids:
        raise NotFound
    until = _day(given.get("until"))
    return Sought(
        words=words,
        account_ids=find_ids_like(connection, words) if words else (),
        event_ids=find_event_ids_like(connection, words=words) if words else (),
        thing=thing or None,
        event_id=event_ids[0] if event_ids else None,
        since=_midnight(_day(given.get("since"))),
        before=_midnight(until + timedelta(days=1)) if until else None,
    )


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound from None


def _midnight(day: date | None) -> datetime | None:
    """The instant at which the day begins in Berlin."""
    return datetime.combine(day, time(), BERLIN).astimezone(UTC) if day else None


def _entries(connection: Connection, reach: Reach, rows: Any) -> list[Entry]:
    """With addresses and titles, in one statement each."""
    accounts = {row.account_id for row in rows} | {
        row.subject_id for row in rows if row.subject_type == "account"
    }
    emails = list_emails(connection, accounts - {None})
    events = list_titles(connection, {row.event_id for row in rows} - {None})
    named = {id_: event for id_, event in events.items() if reach.holds(id_, event.network_id)}
    return [
        Entry(
            row=row,
            who=emails.get(row.account_id),
            event=named.get(row.event_id),
            subject=emails.get(row.subject_id) if row.subject_type == "account" else None,
            changes=_changes(row.before or {}, row.after or {}),
        )
        for row in rows
    ]


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    names = dict.fromkeys([*before, *after])
    return [Change(name, before.get(name), after.get(name)) for name in names]
