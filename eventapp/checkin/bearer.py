"""How a device proves itself: by its token, without cookie and without CSRF token."""

from datetime import datetime

from flask import Response, request
from sqlalchemy import Connection

from eventapp.checkin.devices import PairedDevice, find_device
from eventapp.errorpages import problem


def sent_token() -> str:
    """The bearer token of the request, or nothing."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.casefold() == "bearer" else ""


def find_sender(connection: Connection) -> PairedDevice | None:
    """The device that sent this request, also one that may scan no longer."""
    token = sent_token()
    return find_device(connection, token) if token else None


def find_holder(
    connection: Connection, slug: str, now: datetime
) -> tuple[PairedDevice | None, Response]:
    """The sender, if it may scan at this event now; else the answer that says why not."""
    device, refusal = find_paired(connection, slug)
    if device is None or device.holds(now):
        return device, refusal
    return None, _not_here()


def find_paired(connection: Connection, slug: str) -> tuple[PairedDevice | None, Response]:
    """As `find_holder`, also one that may scan no longer: what it sends is held."""
    device = find_sender(connection)
    if device is None:
        return None, _no_such_device()
    return (device, Response()) if device.event_slug == slug else (None, _not_here())


def _not_here() -> Response:
    return problem(403, "This device may not scan here.")


def _no_such_device() -> Response:
    """401 for an unknown token."""
    response = problem(401, "This device is not paired.")
    response.headers["WWW-Authenticate"] = "Bearer"
    return response
