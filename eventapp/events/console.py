"""The organisers' way in: their events, how many are registered, wait and are there."""

from datetime import timedelta

from flask import Blueprint

from eventapp import clock
from eventapp.accounts.access import render_console
from eventapp.checkin.queries import list_head_counts
from eventapp.db import reading
from eventapp.events.permitted import list_permitted
from eventapp.networks.access import my_grants
from eventapp.networks.rules import Permission
from eventapp.registration.queries import list_places

console = Blueprint("organise", __name__, url_prefix="/organise")

_LOOKS_BACK = timedelta(days=60)


@console.get("/")
def home() -> str:
    """Events of the last 60 days and to come, at which the account has any business."""
    grants, today = my_grants(), clock.berlin_day(clock.now())
    with reading() as connection:
        events = list_permitted(
            connection, grants, Permission.EVENTS_READ, since=today - _LOOKS_BACK
        )
        places = list_places(connection, events)
        heads = list_head_counts(connection, [event.id for event in events])
    return render_console(
        "events/organise.html",
        tab="events",
        today=today,
        rows=[(event, places[event.id], heads[event.id]) for event in events],
    )
