"""The scanner's page: shown empty, with a choice of doors, or with the key of a new device."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import render_template

from eventapp import clock
from eventapp.accounts.access import current_account
from eventapp.checkin.devices import PairedDevice
from eventapp.checkin.rules import PRACTICE_SHORT, PRACTICE_TICKET
from eventapp.db import reading
from eventapp.events.definition import EventDefinition
from eventapp.events.models import EventStatus
from eventapp.events.permitted import list_permitted
from eventapp.networks.access import my_grants
from eventapp.networks.rules import Permission

MOST_DOORS = 30


@dataclass(frozen=True)
class Pairing:
    """What the page hands to the script, once."""

    event: EventDefinition
    device: PairedDevice
    token: str


def show_scanner(pairing: Pairing | None = None) -> str:
    """The page; the script shows the scanner if it has or finds a key, else the doors."""
    today = clock.berlin_day(clock.now())
    return render_template(
        "checkin/scanner.html",
        pairing=pairing,
        doors=list_doors(today),
        today=today,
        is_logged_in=current_account() is not None,
        practice=(PRACTICE_TICKET, PRACTICE_SHORT),
    )


def list_doors(today: date) -> list[EventDefinition]:
    """Events with a door at which the account may scan: today's, then those to come."""
    grants = my_grants()
    if not grants:
        return []
    yesterday = today - timedelta(days=1)  # a device holds for a day after the end
    with reading() as connection:
        events = list_permitted(connection, grants, Permission.CHECKIN_SCAN, since=yesterday)
    open_ones = [
        event
        for event in events
        if event.has_in_person and event.status in (EventStatus.PUBLISHED, EventStatus.ANNOUNCED)
    ]
    return sorted(open_ones, key=lambda event: not _is_today(event, today))[:MOST_DOORS]


def _is_today(event: EventDefinition, today: date) -> bool:
    return event.first_day <= today <= event.last_day
