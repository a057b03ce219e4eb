"""How a device proves itself: by its token, without cookie and without CSRF token."""

from flask import Response, request
from sqlalchemy import Connection

from eventapp.checkin.devices import PairedDevice, find_device
from eventapp.errorpages import problem


def find_sender(connection: Connection) -> PairedDevice | None:
    """The device that sent this request, also one that may scan no longer."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    is_bearer = scheme.casefold() == "bearer" and bool(token)
    return find_device(connection, token.strip()) if is_bearer else None


def no_such_device() -> Response:
    """401 for an unknown token."""
    response = problem(401, "This device is not paired.")
    response.headers["WWW-Authenticate"] = "Bearer"
    return response
