"""The scanner on a home screen: what it is called there, and how the pairing gets there.

iOS keeps what a web app on the home screen knows apart from the browser. The scanner asks for a
code, the page for the home screen carries it in its address and in its manifest, and the app gives
it back at its first start for a token of its own. Where storage is shared, nobody needs the code.
"""

from typing import Any

from flask import Response, abort, jsonify, render_template, request, url_for

from eventapp import clock, web
from eventapp.checkin import pairing
from eventapp.checkin.devices import PairedDevice, find_device, find_handed_over
from eventapp.checkin.routes import pages
from eventapp.db import reading, transaction
from eventapp.errors import Gone
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition
from eventapp.languages import gettext as _

_SIZES = (192, 512)  # pixels; what Chrome asks for before it offers to install


@pages.post("/checkin/handover")
def hand_over() -> Any:
    """A code for the home screen, for the device whose token is sent; 403 if it may not scan."""
    now = clock.now()
    with transaction() as session:
        device = find_device(session.connection(), _sent("token"))
        if device is None or not device.holds(now):
            abort(403)
        code = pairing.begin_handover(session, device, now=now)
    return _private({"home": url_for("checkin.home", token=code)})


@pages.post("/checkin/start")
def start() -> Any:
    """The device of a code with a token of its own, once; 410 afterwards."""
    with transaction() as session:
        taken = pairing.take_over(session, _sent("code"), now=clock.now())
        if taken is None:
            raise Gone
        device, token = taken
        event = get_definition(session.connection(), device.event_slug)
    until = device.valid_until.isoformat()
    return _private(
        {
            "event": event.slug,
            "title": event.title,
            "door": device.door,
            "token": token,
            "until": until,
            "names": event.names_at_door,
        }
    )


def _sent(name: str) -> str:
    return request.form.get(name) or abort(400)


def _private(values: dict[str, Any]) -> Response:
    response = jsonify(values)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@pages.get("/checkin/home/<token>")
def home(token: str) -> str:
    """How the scanner comes onto the home screen; its manifest starts with the same code, which
    holds shortly and once."""
    device, event = _find_handed_over(token)
    web.show_network(event.network)
    return render_template("checkin/home.html", e=event, device=device, token=token)


@pages.get("/checkin/home/<token>.webmanifest")
def manifest(token: str) -> Response:
    """The web app of one device: named after its event and door."""
    device, event = _find_handed_over(token)
    start = url_for("checkin.scanner", start=token, lang=None)
    return _manifest(f"{device.door} – {event.title}", _("Einlass"), start)


@pages.get("/checkin/app.webmanifest")
def plain_manifest() -> Response:
    """The scanner as a web app, of no device yet."""
    return _manifest(_("Einlass"), _("Einlass"), url_for("checkin.scanner", lang=None))


def _find_handed_over(code: str) -> tuple[PairedDevice, EventDefinition]:
    with reading() as connection:
        device = find_handed_over(connection, code, clock.now())
        if device is None:
            raise Gone
        return device, get_definition(connection, device.event_slug)


def _manifest(name: str, short_name: str, start: str) -> Response:
    response = jsonify(
        name=name,
        short_name=short_name,
        id="/checkin/",
        start_url=start,
        scope="/checkin/",
        display="standalone",
        background_color="#131525",
        theme_color="#131525",
        icons=[
            {
                "src": url_for("static", filename=f"img/door-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": "any maskable",
            }
            for size in _SIZES
        ],
    )
    response.mimetype = "application/manifest+json"
    return response
