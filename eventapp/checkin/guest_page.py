"""The page of one guest, for staff who scanned a code with the phone's own camera."""

from uuid import uuid4

from eventapp import clock
from eventapp.accounts.access import render_console
from eventapp.checkin.guests import find_ticket_event, get_guest
from eventapp.checkin.queries import Answer
from eventapp.checkin.rules import read_code, valid_until
from eventapp.db import reading
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition_by_id
from eventapp.networks.access import may_i
from eventapp.networks.rules import Permission


def find_event_of_code(code: str) -> EventDefinition | None:
    """The event that this ticket is for."""
    ticket = read_code(code).ticket
    if ticket is None:
        return None
    with reading() as connection:
        event_id = find_ticket_event(connection, ticket)
        return get_definition_by_id(connection, event_id) if event_id else None


def show_guest(event: EventDefinition, code: str, answer: Answer | None = None) -> str:
    """Before: who it is, as far as the account may know, and the button. After: the verdict."""
    is_named = event.names_at_door or may_i(Permission.REGISTRATIONS_READ, event)
    with reading() as connection:
        guest = get_guest(connection, event, read_code(code).ticket or "", is_named=is_named)
    return render_console(
        "checkin/guest.html",
        tab="checkin",
        e=event,
        guest=guest,
        answer=answer,
        is_closed=valid_until(event) <= clock.now(),
        scan_id=uuid4(),
    )
