"""What a helper opens to make a phone or laptop a device of a door.

The link of a door makes a new device of every browser that opens it; the link of a device (from the
command line) hands over that one.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app, render_template, request, url_for

from eventapp import clock, web
from eventapp.checkin import pairing
from eventapp.checkin.devices import PairedDevice, find_device
from eventapp.checkin.forms import PairForm
from eventapp.checkin.links import DoorLink, get_door_by_token
from eventapp.checkin.routes import pages
from eventapp.checkin.rules import PRACTICE_SHORT, PRACTICE_TICKET, valid_from, valid_until
from eventapp.checkin.scanner import Pairing, show_scanner
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Gone, Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition, get_definition_by_id
from eventapp.forms import has_form_token, new_form_token, set_error
from eventapp.languages import gettext as _
from eventapp.registration import qr
from eventapp.tokens import shown_short_code

Answer = str | tuple[str, int]


@dataclass(frozen=True)
class _Way:
    """Where a link leads: to a door, or to one device that was made for it."""

    event: EventDefinition
    name: str
    opens_at: datetime
    closes_at: datetime
    door: DoorLink | None = None
    device: PairedDevice | None = None


@pages.get("/checkin/pair/<token>")
def pair(token: str) -> Answer:
    """Says what the link is for; it pairs nothing yet."""
    way = _find_way(token)
    return _show(token, way, PairForm(None, asks_name=way.door is not None))


@pages.post("/checkin/pair/<token>", endpoint="pair_post")
def pair_post(token: str) -> Answer:
    """A device for this browser, and the scanner with its key."""
    way = _find_way(token)
    form = PairForm(request.form, asks_name=way.door is not None)
    if not has_form_token():
        return _show(token, way, form, _("Bitte senden Sie das Formular noch einmal ab.")), 422
    if clock.now() < way.opens_at or not form.validate():
        return _show(token, way, form), 422
    try:
        return show_scanner(_pair(token, way, form))
    except Refused as refusal:
        set_error(form.name, sentence(refusal))
        return _show(token, way, form), 422


def _pair(token: str, way: _Way, form: PairForm) -> Pairing:
    now = clock.now()
    with transaction() as session:
        if way.device:
            return Pairing(way.event, pairing.accept(session, way.device, now=now), token)
        assert way.door
        name, sent = str(form.name.data), request.form["form_token"]
        key = pairing.pair(session, way.event, way.door, name, form_token=sent, now=now)
        device = find_device(session.connection(), key)
    if device is None or not device.holds(now):
        raise Gone
    return Pairing(way.event, device, key)


def _find_way(token: str) -> _Way:
    """Raises `NotFound`, and `Gone` where link, device or event have ended."""
    now = clock.now()
    with reading() as connection:
        device = find_device(connection, token)
        if device:
            event = get_definition(connection, device.event_slug)
            way = _Way(event, device.name, now, device.valid_until, device=device)
        else:
            door = get_door_by_token(connection, token)
            event = get_definition_by_id(connection, door.event_id)
            way = _Way(event, door.name, valid_from(event), valid_until(event), door=door)
    if way.closes_at <= now or (device and not device.holds(now)):
        raise Gone
    web.show_network(event.network)
    return way


def _show(token: str, way: _Way, form: PairForm, problem: str = "") -> str:
    now = clock.now()
    public_url = current_app.config["SETTINGS"].public_url
    return render_template(
        "checkin/pair.html",
        way=way,
        is_early=now < way.opens_at,
        form=form,
        errors=[*([("", problem)] if problem else []), *form.problems()],
        form_token=new_form_token(now),
        own_url=public_url + url_for("checkin.pair", token=token, lang=None),
        practice_svg=qr.svg(qr.ticket_url(public_url, PRACTICE_TICKET)),
        practice_code=shown_short_code(PRACTICE_SHORT),
    )
