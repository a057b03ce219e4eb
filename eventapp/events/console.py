"""One event's page of the organisers with its next steps, and its preview."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template, request

from eventapp import clock, web
from eventapp.accounts.access import render_console
from eventapp.checkin.head_counts import count_guests
from eventapp.db import reading
from eventapp.events.definition import EventDefinition
from eventapp.events.models import EventStatus
from eventapp.events.permitted import get_permitted
from eventapp.events.rules import lies_within
from eventapp.invitations.rules import asks_organisation
from eventapp.materials.queries import list_materials
from eventapp.materials.rules import Reader, shown_materials
from eventapp.networks.access import asks, may_i
from eventapp.networks.queries import AtNetwork, get_tree
from eventapp.networks.rules import Permission
from eventapp.notices.queries import find_calling_off, find_open
from eventapp.participants.queries import count_listed
from eventapp.participants.selection import Wanted
from eventapp.planning.queries import find_series_of
from eventapp.planning.rules import Step, deadline_again, is_course_open, open_steps
from eventapp.registration.listing import with_places

console = Blueprint("organise", __name__, url_prefix="/organise")


@console.get("/events/<slug>")
@asks(Permission.EVENTS_READ)
def event(slug: str) -> str:
    """How the event stands and what can be done with it; `?done=` names what just was."""
    shown, mine = get_permitted(slug, Permission.EVENTS_READ)
    now = clock.now()
    with reading() as connection:
        [(_event, places, signup)] = with_places(connection, [shown], now)
        head = count_guests(connection, shown, now)
        unreached = count_listed(connection, shown, Wanted(misses_mail=True))
        series = find_series_of(connection, shown.id)
        notice, called_off = (
            find_open(connection, shown.id),
            find_calling_off(connection, shown, now),
        )
        network = get_tree(connection).get(series.network_id) if series else shown.network
    needed = Permission.EVENTS_READ if series else Permission.EVENTS_EDIT
    steps = open_steps(shown, signup, now) if Permission.EVENTS_EDIT in mine else frozenset()
    return render_console(
        "events/console_event.html",
        tab="events",
        e=shown,
        places=places,
        signup=signup,
        head=head,
        unreached=unreached,
        mine=mine,
        steps=steps,
        notice=notice if shown.status != EventStatus.CANCELLED else None,
        called_off=called_off,
        is_course_open=is_course_open(shown, now),
        series=series,
        may_series=may_i(needed, AtNetwork(network)),
        standing=sum(each.taken + each.waiting for each in places.by_attendance.values()),
        has_deadline=deadline_again(shown, now) is not None,
        missing=_missing(shown),
        outside=_items_outside(shown),
        asks_organisation=asks_organisation(shown),
        done=_done(steps, shown, now),
    )


def _missing(event: EventDefinition) -> list[str]:
    """What readers will look for and not find."""
    lacks = {
        "times": event.starts_at is None,
        "venue": event.has_in_person and event.venue is None,
        "link": event.has_online and not event.join_url,
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
        "again": True,
        "followed": now - event.revised_at < timedelta(minutes=5),
        "created": event.status == EventStatus.DRAFT,
        "copied": event.status == EventStatus.DRAFT,
        "saved": now - event.revised_at < timedelta(minutes=5),
        "published": event.status == EventStatus.PUBLISHED,
        "closed": Step.REOPEN in steps,
        "reopened": Step.CLOSE in steps,
        "cancelled": event.status == EventStatus.CANCELLED,
        "restored": event.status != EventStatus.CANCELLED,
        "told": True,
        "untold": True,
    }
    return done if is_so.get(done) else ""


@console.get("/events/<slug>/preview")
@asks(Permission.EVENTS_READ)
def preview(slug: str) -> str:
    """The event's public page as it would be, also of a draft."""
    shown, _mine = get_permitted(slug, Permission.EVENTS_READ)
    with reading() as connection:
        [(_event, places, signup)] = with_places(connection, [shown], clock.now())
        materials = list_materials(connection, shown.id)
    web.show_network(shown.network)
    return render_template(
        "events/event.html",
        e=shown,
        places=places,
        signup=signup,
        opening_token=None,
        json_ld=None,
        report=None,
        preview=True,
        **shown_materials(materials, Reader(), clock.now()),
    )
