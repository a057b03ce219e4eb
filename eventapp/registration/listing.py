"""Events with their places and the state of their sign-up, as lists show them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from eventapp.clock import berlin_day
from eventapp.events.definition import EventDefinition
from eventapp.events.queries import Filter, list_past, list_upcoming
from eventapp.registration.places import Places
from eventapp.registration.queries import list_places
from eventapp.registration.rules import Signup, signup_state

Row = tuple[EventDefinition, Places, Signup]


def with_places(
    connection: Connection, events: Sequence[EventDefinition], now: datetime
) -> list[Row]:
    """Each event with its places now; one query for all of them."""
    places = list_places(connection, events)
    return [(each, places[each.id], signup_state(each, places[each.id], now)) for each in events]


def upcoming_and_past(
    connection: Connection, wanted: Filter, now: datetime
) -> tuple[list[Row], list[Row]]:
    """What is to come, soonest first, and what is over, latest first."""
    upcoming = list_upcoming(connection, wanted, berlin_day(now))
    past = list_past(connection, wanted, berlin_day(now))
    rows = with_places(connection, [*upcoming, *past], now)
    return rows[: len(upcoming)], rows[len(upcoming) :]
