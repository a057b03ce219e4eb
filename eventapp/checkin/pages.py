"""What anybody may open: the scanner itself, the address inside a QR code."""

from flask import render_template, url_for

from eventapp.checkin.guest_page import find_event_of_code, show_guest
from eventapp.checkin.routes import pages
from eventapp.checkin.rules import read_code
from eventapp.checkin.scanner import show_scanner
from eventapp.db import reading
from eventapp.networks.access import may_i
from eventapp.networks.rules import Permission
from eventapp.registration.queries import find_online_door


@pages.get("/checkin/")
def scanner() -> str:
    """The scanner, which keeps its own key; for the logged-in, the doors they may open."""
    return show_scanner()


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
