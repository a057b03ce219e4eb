"""What the door's staff send while logged in: a new device, one guest's admission."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, request
from flask_babel import gettext as _

from eventapp import clock
from eventapp.accounts.access import me
from eventapp.audit.actions import note
from eventapp.checkin import actions
from eventapp.checkin.actions import Batch, NewScan
from eventapp.checkin.devices import find_device
from eventapp.checkin.guest_page import find_event_of_code, show_guest
from eventapp.checkin.pairing import accept
from eventapp.checkin.rules import valid_until
from eventapp.checkin.scanner import Pairing, show_scanner
from eventapp.db import reading, transaction
from eventapp.errors import Gone, NotFound
from eventapp.events.loading import get_definition
from eventapp.forms import one_line
from eventapp.networks.access import asks, demand
from eventapp.networks.rules import Permission

console = Blueprint("checkin_console", __name__)

MOST_NAME = 40


@console.post("/checkin/")
@asks(Permission.CHECKIN_SCAN)
def start() -> str:
    """A device for this browser, and the scanner with its key; 410 once the door has closed."""
    now = clock.now()
    with reading() as connection:
        event = get_definition(connection, one_line(request.form.get("event")) or "")
    demand(Permission.CHECKIN_SCAN, event)
    if valid_until(event) <= now:
        raise Gone
    name = (one_line(request.form.get("name")) or _("Eingang"))[:MOST_NAME]
    with transaction() as session:
        token = actions.create_device(
            session,
            event.id,
            name,
            now=now,
            account_id=me().account_id,
        )
        device = find_device(session.connection(), token)
        assert device
        device = accept(session, device, now=now)
        note(
            session,
            "device.paired",
            by=me().account_id,
            now=now,
            network_id=event.network.id,
            event_id=event.id,
            after={"name": name},
        )
    return show_scanner(Pairing(event, device, token))


@console.post("/C/<code>")
@console.post("/c/<code>")
@asks(Permission.CHECKIN_SCAN)
def admit(code: str) -> Any:
    """One admission, or its undoing, which names the scan that was a mistake; the form's scan id
    makes a second sending harmless. 403 once the door of the event has closed."""
    event = find_event_of_code(code)
    if event is None:
        raise NotFound
    demand(Permission.CHECKIN_SCAN, event)
    now = clock.now()
    act = request.form.get("direction", "in")
    if act not in ("in", "out", "undo"):
        abort(400)
    undone_at = now if act == "undo" else None
    scan = NewScan(_scan_id(), code, now, "out" if act == "out" else "in", undone_at=undone_at)
    if valid_until(event) <= now:
        return show_guest(event, code), 403
    with transaction() as session:
        device = actions.open_own_device(session, event, me().account_id, me().name, now=now)
        [answer] = actions.record_scans(session, device, Batch([scan]), now=now)
    return show_guest(event, code, answer)


def _scan_id() -> str:
    try:
        return str(UUID(request.form.get("scan_id", "")))
    except ValueError:
        abort(400)
