"""What anybody may open: the scanner itself, the pairing link, the address inside a QR code."""

from flask import Blueprint, abort, render_template, url_for

from eventapp import clock
from eventapp.checkin.guests import find_event_of_code, show_guest
from eventapp.checkin.queries import find_device
from eventapp.checkin.rules import read_code
from eventapp.checkin.scanner import Pairing, show_scanner
from eventapp.db import reading
from eventapp.errors import Gone, NotFound
from eventapp.events.loading import get_definition
from eventapp.forms import has_form_token, new_form_token
from eventapp.networks.access import may_i
from eventapp.networks.rules import Permission
from eventapp.registration.queries import find_online_door

pages = Blueprint("checkin", __name__)


@pages.get("/checkin/")
def scanner() -> str:
    """The scanner, which keeps its own key; for the logged-in, the doors they may open."""
    return show_scanner()


@pages.get("/checkin/pair/<token>")
def pair(token: str) -> str:
    """Says what the link is for; it pairs nothing yet."""
    return render_template(
        "checkin/pair.html", pairing=_get_pairing(token), form_token=new_form_token(clock.now())
    )


@pages.post("/checkin/pair/<token>", endpoint="pair_post")
def pair_post(token: str) -> str:
    """Hand the key over to the scanner in this browser."""
    if not has_form_token():
        abort(400)
    return show_scanner(_get_pairing(token))


@pages.get("/C/<code>")
@pages.get("/c/<code>")
def code(code: str) -> str:
    """The guest, for those who may let them in; for all others a page that knows no more than the
    way to the online door."""
    event = find_event_of_code(code)
    if event is None or not may_i(Permission.CHECKIN_SCAN, event):
        return render_template("registration/code.html", join_url=_join_url(code))
    return show_guest(event, code)


def _join_url(code: str) -> str | None:
    ticket = read_code(code).ticket
    if ticket is None:
        return None
    with reading() as connection:
        token = find_online_door(connection, ticket)
    return url_for("attendance.join", token=token) if token else None


def _get_pairing(token: str) -> Pairing:
    with reading() as connection:
        device = find_device(connection, token)
        if device is None:
            raise NotFound
        if not device.holds(clock.now()):
            raise Gone
        return Pairing(get_definition(connection, device.event_slug), device, token)
