"""The organisers' overview, one event's page with its next steps, and its preview."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, render_template, request

from eventapp import clock, web
from eventapp.accounts.access import render_console
from eventapp.checkin.queries import HeadCount, count_guests, list_head_counts
from eventapp.clock import berlin_day
from eventapp.db import reading
from eventapp.events.definition import EventDefinition
from eventapp.events.models import EventStatus
from eventapp.events.permitted import get_permitted, list_permitted
from eventapp.events.rules import lies_within
from eventapp.networks.access import asks, my_grants
from eventapp.networks.queries import get_tree, list_networks_where
from eventapp.networks.rules import Permission
from eventapp.planning.rules import Step, open_steps
from eventapp.registration.listing import with_places
from eventapp.registration.rules import Places, Signup

console = Blueprint("organise", __name__, url_prefix="/organise")

_LOOKS_BACK = timedelta(days=60)
_LINK_NEEDED = timedelta(days=14)  # before the start


@dataclass(frozen=True)
class OwnEvent:
    """One event of the overview."""

    event: EventDefinition
    places: Places
    signup: Signup
    head: HeadCount


@console.get("/")
@asks()
def home() -> str:
    """Events of the last 60 days and to come, at which the account has any business."""
    grants, now = my_grants(), clock.now()
    today = berlin_day(now)
    with reading() as connection:
        events = list_permitted(
            connection, grants, Permission.EVENTS_READ, since=today - _LOOKS_BACK
        )
        rows = with_places(connection, events, now)
        heads = list_head_counts(connection, [event.id for event in events])
        tree = get_tree(connection)
    own = [OwnEvent(event, places, signup, heads[event.id]) for event, places, signup in rows]
    upcoming = [each for each in own if each.event.last_day >= today]
    return render_console(
        "events/organise.html",
        tab="events",
        today=today,
        upcoming=upcoming,
        past=[each for each in reversed(own) if each.event.last_day < today],
        todo=[(each.event, what) for each in upcoming for what in _todo(each.event, today)],
        may_create=bool(list_networks_where(grants, Permission.EVENTS_EDIT, tree)),
    )


def _todo(event: EventDefinition, today: date) -> list[str]:
    """What waits for somebody."""
    soon = event.first_day - _LINK_NEEDED <= today
    found = {
        "draft": event.status == EventStatus.DRAFT,
        "link": soon and event.status == EventStatus.PUBLISHED and _lacks_link(event),
    }
    return [what for what, holds in found.items() if holds]


def _lacks_link(event: EventDefinition) -> bool:
    return event.has_online and not event.join_url


@console.get("/events/<slug>")
@asks(Permission.EVENTS_READ)
def event(slug: str) -> str:
    """How the event stands and what can be done with it; `?done=` names what just was."""
    shown, mine = get_permitted(slug, Permission.EVENTS_READ)
    now = clock.now()
    with reading() as connection:
        [(_event, places, signup)] = with_places(connection, [shown], now)
        head = count_guests(connection, shown.id)
    steps = open_steps(shown, signup, now) if Permission.EVENTS_EDIT in mine else frozenset()
    return render_console(
        "events/console_event.html",
        tab="events",
        e=shown,
        places=places,
        signup=signup,
        head=head,
        mine=mine,
        steps=steps,
        missing=_missing(shown),
        outside=_items_outside(shown),
        done=_done(steps, shown, now),
    )


def _missing(event: EventDefinition) -> list[str]:
    """What readers will look for and not find."""
    lacks = {
        "times": event.starts_at is None,
        "venue": event.has_in_person and event.venue is None,
        "link": _lacks_link(event),
        "summary": not event.summary,
        "description": not event.description,
        "contact": event.contact is None,
    }
    return [what for what, holds in lacks.items() if holds]


def _items_outside(event: EventDefinition) -> list[Any]:
    days = (event.first_day, event.last_day)
    return [each for each in event.programme if not lies_within(each.starts_at, days)]


def _done(steps: frozenset[Step], event: EventDefinition, now: datetime) -> str:
    """The step just taken, if the event looks like it: an old address tells nothing untrue."""
    done = request.args.get("done", "")
    is_so = {
        "late": True,
        "created": event.status == EventStatus.DRAFT,
        "copied": event.status == EventStatus.DRAFT,
        "saved": now - event.revised_at < timedelta(minutes=5),
        "published": event.status == EventStatus.PUBLISHED,
        "closed": Step.REOPEN in steps,
        "reopened": Step.CLOSE in steps,
        "cancelled": event.status == EventStatus.CANCELLED,
    }
    return done if is_so.get(done) else ""


@console.get("/events/<slug>/preview")
@asks(Permission.EVENTS_READ)
def preview(slug: str) -> str:
    """The event's public page as it would be, also of a draft."""
    shown, _mine = get_permitted(slug, Permission.EVENTS_READ)
    with reading() as connection:
        [(_event, places, signup)] = with_places(connection, [shown], clock.now())
    web.show_network(shown.network)
    return render_template(
        "events/event.html", e=shown, places=places, signup=signup, json_ld=None, preview=True
    )
